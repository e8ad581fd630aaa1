// What the server knows of its settings: their keys in groups, and the values in force.

import { pb } from "../../core/client.js";
import { language, t } from "../../core/language.js";
import { signal } from "../../vendor/preact.js";

/**
 * @typedef {object} SettingKey
 * @property {string} key  its path, as `smtp.port`
 * @property {string} title
 * @property {string} description
 * @property {"text" | "number" | "bool" | "list"} type
 * @property {any} default
 * @property {boolean | { key: string, value?: string }} required
 * @property {boolean} secret
 * @property {boolean} isDefault
 * @property {boolean} [isSet]  of a secret
 * @property {string} [setBy]  the variable or file that sets it from outside
 * @property {string[]} [values]
 * @property {string} [format]
 * @property {number} [min]
 * @property {{ type: string, format?: string }} [items]
 */
/** @typedef {{ name: string, title: string, description: string, keys: SettingKey[] }} SettingGroup */
/** @typedef {"off" | "partly" | "on"} Encryption */
/** @typedef {{ groups: SettingGroup[], values: Record<string, any>, encryption: Encryption }} Known */

/** Titles and descriptions in the language of who reads them, where that is not the server's. */
const translated = signal(/** @type {Record<string, [string, string]>} */ ({}));

/** @returns {Promise<Known>} */
export async function loadSettings() {
  const [schema, tree] = await Promise.all([
    pb.send("/api/settings/schema", { method: "GET" }),
    pb.send("/api/settings/all", { method: "GET" }),
    translate(),
  ]);
  /** @type {Record<string, any>} */
  const values = {};
  for (const { key } of schema.groups.flatMap((/** @type {SettingGroup} */ group) => group.keys)) {
    values[key] = key.split(".").reduce((/** @type {any} */ found, /** @type {string} */ name) => found?.[name], tree);
  }
  return { ...schema, values };
}

async function translate() {
  if (language.value === "en") translated.value = {};
  else translated.value = (await import("../../text/settings/de.js")).default;
}

/** @param {SettingKey | SettingGroup} one */
export function titleOf(one) {
  return translated.value["key" in one ? one.key : `${one.name}.`]?.[0] ?? one.title;
}

/** @param {SettingKey | SettingGroup} one */
export function descriptionOf(one) {
  const text = translated.value["key" in one ? one.key : `${one.name}.`]?.[1] ?? one.description;
  return text.replaceAll("`", "");
}

/**
 * @param {SettingKey} key
 * @param {any} value
 */
export function shown(key, value) {
  if (key.type === "bool") return t(value ? "settingOn" : "settingOff");
  if (Array.isArray(value)) return value.every((item) => typeof item === "string") ? value.join(", ") || "–" : t("settingItems", { count: value.length });
  return String(value) || "–";
}

/**
 * A key that has to be filled in as things stand in the form.
 * @param {SettingKey} key
 * @param {Record<string, any>} values
 */
export function isRequired({ required }, values) {
  if (typeof required === "boolean") return required;
  const found = values[required.key];
  return Boolean(required.value ? found === required.value : found);
}

/**
 * Whether a key matters as things stand in the form: what is switched off has nothing to set, and of
 * several providers one counts.
 * @param {string} path
 * @param {Record<string, any>} values
 */
export function matters(path, values) {
  const above = path.split(".").slice(0, -1);
  const group = above.join(".");
  if (`${group}.enabled` in values && path !== `${group}.enabled` && !values[`${group}.enabled`]) return false;
  const provider = values[`${above.slice(0, -1).join(".")}.provider`];
  return provider === undefined || above.length < 2 || above.at(-1) === provider || above.at(-1) === "s3";
}

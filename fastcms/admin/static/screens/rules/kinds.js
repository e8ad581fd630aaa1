// The rules that collections have: what each is for, and the ones that people want most.

import { targetsOf } from "../../core/completions.js";
import { t } from "../../core/language.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("../../core/language.js").Key} Key */
/** @typedef {"list" | "view" | "create" | "update" | "delete" | "auth" | "manage"} Action  as `POST /api/rules/explain` names it */
/** @typedef {"locked" | "open" | "condition"} State */
/** @typedef {Pick<CollectionModel, "id" | "name" | "type" | "fields">} Ruled  a collection that may not be saved yet */

/** @type {readonly { name: string, action: Action | null, types: readonly string[] }[]} */
export const KINDS = [
  { name: "listRule", action: "list", types: ["base", "auth", "view"] },
  { name: "viewRule", action: "view", types: ["base", "auth", "view"] },
  { name: "createRule", action: "create", types: ["base", "auth"] },
  { name: "updateRule", action: "update", types: ["base", "auth"] },
  { name: "deleteRule", action: "delete", types: ["base", "auth"] },
  { name: "authRule", action: "auth", types: ["auth"] },
  { name: "manageRule", action: "manage", types: ["auth"] },
  { name: "mfa.rule", action: null, types: ["auth"] },
];

/** @param {{ type: string }} collection */
export function kindsOf({ type }) {
  return KINDS.filter(({ types }) => types.includes(type));
}

/**
 * @param {CollectionModel} collection
 * @param {string} name  of a rule
 * @returns {string | null}
 */
export function ruleOf(collection, name) {
  if (name === "mfa.rule") return collection.mfa?.rule ?? "";
  return collection[name] ?? null;
}

/** @param {string | null} rule @returns {State} */
export function stateOf(rule) {
  if (rule === null) return "locked";
  return rule.trim() ? "condition" : "open";
}

/** @param {string} name @param {"title" | "help"} what */
export function ruleText(name, what) {
  const kind = name.replace("mfa.rule", "mfaRule");
  return t(/** @type {Key} */ (`${what === "title" ? "ruleKind" : "ruleHelp"}_${kind}`));
}

/**
 * What a state means for a rule, in a few words.
 * @param {string} name
 * @param {State} state
 */
export function stateText(name, state) {
  if (state === "condition") return t("ruleCondition");
  if (name === "mfa.rule") return t("ruleMfaAll");
  if (state === "open") return t(name === "authRule" ? "ruleAnyAccount" : "ruleEverybody");
  return t(name === "authRule" ? "ruleNobody" : name === "manageRule" ? "ruleNobodyElse" : "ruleSuperusers");
}

/**
 * @param {Ruled} collection
 * @returns {{ title: string, rule: string | null }[]}
 */
export function presetsOf(collection) {
  const owners = collection.fields.filter((field) => targetsOf(field).some(({ type }) => type === "auth") && field.type !== "polymorphic");
  return [
    { title: t("rulePresetSuperusers"), rule: null },
    { title: t("rulePresetAnyone"), rule: "" },
    { title: t("rulePresetSignedIn"), rule: '@request.auth.id != ""' },
    { title: t("rulePresetVerified"), rule: "@request.auth.verified = true" },
    ...(collection.type === "auth" ? [{ title: t("rulePresetSelf"), rule: "id = @request.auth.id" }] : []),
    ...owners.map(({ name, type, maxSelect }) => ({
      title: t("rulePresetOwner", { name }),
      rule: type === "manyToMany" || maxSelect > 1 ? `${name}.id ?= @request.auth.id` : `${name} = @request.auth.id`,
    })),
  ];
}

// Every text of the dashboard, in the language of who reads it.

import { computed, effect, signal } from "../vendor/preact.js";
import english from "../text/en.js";
import { remembered } from "./remembered.js";

/** Areas whose texts come with their screens. */
const AREAS = {
  apiPreview: { en: () => import("../text/en/api_preview.js"), de: () => import("../text/de/api_preview.js") },
  home: { en: () => import("../text/en/home.js"), de: () => import("../text/de/home.js") },
  hooks: { en: () => import("../text/en/hooks.js"), de: () => import("../text/de/hooks.js") },
  logs: { en: () => import("../text/en/logs.js"), de: () => import("../text/de/logs.js") },
  operations: { en: () => import("../text/en/operations.js"), de: () => import("../text/de/operations.js") },
  overview: { en: () => import("../text/en/overview.js"), de: () => import("../text/de/overview.js") },
  rules: { en: () => import("../text/en/rules.js"), de: () => import("../text/de/rules.js") },
  schema: { en: () => import("../text/en/schema.js"), de: () => import("../text/de/schema.js") },
  settings: { en: () => import("../text/en/settings.js"), de: () => import("../text/de/settings.js") },
  sql: { en: () => import("../text/en/sql.js"), de: () => import("../text/de/sql.js") },
  transfer: { en: () => import("../text/en/transfer.js"), de: () => import("../text/de/transfer.js") },
};
/** @typedef {keyof typeof AREAS} Area */
/** @typedef {{ [A in Area]: keyof Awaited<ReturnType<(typeof AREAS)[A]["en"]>>["default"] }[Area]} AreaKey */
/** @typedef {keyof typeof english | AreaKey} Key */
/** @typedef {Record<Key, string>} Texts */

/** Languages there are, by their own names. */
export const LANGUAGES = { en: "English", de: "Deutsch" };
/** @typedef {keyof typeof LANGUAGES} Language */

const preferred = /** @type {Language} */ (
  navigator.languages.map((name) => name.slice(0, 2)).find((name) => name in LANGUAGES) ?? "en"
);
export const language = remembered("language", preferred);
/** For numbers and times: the language as it is used where the reader lives, `en-GB`. */
export const locale = computed(
  () => navigator.languages.find((name) => name.startsWith(language.value)) ?? language.value,
);

const texts = signal(/** @type {Texts} */ (english));
/** @type {Set<Area>} */
const opened = new Set();

/** @param {Language} name */
async function load(name) {
  const found = await Promise.all([
    name === "de" ? import("../text/de.js") : { default: english },
    ...[...opened].map((area) => AREAS[area][name]()),
  ]);
  if (language.value === name) {
    texts.value = Object.assign({}, texts.value, ...found.map((module) => module.default));
    document.documentElement.lang = name;
  }
}

/**
 * Fetches the texts of areas, in this language and in any that is chosen later.
 * @param {Area[]} areas
 */
export function loadTexts(...areas) {
  for (const area of areas) opened.add(area);
  return load(language.value);
}

/** When the first texts are there. */
export const ready = load(language.value);
effect(() => void load(language.value));

/**
 * A text; `{name}` in it stands for a value, and `one|other` for two forms by `count`.
 * @param {Key} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const [one = "", other = one] = texts.value[key].split("|");
  return (values.count === 1 ? one : other).replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : String(value);
  });
}

// Making one takes longer than using it hundreds of times.
const numbers = computed(() => new Intl.NumberFormat(locale.value));
const times = computed(() => new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "medium" }));

/** @param {number} value */
export function number(value) {
  return numbers.value.format(value);
}

/**
 * A time of the server in the reader's zone.
 * @param {string} text  as the API writes it, in UTC
 */
export function localTime(text) {
  const time = new Date(text.replace(" ", "T"));
  if (Number.isNaN(time.valueOf())) return text;
  return times.value.format(time);
}

const UNITS = ["B", "KB", "MB", "GB", "TB"];

/** @param {number} bytes  as people say it, in units of 1024 */
export function size(bytes) {
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < UNITS.length - 1) [value, unit] = [value / 1024, unit + 1];
  const digits = value < 10 && unit > 0 ? 1 : 0;
  return `${new Intl.NumberFormat(locale.value, { maximumFractionDigits: digits }).format(value)} ${UNITS[unit]}`;
}

const STEPS = /** @type {const} */ ([["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]]);

/**
 * How long ago, or in what time, in one unit: "3 minutes ago".
 * @param {string} text  as the API writes a time, in UTC
 */
export function fromNow(text) {
  const seconds = (new Date(text.replace(" ", "T")).valueOf() - Date.now()) / 1000;
  if (Number.isNaN(seconds)) return text;
  const [unit, length] = STEPS.find(([, step]) => Math.abs(seconds) >= step) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(locale.value, { numeric: "auto" }).format(Math.trunc(seconds / length), unit);
}

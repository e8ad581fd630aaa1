// The order of a list: several keys, the first one first, as the API writes them.

/** @typedef {import("../../../core/collections.js").Field} Field */
/** @typedef {{ path: string, down: boolean }} SortKey */

export const MOST_KEYS = 8; // as many as the API takes
const SORTED = new Set([
  "autodate", "bool", "date", "editor", "email", "json", "number", "relation", "select", "text", "url", "file",
]);

/** @param {Field} field */
export function isSortable(field) {
  return SORTED.has(field.type);
}

/** @param {string} text @returns {SortKey[]} */
export function readSort(text) {
  return text.split(",").map((part) => part.trim()).filter(Boolean)
    .map((part) => ({ path: part.replace(/^[+-]/, ""), down: part.startsWith("-") }));
}

/** @param {readonly SortKey[]} keys */
export function writeSort(keys) {
  return keys.map(({ path, down }) => (down ? `-${path}` : path)).join(",");
}

/**
 * The keys after a click on a header: up, then down; `further` keeps the others.
 * @param {SortKey[]} keys
 * @param {string} path
 * @param {boolean} further
 * @returns {SortKey[]}
 */
export function clicked(keys, path, further) {
  const there = keys.find((key) => key.path === path);
  const next = { path, down: there ? !there.down : false };
  if (!further) return [next];
  if (there) return keys.map((key) => (key === there ? next : key));
  return keys.length < MOST_KEYS ? [...keys, next] : keys;
}

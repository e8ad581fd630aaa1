// The searches of a collection that this browser keeps: those with a name, and the last ones.

import { remembered } from "../../../core/remembered.js";

/** @typedef {{ filter: string, sort: string }} Search */
/** @typedef {{ saved: ({ name: string } & Search)[], recent: string[] }} Kept */

const MOST_RECENT = 10;

/** @param {string} collection  its id */
export function keptSearches(collection) {
  return remembered(`searches:${collection}`, /** @type {Kept} */ ({ saved: [], recent: [] }));
}

/**
 * @param {import("../../../vendor/preact.js").Signal<Kept>} kept
 * @param {string} filter
 */
export function keepRecent(kept, filter) {
  if (!filter) return;
  const others = kept.value.recent.filter((one) => one !== filter);
  kept.value = { ...kept.value, recent: [filter, ...others].slice(0, MOST_RECENT) };
}

/**
 * Keeps a search under its name, in place of one that has it already.
 * @param {import("../../../vendor/preact.js").Signal<Kept>} kept
 * @param {{ name: string } & Search} search
 */
export function keepSaved(kept, search) {
  const others = kept.value.saved.filter(({ name }) => name !== search.name);
  const saved = [...others, search].sort((a, b) => a.name.localeCompare(b.name));
  kept.value = { ...kept.value, saved };
}

/**
 * @param {import("../../../vendor/preact.js").Signal<Kept>} kept
 * @param {string} name
 */
export function forgetSaved(kept, name) {
  kept.value = { ...kept.value, saved: kept.value.saved.filter((one) => one.name !== name) };
}

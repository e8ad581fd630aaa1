// The part of the address behind `#`: which screen, and what it shows.

import { computed, signal } from "../vendor/preact.js";

const hash = signal(location.hash);
/** @type {() => Promise<boolean>} */
let mayLeave = async () => true;
addEventListener("hashchange", async () => {
  const wanted = location.hash;
  if (pathOf(wanted) === pathOf(hash.value) || (await mayLeave())) hash.value = location.hash;
  else history.replaceState(null, "", hash.value || "#/");
});

/**
 * Asks before another screen comes. It stays if the answer is no.
 * @param {() => Promise<boolean>} ask
 */
export function askBeforeLeaving(ask) {
  mayLeave = ask;
}

/** @param {string} text */
function pathOf(text) {
  return text.split("?", 1)[0];
}

/** Segments of the path, decoded, and the query behind it. */
export const route = computed(() => {
  const [path = "", query = ""] = hash.value.replace(/^#\/?/, "").split("?", 2);
  return {
    path: path.split("/").filter(Boolean).map(decode),
    query: new URLSearchParams(query),
  };
});

/**
 * @param {string[]} path
 * @param {Record<string, string>} [query]  empty values are left out
 */
export function address(path, query = {}) {
  const kept = Object.entries(query).filter(([, value]) => value !== "");
  const text = new URLSearchParams(kept).toString();
  return `#/${path.map(encodeURIComponent).join("/")}${text && `?${text}`}`;
}

/**
 * @param {string[]} path
 * @param {Record<string, string>} [query]
 */
export function go(path, query) {
  location.hash = address(path, query);
}

/**
 * Changes the address without a step to go back to.
 * @param {string[]} path
 * @param {Record<string, string>} [query]
 */
export function become(path, query) {
  // Whoever has gone elsewhere meanwhile stays there.
  if (location.hash !== hash.value) return;
  history.replaceState(null, "", address(path, query));
  hash.value = location.hash;
}

/** @param {string} segment */
function decode(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

// What this browser remembers between visits: a signal for each thing.

import { effect, signal } from "../vendor/preact.js";
import { base } from "./client.js";

const PREFIX = `fastcms:${base}:`;
/** @type {Map<string, import("../vendor/preact.js").Signal<any>>} */
const known = new Map();

/**
 * The signal of a name; what is set is there at the next visit.
 * @template T
 * @param {string} name
 * @param {T} otherwise  its value when nothing is remembered
 * @returns {import("../vendor/preact.js").Signal<T>}
 */
export function remembered(name, otherwise) {
  const there = known.get(name);
  if (there) return there;
  const made = signal(read(name, otherwise));
  known.set(name, made);
  let first = true;
  effect(() => {
    const { value } = made;
    if (!first) write(name, value);
    first = false;
  });
  return made;
}

/**
 * @template T
 * @param {string} name
 * @param {T} otherwise
 * @returns {T}
 */
export function read(name, otherwise) {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? otherwise : JSON.parse(text);
  } catch {
    return otherwise;
  }
}

/**
 * Keeps a value, or forgets it where it is undefined.
 * @param {string} name
 * @param {unknown} value
 */
export function write(name, value) {
  try {
    if (value === undefined) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing still works.
  }
}

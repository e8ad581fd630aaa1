// The entries of a time, the newest first: older ones as they are asked for, new ones as they come.

import { signal } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { written } from "./span.js";

/** @typedef {{ id: string, created: string, level: number, message: string, data: Record<string, any> }} Entry */

const TOGETHER = 100;

/**
 * @param {import("./span.js").Span} span
 * @param {string} filter
 */
export function createEntries({ from, to, isNow }, filter) {
  const entries = signal(/** @type {Entry[]} */ ([]));
  const error = signal(/** @type {unknown} */ (null));
  const isWhole = signal(false);
  const isLoading = signal(false);
  let isOver = false;
  let page = 0;
  // Entries that come later do not push those of the next page away.
  const newest = written(isNow ? new Date(to.valueOf() + 1000) : to);

  /**
   * @param {string[]} bounds
   * @param {number} at
   * @returns {Promise<Entry[]>}
   */
  async function fetchPage(bounds, at) {
    const all = [...bounds, filter && `(${filter})`].filter(Boolean).join(" && ");
    const query = { page: at, perPage: TOGETHER, skipTotal: true, sort: "-created,-@rowid", filter: all };
    return (await pb.send("/api/logs", { query })).items;
  }
  async function older() {
    if (isLoading.value || isWhole.value) return;
    isLoading.value = true;
    try {
      const found = await fetchPage([`created >= '${written(from)}'`, `created < '${newest}'`], page + 1);
      if (isOver) return;
      page += 1;
      isWhole.value = found.length < TOGETHER;
      add(found, "end");
      error.value = null;
    } catch (problem) {
      error.value = problem;
    }
    isLoading.value = false;
  }
  async function newer() {
    const last = entries.value[0]?.created ?? written(from);
    const found = await fetchPage([`created >= '${last}'`], 1);
    if (!isOver) add(found, "start");
    return found.length;
  }
  /**
   * @param {Entry[]} found
   * @param {"start" | "end"} where
   */
  function add(found, where) {
    const known = new Set(entries.value.map(({ id }) => id));
    const fresh = found.filter(({ id }) => !known.has(id));
    if (fresh.length) entries.value = where === "end" ? [...entries.value, ...fresh] : [...fresh, ...entries.value];
  }
  function stop() {
    isOver = true;
  }
  return { entries, error, isWhole, isLoading, older, newer, stop };
}

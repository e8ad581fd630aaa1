// The records of a list, fetched page by page as they come into sight.

import { computed, signal } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";

/** @typedef {import("../../core/client.js").RecordModel} RecordModel */
/** @typedef {ReturnType<typeof createRows>} Rows */

const PAGE = 100;
const PAGES_KEPT = 30;
const CALM = 250; // milliseconds after a change before the list is read anew

/**
 * @param {{ collection: string, filter: string, sort: string, expand: string }} list
 */
export function createRows({ collection, filter, sort, expand }) {
  /** @type {Map<number, RecordModel[]>} */
  let pages = new Map();
  /** @type {Set<number>} */
  const coming = new Set();
  const total = signal(/** @type {number | null} */ (null));
  const error = signal(/** @type {unknown} */ (null));
  // Counts up whenever a row may look different.
  const version = signal(0);
  // Counts up when what the server has may have changed.
  const news = signal(0);
  // Ids that are shown no more although the server still has them.
  const hidden = signal(/** @type {ReadonlySet<string>} */ (new Set()));
  let era = 0;
  let [from, to] = [0, PAGE];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let calm;

  /**
   * @param {number} page  from 0
   * @param {boolean} [counted]
   */
  async function load(page, counted = false) {
    if (coming.has(page)) return;
    coming.add(page);
    const asked = era;
    try {
      const found = await pb.collection(collection).getList(page + 1, PAGE, {
        filter, sort, expand, skipTotal: !counted,
      });
      if (asked !== era) return;
      pages.delete(page);
      pages.set(page, found.items);
      for (const old of [...pages.keys()].slice(0, Math.max(0, pages.size - PAGES_KEPT))) pages.delete(old);
      if (counted) total.value = found.totalItems;
      error.value = null;
      version.value += 1;
    } catch (problem) {
      if (asked === era) error.value = problem;
    } finally {
      if (asked === era) coming.delete(page);
    }
  }

  /** Reads what is in sight anew; the rest when it is wanted. */
  function refresh() {
    if (total.value !== null) news.value += 1;
    era += 1;
    coming.clear();
    const [first, last] = [Math.floor(from / PAGE), Math.floor(Math.max(from, to - 1) / PAGE)];
    pages = new Map([...pages].filter(([page]) => page >= first && page <= last));
    return Promise.all(
      Array.from({ length: last - first + 1 }, (_, index) => load(first + index, index === 0)),
    );
  }

  function refreshSoon() {
    clearTimeout(calm);
    calm = setTimeout(refresh, CALM);
  }

  return {
    error,
    hidden,
    news,
    refresh,
    total,
    version,
    /** The row at a place; undefined while it is on its way. @param {number} index */
    at(index) {
      return pages.get(Math.floor(index / PAGE))?.[index % PAGE];
    },
    /** The record before (-1) or after (1) another, if it is here. @param {string} id @param {-1 | 1} by */
    beside(id, by) {
      for (const [page, items] of pages) {
        const index = items.findIndex((record) => record.id === id);
        if (index >= 0) return items[index + by] ?? pages.get(page + by)?.at(by > 0 ? 0 : -1) ?? null;
      }
      return null;
    },
    /** Says which rows are in sight. @param {number} first @param {number} end */
    want(first, end) {
      [from, to] = [first, end];
      // The first page comes with the total.
      if (total.value === null) return;
      for (let page = Math.floor(first / PAGE); page * PAGE < end; page += 1) {
        if (!pages.has(page)) void load(page);
      }
    },
    /** All records that are here, by place. */
    loaded: computed(() => {
      void version.value;
      return [...pages].sort(([a], [b]) => a - b).flatMap(([, items]) => items);
    }),
    /**
     * Takes in what realtime tells.
     * @param {{ action: string, record: RecordModel }} event
     */
    apply({ action, record }) {
      let isHere = false;
      for (const items of pages.values()) {
        const index = items.findIndex(({ id }) => id === record.id);
        if (index >= 0 && action === "update") {
          // What it is expanded to does not come along.
          items[index] = { ...record, expand: items[index]?.expand };
          isHere = true;
          news.value += 1;
          version.value += 1;
        }
      }
      // The change may have moved it, or brought it into the list.
      if (action !== "update" || !isHere || filter || sort || expand) refreshSoon();
    },
    stop() {
      clearTimeout(calm);
      era += 1;
    },
  };
}

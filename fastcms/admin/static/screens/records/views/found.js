// The records that a view shows: as many as it can, and how many there are.

import { pb } from "../../../core/client.js";

/** @typedef {import("../../../core/client.js").RecordModel} RecordModel */
/** @typedef {{ items: RecordModel[], total: number }} Found */

const PAGE = 1000; // the most that the API gives at once

/**
 * @param {import("./views.js").CollectionModel} collection
 * @param {{ filter: string, sort: string, fields?: string, most: number }} wanted  `most`: records, at the utmost
 * @returns {Promise<Found>}
 */
export async function fetchFound(collection, { filter, sort, fields, most }) {
  /** @type {RecordModel[]} */
  const items = [];
  let total = 0;
  for (let page = 1; items.length < most; page += 1) {
    const size = Math.min(PAGE, most);
    const found = await pb.collection(collection.id).getList(page, size, {
      filter, sort, fields, skipTotal: page > 1,
    });
    if (page === 1) total = found.totalItems;
    items.push(...found.items);
    if (found.items.length < size) break;
  }
  return { items, total };
}

/**
 * Two conditions that have to hold both.
 * @param {string} one  "" for none
 * @param {string} other
 */
export function both(one, other) {
  return one && other ? `(${one}) && (${other})` : one || other;
}

/**
 * The condition that a field holds something.
 * @param {import("./views.js").Field} field
 */
export function holds(field) {
  return field.maxSelect > 1 ? `${field.name}:length > 0` : `${field.name} != ''`;
}

/**
 * The condition that it holds nothing.
 * @param {import("./views.js").Field} field
 */
export function holdsNothing(field) {
  return field.maxSelect > 1 ? `${field.name}:length = 0` : `${field.name} = ''`;
}

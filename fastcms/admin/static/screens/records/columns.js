// Which columns the table of a collection has, how wide, and in which order: as one left them.

import { remembered } from "../../core/remembered.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("../../core/collections.js").Field} Field */
/**
 * By field id. Those that are pinned stand first and stay in sight.
 * @typedef {{ hidden: string[], order: string[], widths: Record<string, number>, pinned?: string[] }} Layout
 */
/** @typedef {import("../../vendor/preact.js").Signal<Layout>} LayoutSignal */

const WIDTHS = /** @type {Record<string, number>} */ ({
  autodate: 210, bool: 90, date: 210, editor: 260, email: 220, file: 180, geoPoint: 180, json: 240,
  number: 120, relation: 200, url: 220,
});
const OTHER_WIDTH = 200;
export const LEAST_WIDTH = 60;
export const MOST_WIDTH = 900;

/** @param {CollectionModel} collection @returns {LayoutSignal} */
export function layoutOf(collection) {
  return remembered(`columns:${collection.id}`, /** @type {Layout} */ ({ hidden: [], order: [], widths: {} }));
}

/**
 * All fields in the order of the layout; new ones come last.
 * @param {CollectionModel} collection
 * @param {Layout} layout
 */
export function ordered(collection, layout) {
  const fields = collection.fields.filter(({ type, name }) => type !== "password" && name !== "tokenKey");
  const place = new Map(layout.order.map((id, index) => [id, index]));
  return fields
    .map((field, index) => ({
      field, isFree: isPinned(layout, field) ? 0 : 1, rank: place.get(field.id) ?? layout.order.length + index,
    }))
    .sort((a, b) => a.isFree - b.isFree || a.rank - b.rank)
    .map(({ field }) => field);
}

/**
 * The columns of the table.
 * @param {CollectionModel} collection
 * @param {Layout} layout
 */
export function shownOf(collection, layout) {
  return ordered(collection, layout).filter((field) => isShown(layout, field));
}

/**
 * @param {Layout} layout
 * @param {Field} field
 */
export function isShown(layout, field) {
  return field.name !== "tokenKey" && !layout.hidden.includes(field.id);
}

/**
 * @param {Layout} layout
 * @param {Field} field
 */
export function isPinned(layout, field) {
  return layout.pinned?.includes(field.id) ?? false;
}

/**
 * @param {Layout} layout
 * @param {Field} field
 */
export function widthOf(layout, field) {
  return layout.widths[field.id] ?? WIDTHS[field.type] ?? OTHER_WIDTH;
}

/**
 * The list of ids with one in it, or without it.
 * @param {readonly string[]} ids
 * @param {string} id
 */
export function toggled(ids, id) {
  return ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id];
}

/**
 * The layout with a field moved by one place to the left (-1) or right (1).
 * @param {CollectionModel} collection
 * @param {Layout} layout
 * @param {Field} field
 * @param {-1 | 1} step
 * @returns {Layout}
 */
export function moved(collection, layout, field, step) {
  const fields = ordered(collection, layout);
  const to = fields.indexOf(field) + step;
  if (to < 0 || to >= fields.length) return layout;
  return placed(collection, layout, field.id, fields[step > 0 ? to + 1 : to]);
}

/**
 * The layout with a field before another one, or at the end.
 * @param {CollectionModel} collection
 * @param {Layout} layout
 * @param {string} id
 * @param {Field | undefined} before
 * @returns {Layout}
 */
export function placed(collection, layout, id, before) {
  if (before?.id === id) return layout;
  const order = ordered(collection, layout).map((field) => field.id).filter((other) => other !== id);
  order.splice(before ? order.indexOf(before.id) : order.length, 0, id);
  return { ...layout, order };
}

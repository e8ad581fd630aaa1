// Which columns the table of a collection has, how wide, and in which order: as one left them.

import { remembered } from "../../core/remembered.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("../../core/collections.js").Field} Field */
/** @typedef {{ hidden: string[], order: string[], widths: Record<string, number> }} Layout  by field id */

const WIDTHS = /** @type {Record<string, number>} */ ({
  autodate: 210, bool: 90, date: 210, editor: 260, email: 220, file: 180, geoPoint: 180, json: 240,
  number: 120, relation: 200, url: 220,
});
const OTHER_WIDTH = 200;
export const LEAST_WIDTH = 60;
export const MOST_WIDTH = 900;

/** @param {CollectionModel} collection */
export function layoutOf(collection) {
  return remembered(`columns:${collection.id}`, /** @type {Layout} */ ({ hidden: [], order: [], widths: {} }));
}

/**
 * All fields in the order of the layout; new ones come last.
 * @param {CollectionModel} collection
 * @param {Layout} layout
 */
export function ordered(collection, layout) {
  const fields = collection.fields.filter(({ type }) => type !== "password");
  const place = new Map(layout.order.map((id, index) => [id, index]));
  return fields
    .map((field, index) => ({ field, rank: place.get(field.id) ?? layout.order.length + index }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ field }) => field);
}

/**
 * @param {Layout} layout
 * @param {Field} field
 */
export function isShown(layout, field) {
  if (field.name === "tokenKey") return false;
  return !layout.hidden.includes(field.id);
}

/**
 * @param {Layout} layout
 * @param {Field} field
 */
export function widthOf(layout, field) {
  return layout.widths[field.id] ?? WIDTHS[field.type] ?? OTHER_WIDTH;
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
  const order = ordered(collection, layout).map(({ id }) => id);
  const from = order.indexOf(field.id);
  const to = from + step;
  if (to < 0 || to >= order.length) return layout;
  order.splice(from, 1);
  order.splice(to, 0, field.id);
  return { ...layout, order };
}

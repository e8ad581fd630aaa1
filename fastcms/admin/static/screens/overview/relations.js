// Which fields lead from which collection to which.

import { byName } from "../../core/collections.js";
import { targetsOf } from "../../core/completions.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */

/**
 * @param {CollectionModel[]} boxes
 * @returns {import("./layout.js").Edge[]}
 */
export function edgesOf(boxes) {
  const ids = new Set(boxes.map(({ id }) => id));
  return boxes.flatMap((box) => box.fields.flatMap((field, row) => targetsOf(field)
    .filter((target) => ids.has(target.id))
    .map((target) => ({ from: box.id, field: field.name, row, to: target.id, many: isMany(field) }))));
}

/** @param {CollectionModel["fields"][number]} field */
export function isMany({ type, maxSelect }) {
  return type === "manyToMany" || maxSelect > 1;
}

/** @param {string} id */
export function nameOf(id) {
  return byName.value.get(id)?.name ?? id;
}

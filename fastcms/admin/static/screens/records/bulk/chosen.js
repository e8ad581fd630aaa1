// Which records an action is for: those that were selected, or all that the search finds.

import { pb } from "../../../core/client.js";
import { t } from "../../../core/language.js";

/** @typedef {import("../../../core/client.js").CollectionModel} CollectionModel */
/**
 * @typedef {object} Chosen
 * @property {string[] | null} ids  null for all that `filter` finds
 * @property {string} filter
 * @property {string} sort
 * @property {number} count
 */

const PAGE = 1000; // the most that the API gives at once

/**
 * Their ids, in the order of the list.
 * @param {CollectionModel} collection
 * @param {Chosen} chosen
 */
export async function idsOf(collection, { ids, filter, sort }) {
  if (ids) return ids;
  const found = await pb.collection(collection.id).getFullList({ filter, sort, fields: "id", batch: PAGE });
  return found.map(({ id }) => id);
}

/** @param {Chosen} chosen */
export function inWords({ ids, filter, count }) {
  if (ids) return t("bulkSelected", { count });
  return filter ? t("bulkFound", { count }) : t("bulkAll");
}

// The collections of the server, kept while somebody is signed in.

import { computed, effect, signal } from "../vendor/preact.js";
import { pb, superuser } from "./client.js";

/** @typedef {import("./client.js").CollectionModel} CollectionModel */
/** @typedef {import("./client.js").RecordModel} RecordModel */
/** @typedef {CollectionModel["fields"][number]} Field */

/** By name; null until they are known. */
export const collections = signal(/** @type {CollectionModel[] | null} */ (null));

export const byName = computed(
  () => new Map((collections.value ?? []).flatMap((one) => [[one.name, one], [one.id, one]])),
);

export async function loadCollections() {
  const found = await pb.collections.getFullList({ sort: "name", batch: 500 });
  collections.value = found;
  return found;
}

effect(() => {
  if (!superuser.value) collections.value = null;
});

/**
 * What people see of a record where there is no room for more.
 * @param {RecordModel} record
 * @returns {string}
 */
export function titleOf(record) {
  const fields = byName.value.get(record.collectionId)?.fields ?? [];
  const shown = fields.filter((field) => field.presentable && !field.hidden);
  const texts = shown.map((field) => {
    const behind = [record.expand?.[field.name] ?? []].flat();
    return behind.length ? behind.map(titleOf).join(", ") : plain(record[field.name]);
  }).filter(Boolean);
  if (texts.length) return texts.join(" ");
  for (const name of ["title", "name", "label", "email", "username", "slug", "key"]) {
    if (typeof record[name] === "string" && record[name]) return record[name];
  }
  return record.id;
}

/** @param {unknown} value */
function plain(value) {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

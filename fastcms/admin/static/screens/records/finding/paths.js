// The paths that conditions and orders can be made of: the fields of a collection, and those of the
// records that it points to.

import { byName } from "../../../core/collections.js";
import { targetsOf } from "../../../core/completions.js";
import { isList } from "./operators.js";

/** @typedef {import("../../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("../../../core/collections.js").Field} Field */
/** @typedef {{ path: string, field: Field }} Path */
/** @typedef {{ title: string, paths: Path[] }} Paths  the title is empty for the collection itself */

/**
 * @param {CollectionModel} collection
 * @returns {Paths[]}
 */
export function pathsOf(collection) {
  const behind = collection.fields.flatMap((field) => {
    const [target] = field.type === "relation" || field.type === "manyToMany" ? targetsOf(field) : [];
    return target ? [{ title: `${field.name} → ${target.name}`, paths: pathsIn(target, `${field.name}.`) }] : [];
  });
  return [{ title: "", paths: pathsIn(collection, "") }, ...behind];
}

/**
 * @param {CollectionModel} collection
 * @param {string} prefix
 * @returns {Path[]}
 */
function pathsIn(collection, prefix) {
  return collection.fields
    .filter(({ name, type }) => type !== "password" && name !== "tokenKey" && type !== "polymorphic")
    .flatMap((field) => field.type === "geoPoint"
      ? ["lat", "lon"].map((part) => ({ path: `${prefix}${field.name}.${part}`, field: { ...field, type: "number" } }))
      : [{ path: prefix + field.name, field }]);
}

/**
 * What a path ends at; what is within JSON is JSON.
 * @param {CollectionModel} collection
 * @param {string} path
 * @returns {import("./operators.js").Place | undefined}
 */
export function placeAt(collection, path) {
  const [name = "", ...rest] = path.split(".");
  const field = collection.fields.find((one) => one.name === name);
  if (!field) return undefined;
  if (!rest.length || field.type === "json") return { field, many: false };
  if (field.type === "geoPoint") return rest.length === 1 ? { field: { ...field, type: "number" }, many: false } : undefined;
  const target = byName.value.get(field.collectionId);
  const end = target && (field.type === "relation" || field.type === "manyToMany") ? placeAt(target, rest.join(".")) : undefined;
  return end && { field: end.field, many: end.many || isList(field) };
}

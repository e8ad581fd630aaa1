// Values that a collection's fields could have.

import { targetsOf } from "../../core/completions.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("../../core/collections.js").Field} Field */

const TIME = "2026-01-31 10:00:00.000Z";
const REFERRING = new Set(["relation", "manyToMany", "polymorphic"]);

/**
 * What a create would send. What need not be sent and names something else is left out.
 * @param {CollectionModel} collection
 */
export function exampleBody(collection) {
  const sent = collection.fields.filter(({ type, name, hidden, system, required }) => (
    type !== "autodate" && name !== "id" && name !== "tokenKey" && name !== "verified"
    && (!hidden || name === "password") && (!system || collection.type === "auth")
    && type !== "file" && (required || !REFERRING.has(type))));
  const body = Object.fromEntries(sent.map((field) => [field.name, exampleOf(field)]));
  return "password" in body ? { ...body, passwordConfirm: body.password } : body;
}

/** @param {CollectionModel} collection */
export function exampleRecord(collection) {
  const shown = collection.fields.filter(({ hidden, name }) => !hidden && name !== "id");
  return {
    collectionId: collection.id, collectionName: collection.name, id: "RECORD_ID",
    ...Object.fromEntries(shown.map((field) => [field.name, exampleOf(field)])),
  };
}

/** @param {Field} field @returns {unknown} */
function exampleOf(field) {
  const one = single(field);
  const isMany = field.type === "manyToMany" || field.maxSelect > 1;
  return isMany ? [one] : one;
}

/** @param {Field} field @returns {unknown} */
function single(field) {
  switch (field.type) {
    case "number": return Math.min(field.max ?? 123, Math.max(field.min ?? 123, 123));
    case "bool": return true;
    case "email": return "ann@example.com";
    case "url": return "https://example.com";
    case "editor": return "<p>Text</p>";
    case "date":
    case "autodate": return TIME;
    case "select": return field.values?.[0] ?? "";
    case "json": return { key: "value" };
    case "file": return "picture.png";
    case "geoPoint": return { lon: 13.4, lat: 52.5 };
    case "password": return "PASSWORD";
    case "relation":
    case "manyToMany": return "OTHER_RECORD_ID";
    case "polymorphic": return { collectionId: targetsOf(field)[0]?.id ?? "", id: "OTHER_RECORD_ID" };
    default: return "text";
  }
}

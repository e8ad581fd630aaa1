// A collection while it is edited: what the server knows, with fields that remember what they were,
// and what of it is sent.

import { buildIndex, fieldsOf, indexName, parseIndex, renamedColumns } from "./index_sql.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("../../core/collections.js").Field} Field */
/**
 * @typedef {object} Row  a field
 * @property {string} key  for as long as it is edited
 * @property {string} was  its name on the server, "" for a new one
 * @property {string} linked  the name by which indexes and options know it
 * @property {boolean} removed
 * @property {Record<string, any>} field
 */
/**
 * @typedef {Record<string, any> & { name: string, type: "base" | "auth" | "view", fields: Row[], indexes: string[],
 *   renewed: string[] }} Edited  `renewed` are the tokens that get a new secret
 */

const NOT_SENT = new Set(["id", "created", "updated", "system", "renewed", "collectionId", "collectionName"]);
const NEW_SECRET = 50;
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

let rows = 0;

/**
 * @param {Record<string, any>} field
 * @returns {Row}
 */
export function rowOf(field, was = "") {
  rows += 1;
  return { key: `f${rows}-${Date.now().toString(36)}`, was, linked: field.name, removed: false, field };
}

/**
 * @param {Record<string, any>} collection
 * @returns {Edited}
 */
export function editedOf(collection) {
  const { fields, ...others } = structuredClone(collection);
  const isStored = Boolean(collection.id);
  return /** @type {any} */ ({
    ...others, renewed: [],
    fields: fields.map((/** @type {Field} */ field) => rowOf(field, isStored ? field.name : "")),
  });
}

/**
 * A new collection with what another one has; secrets stay where they are.
 * @param {CollectionModel} collection
 * @param {string} name
 * @param {string} [table]  under which its indexes are known
 * @returns {Record<string, any>}
 */
export function copyOf(collection, name, table = name) {
  const { id: _id, created: _created, updated: _updated, ...copy } = structuredClone(collection);
  const system = collection.type === "auth"
    ? ["id", "password", "tokenKey", "email", "emailVisibility", "verified"]
    : ["id"];
  return {
    ...copy, id: "", name, system: false,
    fields: copy.fields.map((field) => ({ ...field, system: system.includes(field.name) })),
    indexes: copy.indexes.map((sql) => {
      const index = parseIndex(sql);
      return index ? buildIndex({ ...index, name: indexName(name, []) }, table) : sql;
    }),
    ...(copy.oauth2 && { oauth2: { ...copy.oauth2, enabled: false, providers: [] } }),
  };
}

/** @param {Edited} edited */
export function fieldsIn(edited) {
  return edited.fields.filter(({ removed }) => !removed).map(({ field }) => field);
}

/**
 * The collection as it would be, for those who only need to know its fields.
 * @param {Edited} edited
 * @param {CollectionModel | null} stored
 * @returns {CollectionModel}
 */
export function asCollection(edited, stored) {
  return /** @type {CollectionModel} */ (/** @type {unknown} */ ({ ...stored, ...edited, fields: fieldsIn(edited) }));
}

/**
 * With the new names of fields wherever options and indexes name them. For when a name was typed to
 * its end.
 * @param {Edited} edited
 * @returns {Edited}
 */
export function settled(edited) {
  const renames = new Map(edited.fields
    .filter(({ linked, removed, field }) => linked && field.name && linked !== field.name && !removed)
    .map(({ linked, field }) => [linked, field.name]));
  const fields = edited.fields.map((row) => (row.field.name && !row.removed ? { ...row, linked: row.field.name } : row));
  /** @type {Edited} */
  const next = { ...edited, name: nameFrom(edited.name), fields };
  if (!renames.size) return next;
  /** @param {string} name */
  const named = (name) => renames.get(name) ?? name;
  next.indexes = edited.indexes.map((sql) => renamedColumns(sql, renames, edited.name));
  if (edited.passwordAuth) {
    next.passwordAuth = { ...edited.passwordAuth, identityFields: edited.passwordAuth.identityFields.map(named) };
  }
  if (edited.oauth2) {
    const mapped = Object.entries(edited.oauth2.mappedFields).map(([key, name]) => [key, named(name)]);
    next.oauth2 = { ...edited.oauth2, mappedFields: Object.fromEntries(mapped) };
  }
  if (edited.smsOTP?.phoneField) next.smsOTP = { ...edited.smsOTP, phoneField: named(edited.smsOTP.phoneField) };
  return next;
}

/**
 * The indexes that stay, each with its place: one goes with any field that it names.
 * @param {Edited} edited
 */
export function keptIndexes(edited) {
  const there = new Set(fieldsIn(edited).map(({ name }) => name));
  const gone = new Set(edited.fields.filter(({ removed }) => removed).map(({ linked }) => linked));
  return edited.indexes
    .map((sql, at) => ({ sql, at }))
    .filter(({ sql }) => !fieldsOf(sql).some((name) => gone.has(name) && !there.has(name)));
}

/**
 * What is sent: of a stored collection only what differs.
 * @param {Edited} edited
 * @param {Record<string, any> | null} stored
 * @returns {Record<string, any>}
 */
export function bodyOf(edited, stored) {
  /** @type {Record<string, any>} */
  const body = {};
  const indexes = keptIndexes(edited).map(({ sql }) => {
    // Those of a new collection were written before it had a name.
    const index = stored ? null : parseIndex(sql);
    return index ? buildIndex(index, edited.name) : sql;
  });
  for (const [key, value] of Object.entries({ ...edited, fields: fieldsIn(edited), indexes })) {
    if (NOT_SENT.has(key) || (edited.type === "view" && key === "fields")) continue;
    if (!stored || JSON.stringify(stored[key]) !== JSON.stringify(value)) body[key] = value;
  }
  for (const key of edited.renewed) body[key] = { ...edited[key], secret: secret() };
  return body;
}

/** Whether it holds what a browser must not keep. @param {Edited} edited */
export function hasSecrets(edited) {
  return Boolean(edited.oauth2?.providers.some((/** @type {any} */ { clientSecret }) => clientSecret));
}

/**
 * What a browser may keep: no secrets.
 * @param {Edited} edited
 * @returns {Edited}
 */
export function withoutSecrets(edited) {
  if (!edited.oauth2) return edited;
  const providers = edited.oauth2.providers.map((/** @type {any} */ { clientSecret: _, ...provider }) => provider);
  return { ...edited, oauth2: { ...edited.oauth2, providers } };
}

function secret() {
  // A byte more often than another one would make some letters likelier than others.
  const fair = 256 - (256 % LETTERS.length);
  let made = "";
  while (made.length < NEW_SECRET) {
    for (const byte of crypto.getRandomValues(new Uint8Array(NEW_SECRET))) {
      if (byte < fair && made.length < NEW_SECRET) made += LETTERS[byte % LETTERS.length];
    }
  }
  return made;
}

/**
 * @param {Record<string, any>} from
 * @param {string} path  keys with dots between them
 * @returns {any}
 */
export function valueAt(from, path) {
  return path.split(".").reduce((/** @type {any} */ value, key) => value?.[key], from);
}

/**
 * A copy with another value at the path.
 * @param {any} from
 * @param {string} path
 * @param {unknown} value
 * @returns {any}
 */
export function withValue(from, path, value) {
  const [key = "", ...rest] = path.split(".");
  const next = Array.isArray(from) ? [...from] : { ...from };
  next[/** @type {any} */ (key)] = rest.length ? withValue(from?.[key], rest.join("."), value) : value;
  return next;
}

/**
 * A field's name as it may be: letters, digits and underscores.
 * @param {string} typed
 */
export function nameFrom(typed) {
  return typed.normalize("NFD").replace(/\p{M}/gu, "").replace(/\W+/g, "_");
}

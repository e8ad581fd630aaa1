// Every type of field, in the order of the grid, with the options that are its own.

/** @typedef {import("./option.js").Option} Option */
/** @typedef {import("../../ui/icon.js").Shape} Shape */
/**
 * @typedef {object} FieldType
 * @property {string} type
 * @property {Shape} icon
 * @property {readonly Option[]} options
 * @property {Record<string, unknown>} [first]  what a new field has
 * @property {boolean} [own]  PocketBase does not open a directory that has one
 */

/** @type {Option} */
const MAX_SIZE = { key: "maxSize", kind: "size", text: "maxSize", placeholder: "5242880" };
/** @type {Option} */
const MIN_SELECT = { key: "minSelect", kind: "number", text: "minSelect" };
/** @type {readonly Option[]} */
const DOMAINS = [
  { key: "onlyDomains", kind: "lines", text: "onlyDomains", placeholder: "example.com" },
  { key: "exceptDomains", kind: "lines", text: "exceptDomains", placeholder: "example.org" },
];
/** @type {Option} */
const ON_DELETE = { key: "onDelete", kind: "choice", text: "onDelete", choices: ["", "cascade", "restrict", "setNull"] };
/** @type {Option} */
const ON_UPDATE = { key: "onUpdate", kind: "choice", text: "onUpdate", choices: ["", "cascade", "restrict"] };

/** @type {readonly FieldType[]} */
export const TYPES = [
  { type: "text", icon: "text", options: [
    { key: "min", kind: "number", text: "minLength" },
    { key: "max", kind: "number", text: "maxLength", placeholder: "5000" },
    { key: "pattern", kind: "code", text: "pattern", placeholder: "^[a-z0-9-]+$" },
    { key: "autogeneratePattern", kind: "code", text: "autogenerate", placeholder: "[a-z0-9]{8}" },
  ] },
  { type: "editor", icon: "editor", options: [MAX_SIZE, { key: "convertURLs", kind: "check", text: "convertURLs" }] },
  { type: "number", icon: "number", options: [
    { key: "min", kind: "limit", text: "least" },
    { key: "max", kind: "limit", text: "most" },
    { key: "onlyInt", kind: "check", text: "onlyInt" },
  ] },
  { type: "bool", icon: "bool", options: [] },
  { type: "email", icon: "mail", options: DOMAINS },
  { type: "url", icon: "url", options: DOMAINS },
  { type: "date", icon: "date", options: [
    { key: "min", kind: "date", text: "earliest" },
    { key: "max", kind: "date", text: "latest" },
  ] },
  { type: "autodate", icon: "autodate", first: { onCreate: true, onUpdate: false }, options: [
    { key: "onCreate", kind: "check", text: "onCreate" },
    { key: "onUpdate", kind: "check", text: "onUpdateDate" },
  ] },
  { type: "select", icon: "select", first: { values: [], maxSelect: 1 }, options: [
    { key: "values", kind: "lines", text: "values" },
    { key: "maxSelect", kind: "several", text: "maxSelect" },
  ] },
  { type: "file", icon: "file", first: { maxSelect: 1 }, options: [
    { key: "maxSelect", kind: "several", text: "maxFiles" },
    { ...MAX_SIZE, text: "maxFileSize" },
    { key: "mimeTypes", kind: "mimeTypes", text: "mimeTypes", placeholder: "image/png" },
    { key: "thumbs", kind: "lines", text: "thumbs", placeholder: "100x100" },
    { key: "protected", kind: "check", text: "protected" },
    { key: "transform", kind: "check", text: "transform" },
    { key: "stripMetadata", kind: "check", text: "stripMetadata" },
    { key: "optimize", kind: "choice", text: "optimize", choices: ["", "lossless", "lossy"] },
  ] },
  { type: "relation", icon: "relation", first: { maxSelect: 1, collectionId: "" }, options: [
    { key: "collectionId", kind: "collection", text: "collection" },
    { key: "maxSelect", kind: "several", text: "maxRecords" },
    MIN_SELECT,
    { key: "cascadeDelete", kind: "check", text: "cascadeDelete" },
    ON_DELETE,
    ON_UPDATE,
  ] },
  { type: "json", icon: "json", options: [{ ...MAX_SIZE, placeholder: "1048576" }] },
  { type: "geoPoint", icon: "geoPoint", options: [] },
  { type: "password", icon: "lock", options: [
    { key: "min", kind: "number", text: "minLength" },
    { key: "max", kind: "number", text: "maxLength", placeholder: "71" },
    { key: "pattern", kind: "code", text: "pattern" },
    { key: "cost", kind: "number", text: "cost", placeholder: "10" },
  ] },
  { type: "manyToMany", icon: "manyToMany", own: true, first: { collectionId: "", junctionId: "" }, options: [
    { key: "collectionId", kind: "collection", text: "collection" },
    { key: "junctionId", kind: "junction", text: "junction" },
    { key: "sourceId", kind: "end", text: "source" },
    { key: "targetId", kind: "end", text: "target" },
    MIN_SELECT,
    { key: "maxSelect", kind: "number", text: "maxLinks", placeholder: "2147483647" },
  ] },
  { type: "polymorphic", icon: "polymorphic", own: true, first: { collectionIds: [], maxSelect: 1 }, options: [
    { key: "collectionIds", kind: "collections", text: "collections" },
    { key: "maxSelect", kind: "several", text: "maxRecords" },
    MIN_SELECT,
    ON_DELETE,
    ON_UPDATE,
  ] },
];

const BY_TYPE = new Map(TYPES.map((type) => [type.type, type]));

/** @param {string} type */
export function typeOf(type) {
  return BY_TYPE.get(type) ?? { type, icon: /** @type {Shape} */ ("text"), options: [] };
}

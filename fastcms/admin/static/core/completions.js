// What may be written next in a filter or a rule, and in a query: by the schema of the server.

import { byName, collections } from "./collections.js";
import { t } from "./language.js";

/** @typedef {import("./client.js").CollectionModel} CollectionModel */
/** @typedef {import("./collections.js").Field} Field */
/** @typedef {import("./language.js").Key} Key */
/** @typedef {import("../ui/code.js").Option} Option */
/** @typedef {import("../ui/code.js").Completions} Completions */
/**
 * What a path has led to: values with names of their own, or records of some collections.
 * @typedef {{ names: [name: string, info: Key][] } | { of: Pick<CollectionModel, "name" | "fields">[], isBody?: boolean }} Scope
 */

/** @type {readonly [string, Key][]} */
export const MACROS = [
  ["@now", "completeNow"], ["@today", "completeToday"], ["@yesterday", "completeYesterday"],
  ["@tomorrow", "completeTomorrow"], ["@todayStart", "completeTodayStart"], ["@todayEnd", "completeTodayEnd"],
  ["@monthStart", "completeMonthStart"], ["@monthEnd", "completeMonthEnd"], ["@yearStart", "completeYearStart"],
  ["@yearEnd", "completeYearEnd"], ["@second", "completeSecond"], ["@minute", "completeMinute"],
  ["@hour", "completeHour"], ["@day", "completeDay"], ["@weekday", "completeWeekday"],
  ["@month", "completeMonth"], ["@year", "completeYear"],
];

/** @type {readonly [string, Key][]} */
export const OPERATORS = [
  ["=", "completeEqual"], ["!=", "completeUnequal"], [">", "completeGreater"], [">=", "completeGreaterEqual"],
  ["<", "completeLess"], ["<=", "completeLessEqual"], ["~", "completeContains"], ["!~", "completeContainsNot"],
  ["?=", "completeAnyEqual"], ["?!=", "completeAnyUnequal"], ["?~", "completeAnyContains"],
  ["in ()", "completeIn"], ["between", "completeBetween"], ["matches", "completeMatches"],
  ["is null", "completeIsNull"], ["&&", "completeAnd"], ["||", "completeOr"],
];

const FUNCTIONS = [
  "geoDistance(", "geoWithin(", "geoWithinBox(", "strftime(", "length(", "lower(", "upper(", "trim(", "substr(",
  "concat(", "abs(", "ceil(", "floor(", "round(", "size(", "contains(", "intersects(",
];

/** @type {[string, Key][]} */
const REQUEST = [
  ["auth", "completeRequestAuth"], ["body", "completeRequestBody"], ["query", "completeRequestQuery"],
  ["headers", "completeRequestHeaders"], ["method", "completeRequestMethod"], ["context", "completeRequestContext"],
];

const LISTS = new Set(["select", "file", "relation", "manyToMany", "polymorphic"]);
const TEXTS = new Set(["text", "editor", "email", "url", "select"]);

/**
 * The completions of filters and rules of a collection. A function, so that a form can give the
 * fields that are not saved yet.
 * @param {() => Pick<CollectionModel, "name" | "fields">} collection
 * @returns {Completions}
 */
export function filterCompletions(collection) {
  return ({ text, at, explicit }) => {
    const before = text.slice(0, at);
    if (isInText(before)) return [];
    const word = /[\w@#.:]*$/.exec(before)?.[0] ?? "";
    if (!word && !explicit) return [];
    if (!word && endsOperand(before)) return OPERATORS.map(([label, info]) => ({ label, info: t(info), type: "operator" }));
    return wordsFor(word, collection());
  };
}

/** @param {string} before  whether a quoted text or a comment is open at its end */
function isInText(before) {
  const rest = before.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\/\/[^\n]*\n/g, "_");
  return /['"]|\/\//.test(rest);
}

/** @param {string} before  whether an operator comes next */
function endsOperand(before) {
  const last = before.trimEnd();
  return /[\w'")]$/.test(last) && !/(^|\s)(in|like|ilike|matches|between|and|not)$/i.test(last);
}

/**
 * @param {string} word  as far as it is written
 * @param {Pick<CollectionModel, "name" | "fields">} collection
 * @returns {Option[]}
 */
function wordsFor(word, collection) {
  const segments = word.split(".");
  const last = segments.pop() ?? "";
  const prefix = segments.length ? `${segments.join(".")}.` : "";
  if (!prefix) {
    const [name, modifier] = last.split(":");
    const field = collection.fields.find((one) => one.name === name);
    if (modifier !== undefined) return field ? modifiers(`${name}:`, field, false) : [];
    return beginnings(collection);
  }
  const scope = walk(segments, collection);
  if (!scope) return [];
  if ("names" in scope) return scope.names.map(([name, info]) => ({ label: prefix + name, info: t(info), type: "property" }));
  const [name, modifier] = last.split(":");
  if (modifier !== undefined) {
    const field = scope.of.flatMap(({ fields }) => fields).find((one) => one.name === name);
    return field ? modifiers(`${prefix}${name}:`, field, scope.isBody === true) : [];
  }
  return fieldsOf(scope.of, prefix);
}

/**
 * @param {Pick<CollectionModel, "name" | "fields">} collection
 * @returns {Option[]}
 */
function beginnings(collection) {
  return [
    ...fieldsOf([collection], ""),
    ...REQUEST.map(([name, info]) => ({ label: `@request.${name}`, info: t(info), type: "variable" })),
    ...(collections.value ?? []).map(({ name }) => ({ label: `@collection.${name}`, info: t("completeCollection"), type: "class" })),
    ...MACROS.map(([label, info]) => ({ label, info: t(info), type: "constant" })),
    ...FUNCTIONS.map((label) => ({ label, detail: t("completeFunction"), type: "function" })),
    ...["true", "false", "null"].map((label) => ({ label, type: "keyword" })),
  ];
}

/**
 * @param {Pick<CollectionModel, "name" | "fields">[]} of
 * @param {string} prefix
 * @returns {Option[]}
 */
function fieldsOf(of, prefix) {
  /** @type {Map<string, Option>} */
  const found = new Map();
  for (const { name: owner, fields } of of) {
    for (const field of fields) {
      const target = targetsOf(field).map(({ name }) => name).join(", ");
      const label = prefix + field.name;
      if (found.has(label)) continue;
      found.set(label, {
        label, type: "property", detail: target ? `${field.type} → ${target}` : field.type,
        ...(of.length > 1 ? { info: t("completeOf", { name: owner }) } : {}),
      });
    }
    for (const [via, source] of backRelations(owner)) {
      found.set(prefix + via, { label: prefix + via, type: "property", detail: `← ${source.name}`, info: t("completeBack", { name: source.name }) });
    }
  }
  return [...found.values()];
}

/**
 * @param {string[]} segments
 * @param {Pick<CollectionModel, "name" | "fields">} collection
 * @returns {Scope | null}
 */
function walk(segments, collection) {
  const [first = "", ...rest] = segments;
  if (first === "@request") {
    const [part, ...behind] = rest;
    if (!part) return { names: REQUEST };
    if (part === "auth") return follow(behind, { of: (collections.value ?? []).filter(({ type }) => type === "auth") });
    if (part === "body") return follow(behind, { of: [collection], isBody: true });
    return null;
  }
  if (first === "@collection") {
    const [name, ...behind] = rest;
    if (!name) return { names: (collections.value ?? []).map((one) => [one.name, "completeCollection"]) };
    const joined = byName.value.get(name.split(":")[0] ?? "");
    return joined ? follow(behind, { of: [joined] }) : null;
  }
  return follow(segments, { of: [collection] });
}

/**
 * @param {string[]} segments
 * @param {Scope} scope
 * @returns {Scope | null}
 */
function follow(segments, scope) {
  const [name, ...rest] = segments;
  if (name === undefined) return scope;
  if ("names" in scope) return null;
  const back = scope.of.flatMap((one) => backRelations(one.name)).find(([via]) => via === name);
  if (back) return follow(rest, { of: [back[1]] });
  const field = scope.of.flatMap(({ fields }) => fields).find((one) => one.name === name);
  if (!field) return null;
  if (field.type === "geoPoint") return rest.length ? null : { names: [["lon", "completeLon"], ["lat", "completeLat"]] };
  const targets = targetsOf(field);
  if (!targets.length) return null;
  if (field.type !== "polymorphic") return follow(rest, { of: targets });
  const [chosen, ...behind] = rest;
  if (chosen === undefined) return { names: targets.map((one) => [one.name, "completeCollection"]) };
  return follow(behind, { of: targets.filter((one) => one.name === chosen) });
}

/**
 * The collections whose records a field names.
 * @param {Field} field
 * @returns {CollectionModel[]}
 */
export function targetsOf(field) {
  if (!LISTS.has(field.type)) return [];
  const ids = /** @type {string[]} */ (field.collectionIds ?? (field.collectionId ? [field.collectionId] : []));
  return ids.flatMap((id) => byName.value.get(id) ?? []);
}

/**
 * The names that lead back from a collection to those that point to it.
 * @param {string} name
 * @returns {[via: string, source: CollectionModel][]}
 */
export function backRelations(name) {
  return (collections.value ?? []).flatMap((source) => source.fields
    .filter((field) => field.type !== "manyToMany" && targetsOf(field).some((target) => target.name === name))
    .map((field) => /** @type {[string, CollectionModel]} */ ([`${source.name}_via_${field.name}`, source])));
}

/**
 * @param {string} prefix
 * @param {Field} field
 * @param {boolean} isBody
 * @returns {Option[]}
 */
function modifiers(prefix, field, isBody) {
  /** @type {[string, Key][]} */
  const found = [];
  if (isBody) found.push(["isset", "completeIsset"], ["changed", "completeChanged"]);
  if (LISTS.has(field.type)) found.push(["each", "completeEach"], ["length", "completeLength"]);
  if (TEXTS.has(field.type)) found.push(["lower", "completeLower"]);
  return found.map(([name, info]) => ({ label: prefix + name, info: t(info), type: "keyword" }));
}

/**
 * Names of collections and of their columns in a query.
 * @type {Completions}
 */
export function sqlCompletions({ text, at, explicit }) {
  const word = /[\w.]*$/.exec(text.slice(0, at))?.[0] ?? "";
  if (!word && !explicit) return [];
  const all = collections.value ?? [];
  const [table, column] = word.split(".");
  if (column !== undefined && table) {
    const of = all.find((one) => one.name === (aliases(text).get(table.toLowerCase()) ?? table));
    return of ? columnsOf(of, `${table}.`) : [];
  }
  const used = new Set(aliases(text).values());
  return [
    ...all.map(({ name, type }) => ({ label: name, detail: type, type: "class" })),
    ...all.filter(({ name }) => used.has(name)).flatMap((one) => columnsOf(one, "")),
  ];
}

/**
 * @param {CollectionModel} collection
 * @param {string} prefix
 * @returns {Option[]}
 */
function columnsOf({ name, fields }, prefix) {
  return fields.filter(({ type }) => type !== "password" && type !== "manyToMany")
    .map((field) => ({ label: prefix + field.name, detail: `${name}: ${field.type}`, type: "property" }));
}

/**
 * The names that tables go by in a query, in lower case.
 * @param {string} text
 */
function aliases(text) {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const [, table = "", alias = ""] of text.matchAll(/\b(?:from|join)\s+["`[]?(\w+)["`\]]?(?:\s+(?:as\s+)?(\w+))?/gi)) {
    found.set(table.toLowerCase(), table);
    if (alias && !/^(on|where|left|right|inner|cross|join|group|order|limit|union|using)$/i.test(alias)) found.set(alias.toLowerCase(), table);
  }
  return found;
}

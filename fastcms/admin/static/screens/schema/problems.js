// What the server says is wrong, by the place where it is typed.

import { ClientResponseError } from "../../vendor/pocketbase.js";
import { keptIndexes } from "./edited.js";

/** @typedef {import("../../core/client.js").Problems} Problems */
/** @typedef {import("./edited.js").Edited} Edited */
/** @typedef {"fields" | "rules" | "indexes" | "options" | "query" | ""} Tab  "" is above all tabs */

/**
 * Messages by path: `otp.duration`. Fields are named by their keys, for their places change.
 * @param {unknown} error
 * @param {Edited} edited
 * @returns {Problems}
 */
export function problemsIn(error, edited) {
  if (!(error instanceof ClientResponseError)) return {};
  const rows = edited.fields.filter(({ removed }) => !removed);
  const indexes = keptIndexes(edited);
  /** @type {Problems} */
  const found = {};
  /**
   * @param {any} value
   * @param {string[]} path
   */
  function collect(value, path) {
    if (typeof value?.message === "string" && typeof value.code === "string") {
      const [first = "", place = "", ...rest] = path;
      const named = first === "fields" ? rows[Number(place)]?.key : String(indexes[Number(place)]?.at ?? place);
      const isListed = place !== "" && (first === "fields" || first === "indexes") && named;
      found[(isListed ? [first, named, ...rest] : path).join(".")] = value.message;
    } else if (value && typeof value === "object") {
      for (const [key, inner] of Object.entries(value)) collect(inner, [...path, key]);
    }
  }
  collect(error.response.data, []);
  return found;
}

/**
 * What is wrong at a path or below it, in one text.
 * @param {Problems} problems
 * @param {string} path
 */
export function problemAt(problems, path) {
  return Object.entries(problems)
    .filter(([key]) => key === path || key.startsWith(`${path}.`))
    .map(([, message]) => message)
    .join(" ");
}

/**
 * Without what was wrong at the path or below it.
 * @param {Problems} problems
 * @param {string} path
 * @returns {Problems}
 */
export function without(problems, path) {
  return Object.fromEntries(
    Object.entries(problems).filter(([key]) => key !== path && !key.startsWith(`${path}.`)),
  );
}

/**
 * @param {string} path
 * @returns {Tab}
 */
export function tabOf(path) {
  const [first = ""] = path.split(".");
  if (first === "name" || first === "type" || first === "id" || first === "system") return "";
  if (first === "fields" || first === "indexes") return first;
  if (first.startsWith("view") && first !== "viewRule") return "query";
  return first.endsWith("Rule") ? "rules" : "options";
}

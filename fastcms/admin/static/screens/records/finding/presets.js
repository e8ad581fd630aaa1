// Searches that are worth a click, by what a collection has.

import { t } from "../../../core/language.js";
import { operatorsOf, toComparison } from "./operators.js";
import { writeFilter } from "./expression.js";

/** @typedef {import("../../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("../../../core/collections.js").Field} Field */
/** @typedef {{ title: string, filter: string }} Preset */

const MOST_EMPTY = 6;
const WEEK = "strftime('%Y-%m-%d %H:%M:%fZ', 'now', '-7 days')";

/**
 * @param {CollectionModel} collection
 * @returns {Preset[]}
 */
export function presetsOf(collection) {
  const { fields, type } = collection;
  const dates = fields.filter((field) => field.type === "date" || field.type === "autodate");
  const flags = fields.filter((field) => field.type === "bool" && !field.system);
  const gaps = fields.filter((field) => !field.required && !field.system && operatorsOf(field).includes("empty") && field.type !== "autodate");
  return [
    ...(type === "auth" ? [{ title: t("presetUnverified"), filter: "verified = false" }] : []),
    ...dates.flatMap(datePresets),
    ...flags.map(({ name }) => ({ title: t("presetYes", { name }), filter: `${name} = true` })),
    ...gaps.slice(0, MOST_EMPTY).map((field) => ({ title: t("presetEmpty", { name: field.name }), filter: emptyOf(field) })),
  ];
}

/** @param {Field} field @returns {Preset[]} */
function datePresets({ name, type }) {
  const lately = [
    { title: t("presetToday", { name }), filter: `${name} >= @todayStart && ${name} <= @todayEnd` },
    { title: t("presetWeek", { name }), filter: `${name} >= ${WEEK} && ${name} <= @now` },
    { title: t("presetMonth", { name }), filter: `${name} >= @monthStart && ${name} <= @monthEnd` },
  ];
  if (type === "autodate") return lately;
  return [...lately, { title: t("presetComing", { name }), filter: `${name} > @now` }];
}

/** @param {Field} field */
function emptyOf(field) {
  const said = /** @type {const} */ ({ path: field.name, operator: "empty", value: { kind: "text", text: "" } });
  const found = toComparison(said, { field, many: false });
  return found ? writeFilter(found) : "";
}

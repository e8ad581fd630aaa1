// What an import, or a change of many records, says of rows that cannot be taken.

import { html } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { List } from "../../../ui/list.js";

/** @typedef {{ row: number, problems: Record<string, { message: string }> }} BadRow */

const SHOWN = 100;

/** @param {{ bad: BadRow[], total: number }} props */
export function BadRows({ bad, total }) {
  const shown = bad.slice(0, SHOWN).flatMap(({ row, problems }) =>
    Object.entries(problems).map(([field, { message }]) => ({ row, field, message })));
  return html`<div role="alert">
    <p class="problem">${t("badRows", { count: total })}</p>
    <${List} label=${t("badRows", { count: total })} rows=${shown}
      keyOf=${(/** @type {typeof shown[number]} */ { row, field }) => `${row}.${field}`}
      columns=${[
        { title: t("row"), cell: (/** @type {typeof shown[number]} */ { row }) => String(row) },
        { title: t("fieldName"), cell: (/** @type {typeof shown[number]} */ { field }) => (field === "@row" ? t("wholeRow") : field) },
        { title: t("problem"), cell: (/** @type {typeof shown[number]} */ { message }) => message },
      ]} />
    ${total > SHOWN && html`<p class="quiet">${t("moreBadRows", { count: total - SHOWN })}</p>`}
  </div>`;
}

/**
 * Bad rows as the server lists them where it took nothing at all.
 * @param {Record<string, any>} data
 * @returns {BadRow[]}
 */
export function badRowsOf(data) {
  return Object.entries(data)
    .filter(([row, problems]) => /^\d+$/.test(row) && typeof problems === "object")
    .map(([row, problems]) => ({ row: Number(row), problems }));
}

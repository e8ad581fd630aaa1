// What a query gave: a table, and files of it.

import { html, useEffect, useState } from "../../../vendor/preact.js";
import { download } from "../../../core/download.js";
import { t } from "../../../core/language.js";
import { Button } from "../../../ui/button.js";

/**
 * @typedef {{ execTime: number, affectedRows: number, columns: { name: string, type: string }[],
 *   rows: (string | null)[][], wrote?: boolean }} Result
 */

/** What the server sends at most. */
const MOST = 1000;
const FIRST = 100;
/** Longer texts are cut, until somebody wants to see them. */
const LONG = 300;

/** @param {{ result: Result }} props */
export function Results({ result }) {
  const { execTime, affectedRows, columns, rows, wrote = false } = result;
  const [shown, setShown] = useState(FIRST);
  useEffect(() => setShown(FIRST), [result]);
  const time = t("sqlTime", { ms: execTime });

  function csv() {
    const lines = [columns.map(({ name }) => name), ...rows].map((row) => row.map(quoted).join(","));
    download("query.csv", [lines.join("\r\n"), "\r\n"], "text/csv");
  }
  function json() {
    const items = rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null])));
    download("query.json", [JSON.stringify(items, null, 2)], "application/json");
  }
  if (wrote) return html`<p role="status">${t("sqlAffected", { count: affectedRows })} ${time}</p>`;
  return html`<div class="filters">
      <p role="status">${t("sqlRows", { count: rows.length })} ${time} ${rows.length >= MOST && t("sqlCapped", { most: MOST })}</p>
      <span class="spacer"></span>
      ${rows.length > 0 && html`<${Button} onClick=${csv}>CSV<//><${Button} onClick=${json}>JSON<//>`}
    </div>
    ${columns.length > 0 && html`<div class="list-place results" tabindex="0" role="region" aria-label=${t("sqlResults")}>
      <table class="list">
        <thead><tr>${columns.map(({ name, type }, at) => html`<th key=${at} scope="col">${name}
          ${type && html` <span class="type">${type.toLowerCase()}</span>`}</th>`)}</tr></thead>
        <tbody>${rows.slice(0, shown).map((row, line) => html`<tr key=${line}>
          ${row.map((value, at) => html`<td key=${at}><${Cell} value=${value} /></td>`)}</tr>`)}</tbody>
      </table></div>`}
    ${shown < rows.length && html`<div class="buttons"><${Button} onClick=${() => setShown(rows.length)}>
      ${t("sqlShowAll", { all: rows.length })}<//></div>`}`;
}

/** @param {{ value: string | null }} props */
function Cell({ value }) {
  const [isWhole, setIsWhole] = useState(false);
  if (value === null) return html`<span class="quiet">NULL</span>`;
  if (value.length <= LONG || isWhole) return html`<span class="mono">${value}</span>`;
  return html`<span class="mono">${value.slice(0, LONG)}…</span>
    <button type="button" class="link-button" onClick=${() => setIsWhole(true)}>${t("sqlWhole", { length: value.length })}</button>`;
}

/** @param {string | null} value  as a cell of CSV; a text that a spreadsheet would run becomes one that it shows */
function quoted(value) {
  if (value === null) return "";
  const safe = /^[=+\-@\t\r]/.test(value) && Number.isNaN(Number(value)) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

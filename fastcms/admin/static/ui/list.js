// A plain table of some dozens of rows. Records have one of their own, which holds any number.

import { html } from "../vendor/preact.js";
import { Loading } from "./page.js";

/** @typedef {import("../vendor/preact.js").ComponentChildren} ComponentChildren */

/**
 * @template T
 * @typedef {object} Column
 * @property {string} title
 * @property {(row: T) => ComponentChildren} cell
 * @property {boolean} [end]  at the right, for numbers and actions
 */

/**
 * @template T
 * @param {{ label: string, columns: Column<T>[], rows: readonly T[] | null, keyOf: (row: T) => string,
 *   onOpen?: (row: T) => void, empty?: ComponentChildren }} props
 *   `rows` is null until they are known; with `onOpen` the first cell of each row is a button
 */
export function List({ label, columns, rows, keyOf, onOpen, empty }) {
  if (!rows) return html`<${Loading} />`;
  if (rows.length === 0 && empty) return html`<div class="list-empty quiet">${empty}</div>`;
  return html`<div class="list-place" tabindex="0" role="region" aria-label=${label}><table class="list">
    <thead><tr>${columns.map(({ title, end }) => html`<th key=${title} class=${end ? "end" : ""} scope="col">
      ${title || html`<span class="hidden-text">${label}</span>`}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr key=${keyOf(row)}>
      ${columns.map(({ title, cell, end }, at) => html`<td key=${title} class=${end ? "end" : ""}>
        ${onOpen && at === 0
          ? html`<button type="button" class="link-button" onClick=${() => onOpen(row)}>${cell(row)}</button>`
          : cell(row)}
      </td>`)}
    </tr>`)}</tbody>
  </table></div>`;
}

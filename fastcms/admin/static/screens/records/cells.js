// How a value looks in the table, by type of field.

import { html } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { titleOf } from "../../core/collections.js";
import { localTime, number, t } from "../../core/language.js";
import { Icon } from "../../ui/icon.js";

/** @typedef {import("../../core/collections.js").Field} Field */
/** @typedef {import("../../core/client.js").RecordModel} RecordModel */
/** @typedef {{ value: any, record: RecordModel, field: Field }} Cell */

const NOTHING = html`<span class="quiet">–</span>`;
const IMAGE = /\.(png|jpe?g|gif|webp|avif)$/i;
const LONGEST = 200;

/** @param {Cell} props */
function Text({ value }) {
  return html`<span class="text">${String(value).slice(0, LONGEST)}</span>`;
}

/** @param {Cell} props */
function Plain({ value }) {
  // For a glance only; it becomes text of the page, whatever it is.
  const text = String(value).replace(/<[^>]*>/g, " ").replace(/&nbsp;/g, " ").replace(/&amp;/g, "&");
  return html`<span class="text">${text.replace(/\s+/g, " ").trim().slice(0, LONGEST)}</span>`;
}

/** @param {Cell} props */
function Link({ value, field }) {
  const href = field.type === "email" ? `mailto:${value}` : String(value);
  // Other schemes may be scripts.
  if (!/^(https?|mailto):/i.test(href)) return html`<span class="text">${value}</span>`;
  return html`<a class="text" href=${href} target="_blank" rel="noopener noreferrer">${value}</a>`;
}

/** @param {Cell} props */
function Time({ value }) {
  return html`<time class="text" datetime=${value} title=${`${value} (UTC)`}>${localTime(value)}</time>`;
}

/** @param {Cell} props */
function Chips({ value }) {
  return list(value).map((one) => html`<span class="chip" key=${one}>${one}</span>`);
}

/** @param {Cell} props */
function Files({ value, record }) {
  return list(value).map((name) => IMAGE.test(name)
    ? html`<img key=${name} class="thumb" loading="lazy" alt=${name} title=${name}
        src=${pb.files.getURL(record, name, { thumb: "100x100" })} />`
    : html`<span key=${name} class="chip" title=${name}><${Icon} name="file" />${name}</span>`);
}

/** @param {Cell} props */
function Relation({ value, record, field }) {
  const found = list(record.expand?.[field.name] ?? []);
  const byId = new Map(found.map((/** @type {RecordModel} */ one) => [one.id, one]));
  return list(value).map((id) => {
    const one = byId.get(id);
    return html`<span class="chip" key=${id} title=${id}>${one ? titleOf(one) : id}</span>`;
  });
}

/** @param {Cell} props */
function Json({ value }) {
  return html`<code class="text">${JSON.stringify(value).slice(0, LONGEST)}</code>`;
}

/** @type {Record<string, (cell: Cell) => unknown>} */
const CELLS = {
  autodate: Time,
  bool: ({ value }) => html`<span class=${value ? "chip" : "quiet"}>${t(value ? "yes" : "no")}</span>`,
  date: Time,
  editor: Plain,
  email: Link,
  file: Files,
  geoPoint: ({ value }) => html`<span class="text mono">${number(value.lat)}, ${number(value.lon)}</span>`,
  json: Json,
  manyToMany: Relation,
  number: ({ value }) => html`<span class="text">${number(value)}</span>`,
  password: () => NOTHING,
  polymorphic: Json,
  relation: Relation,
  select: Chips,
  url: Link,
};

/** @param {Omit<Cell, "value">} props */
export function Cell({ record, field }) {
  const value = record[field.name];
  if (value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length)) {
    return NOTHING;
  }
  const Shown = CELLS[field.type] ?? Text;
  return html`<${Shown} value=${value} record=${record} field=${field} />`;
}

/**
 * @template T
 * @param {T | T[]} value
 * @returns {T[]}
 */
function list(value) {
  return Array.isArray(value) ? value : [value];
}

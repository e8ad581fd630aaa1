// How a value looks in the table, by type of field.

import { html } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { titleOf } from "../../core/collections.js";
import { useFileToken } from "../../core/file_token.js";
import { localTime, number, t } from "../../core/language.js";
import { IconButton } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { complain, say } from "../../ui/toasts.js";
import { IMAGE } from "./preview.js";

/** @typedef {import("../../core/collections.js").Field} Field */
/** @typedef {import("../../core/client.js").RecordModel} RecordModel */
/** @typedef {(previewed: import("./preview.js").Previewed) => void} OnPreview */
/** @typedef {{ value: any, record: RecordModel, field: Field, canCopy: boolean, onPreview: OnPreview }} Cell */

const LONGEST = 200;
const MOST_ITEMS = 20;

function nothing() {
  return html`<span class="quiet">${t("cellEmpty")}</span>`;
}

/** @param {Pick<Cell, "value">} props */
function text({ value }) {
  return String(value).slice(0, LONGEST);
}

/** @param {Cell} props */
function plain({ value }) {
  // For a glance only; it becomes text of the page, whatever it is.
  const seen = String(value).replace(/<[^>]*>/g, " ").replace(/&nbsp;/g, " ").replace(/&amp;/g, "&");
  return seen.replace(/\s+/g, " ").trim().slice(0, LONGEST);
}

/** @param {Cell} props */
function link({ value, field }) {
  const href = field.type === "email" ? `mailto:${value}` : String(value);
  // Other schemes may be scripts.
  if (!/^(https?|mailto):/i.test(href)) return text({ value });
  return html`<a href=${href} target="_blank" rel="noopener noreferrer">${value}</a>`;
}

/** @param {Cell} props */
function time({ value }) {
  return html`<time datetime=${value} title=${`${value} (UTC)`}>${localTime(value)}</time>`;
}

/** @param {Cell} props */
function id({ value, canCopy }) {
  return html`${canCopy && html`<${IconButton} icon="copy" class="icon-button copy" tabindex="-1" label=${t("copyValue", { value })}
      onClick=${(/** @type {Event} */ event) => {
        event.stopPropagation();
        void copy(value);
      }} />`}<span class="mono">${value}</span>`;
}

/** @param {Cell} props */
function chips({ value }) {
  return some(value, (one) => html`<span class="chip" key=${one}>${one}</span>`);
}

/** @param {Cell} props  one that waits for a token, so a component of its own */
function Files({ value, record, field, onPreview }) {
  const token = useFileToken(Boolean(field.protected));
  return some(value, (name) => {
    if (!IMAGE.test(name)) return html`<span key=${name} class="chip" title=${name}><${Icon} name="file" />${name}</span>`;
    const address = token === null ? undefined : pb.files.getURL(record, name, { thumb: "100x100", token });
    return html`<button type="button" key=${name} class="thumb-button" tabindex="-1" aria-label=${t("previewFile", { name })} title=${name}
      onClick=${(/** @type {Event} */ event) => {
        event.stopPropagation();
        onPreview({ record, field, name });
      }}><img class="thumb" loading="lazy" alt="" src=${address} /></button>`;
  });
}

/** @param {Cell} props */
function relation({ value, record, field }) {
  const found = list(record.expand?.[field.name] ?? []);
  const byId = new Map(found.map((/** @type {RecordModel} */ one) => [one.id, one]));
  return some(value, (id) => {
    const one = byId.get(id);
    return html`<span class="chip" key=${id} title=${id}>${one ? titleOf(one) : id}</span>`;
  });
}

/** @param {Cell} props */
function json({ value }) {
  return html`<code>${JSON.stringify(value).slice(0, LONGEST)}</code>`;
}

// Plain functions, and elements only where text is not enough: there are hundreds of cells, and each
// component and element takes its time.
/** @type {Record<string, (cell: Cell) => unknown>} */
const CELLS = {
  autodate: time,
  bool: ({ value }) => html`<span class=${value ? "chip" : "quiet"}>${t(value ? "yes" : "no")}</span>`,
  date: time,
  editor: plain,
  email: link,
  file: (cell) => html`<${Files} ...${cell} />`,
  geoPoint: ({ value }) => html`<span class="mono">${number(value.lat)}, ${number(value.lon)}</span>`,
  json,
  manyToMany: relation,
  number: ({ value }) => number(value),
  password: nothing,
  polymorphic: json,
  relation,
  select: chips,
  url: link,
};

/** @param {Omit<Cell, "value">} props  `canCopy` is whether a button to copy by stands there */
export function showCell({ record, field, canCopy, onPreview }) {
  const value = record[field.name];
  if (isNothing(value)) return nothing();
  const show = field.primaryKey || field.name === "id" ? id : (CELLS[field.type] ?? text);
  return show({ value, record, field, canCopy, onPreview });
}

/** @param {unknown} value */
function isNothing(value) {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);
}

/**
 * The first items of a list, and how many more there are.
 * @param {string | string[]} value
 * @param {(one: string) => unknown} show
 */
function some(value, show) {
  const items = list(value);
  const more = items.length - MOST_ITEMS;
  return [...items.slice(0, MOST_ITEMS).map(show), more > 0 && html`<span class="quiet" key="more">+${number(more)}</span>`];
}

/**
 * Puts a value into the clipboard, as text.
 * @param {unknown} value
 */
export async function copy(value) {
  const text = isNothing(value) ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
  try {
    await navigator.clipboard.writeText(text);
    say(t("copied"));
  } catch (error) {
    complain(error);
  }
}

/**
 * @template T
 * @param {T | T[]} value
 * @returns {T[]}
 */
function list(value) {
  return Array.isArray(value) ? value : [value];
}

// A collection in the diagram: its name and its fields.

import { html } from "../../vendor/preact.js";
import { t } from "../../core/language.js";
import { HEAD, ROW, WIDTH, heightOf, rowsOf } from "./layout.js";
import { isMany, nameOf } from "./relations.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */

const LETTERS = 17;

/**
 * @param {{ collection: CollectionModel, place: import("./layout.js").Point, edges: import("./layout.js").Edge[], href: string,
 *   onPointerDown: (event: PointerEvent) => void, onKeyDown: (event: KeyboardEvent) => void }} props
 */
export function Box({ collection, place, edges, href, onPointerDown, onKeyDown }) {
  const { id, name, type } = collection;
  const { shown, more } = rowsOf(collection);
  const leads = edges.filter((edge) => edge.from === id).map(({ field, to }) => `${field} → ${nameOf(to)}`);
  return html`<a class=${`box ${type}`} href=${href} transform=${`translate(${place.x} ${place.y})`} draggable=${false}
    onPointerDown=${onPointerDown} onKeyDown=${onKeyDown}
    onDragStart=${(/** @type {Event} */ event) => event.preventDefault()}
    onClick=${(/** @type {MouseEvent} */ event) => {
      // A pointer opens when it is let go, unless it has moved the box.
      if (event.detail > 0 && !event.ctrlKey && !event.metaKey) event.preventDefault();
    }}>
    <title>${[name, ...leads].join(", ")}</title>
    <rect width=${WIDTH} height=${heightOf(collection)} rx="8" />
    <text class="name" x="12" y="22">${short(name, 20)}</text>
    <text class="type" x=${WIDTH - 12} y="22" text-anchor="end">${type}</text>
    <line x2=${WIDTH} y1=${HEAD} y2=${HEAD} />
    ${shown.map((field, row) => html`<g key=${field.id} transform=${`translate(0 ${HEAD + ROW * (row + 0.7)})`}>
      <text x="12" class=${field.hidden ? "hidden-field" : ""}>${short(field.name, LETTERS)}</text>
      <text class="type" x=${WIDTH - 12} text-anchor="end">${field.type}${isMany(field) ? " […]" : ""}${field.hidden ? ` (${t("overviewHidden")})` : ""}</text>
    </g>`)}
    ${more > 0 && html`<text class="type" x="12" y=${HEAD + ROW * (shown.length + 0.7)}>${t("overviewMore", { count: more })}</text>`}
  </a>`;
}

/** @param {string} text @param {number} length */
function short(text, length) {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

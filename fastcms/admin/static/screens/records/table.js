// A table of any length: only the rows in sight are on the page.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../../vendor/preact.js";
import { t } from "../../core/language.js";
import { Icon } from "../../ui/icon.js";
import { Cell } from "./cells.js";
import { LEAST_WIDTH, MOST_WIDTH, isShown, ordered, widthOf } from "./columns.js";

/** @typedef {import("../../core/collections.js").Field} Field */
/** @typedef {import("../../core/client.js").RecordModel} RecordModel */
/** @typedef {import("./rows.js").Rows} Rows */

const ROW = 40; // pixels, as in records.css
const SPARE = 12; // rows beyond those in sight
const SORTED = new Set([
  "autodate", "bool", "date", "editor", "email", "json", "number", "relation", "select", "text", "url", "file",
]);

/**
 * @param {{ collection: import("../../core/client.js").CollectionModel, rows: Rows, sort: string,
 *   layout: import("../../vendor/preact.js").Signal<import("./columns.js").Layout>,
 *   onSort: (sort: string) => void, onOpen: (record: RecordModel) => void,
 *   selection: ReadonlyMap<string, RecordModel>,
 *   onSelect: (change: { records: RecordModel[], on: boolean }) => void,
 *   children?: unknown }} props  `children` stand where there is no row
 */
export function Table({ collection, rows, sort, layout, onSort, onOpen, selection, onSelect, children }) {
  const grid = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [sight, setSight] = useState({ first: 0, end: 30 });
  const [active, setActive] = useState(0);
  const anchor = useRef(0);
  const fields = ordered(collection, layout.value).filter((field) => isShown(layout.value, field));
  const count = rows.total.value ?? 0;
  void rows.version.value;
  const hidden = rows.hidden.value;

  function look() {
    const { current } = grid;
    if (!current) return;
    const first = Math.max(0, Math.floor(current.scrollTop / ROW) - SPARE);
    const end = Math.min(count, Math.ceil((current.scrollTop + current.clientHeight) / ROW) + SPARE);
    if (first !== sight.first || end !== sight.end) setSight({ first, end });
  }
  useLayoutEffect(look, [count]);
  useEffect(() => {
    const observer = new ResizeObserver(look);
    if (grid.current) observer.observe(grid.current);
    return () => observer.disconnect();
  });
  useEffect(() => rows.want(sight.first, Math.max(sight.end, 1)), [rows, sight.first, sight.end, rows.version.value]);
  useLayoutEffect(() => {
    grid.current?.style.setProperty(
      "--columns", ["44px", ...fields.map((field) => `${widthOf(layout.value, field)}px`)].join(" "),
    );
  });

  /** @param {number} index */
  function activate(index) {
    const next = Math.max(0, Math.min(count - 1, index));
    setActive(next);
    const { current } = grid;
    if (!current) return;
    const [top, bottom] = [next * ROW, (next + 1) * ROW + ROW];
    if (top < current.scrollTop) current.scrollTop = top;
    else if (bottom > current.scrollTop + current.clientHeight) current.scrollTop = bottom - current.clientHeight;
  }
  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.target !== grid.current) return;
    const page = Math.max(1, Math.floor((grid.current?.clientHeight ?? ROW) / ROW) - 2);
    const record = rows.at(active);
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => activate(active + 1),
      ArrowUp: () => activate(active - 1),
      PageDown: () => activate(active + page),
      PageUp: () => activate(active - page),
      Home: () => activate(0),
      End: () => activate(count - 1),
      Enter: () => record && onOpen(record),
      " ": () => record && onSelect({ records: [record], on: !selection.has(record.id) }),
    };
    const act = keys[event.key];
    if (act && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      act();
    }
  }
  /**
   * @param {MouseEvent} event
   * @param {number} index
   * @param {RecordModel} record
   */
  function tick(event, index, record) {
    event.stopPropagation();
    const on = !selection.has(record.id);
    const [low, high] = event.shiftKey
      ? [Math.min(anchor.current, index), Math.max(anchor.current, index)] : [index, index];
    const records = [];
    for (let at = low; at <= high; at += 1) {
      const one = rows.at(at);
      if (one) records.push(one);
    }
    onSelect({ records, on });
    anchor.current = index;
  }

  const shown = [];
  for (let index = sight.first; index < Math.min(sight.end, count); index += 1) {
    const record = rows.at(index);
    if (record && hidden.has(record.id)) continue;
    shown.push(html`<div
      key=${index} id=${`row-${index}`} role="row" aria-rowindex=${index + 2} aria-selected=${Boolean(record && selection.has(record.id))}
      class=${`grid-row ${index === active ? "active" : ""}`} style=${{ top: `${index * ROW}px` }}
      onClick=${() => {
        setActive(index);
        if (record) onOpen(record);
      }}
    >
      <div role="gridcell" class="first-cell">
        ${record && html`<input type="checkbox" tabindex="-1" checked=${selection.has(record.id)}
          aria-label=${t("selectRow", { id: record.id })}
          onClick=${(/** @type {MouseEvent} */ event) => tick(event, index, record)} />`}
      </div>
      ${fields.map((field) => html`<div role="gridcell" key=${field.id} data-type=${field.type}
        onClick=${(/** @type {Event} */ event) => {
          if (/** @type {HTMLElement} */ (event.target).closest("a")) event.stopPropagation();
        }}>
        ${record ? html`<${Cell} record=${record} field=${field} />` : html`<span class="quiet">…</span>`}
      </div>`)}
    </div>`);
  }
  const loaded = rows.loaded.value;
  const isAll = loaded.length > 0 && loaded.every(({ id }) => selection.has(id));
  return html`<div class="grid-place"><div class="grid" ref=${grid} role="grid" tabindex="0" aria-label=${collection.name}
    aria-rowcount=${count + 1} aria-activedescendant=${count ? `row-${active}` : undefined} aria-multiselectable="true"
    onScroll=${look} onKeyDown=${onKeyDown}
  >
    <div role="rowgroup">
      <div class="grid-head" role="row" aria-rowindex="1">
        <div role="columnheader" class="first-cell">
          <input type="checkbox" checked=${isAll} aria-label=${t("selectLoaded")}
            onChange=${() => onSelect({ records: loaded, on: !isAll })} />
        </div>
        ${fields.map((field) => html`<${Head} key=${field.id} ...${{ field, sort, onSort, layout }} />`)}
      </div>
    </div>
    <div role="rowgroup" class="grid-body" style=${{ height: `${count * ROW}px` }}>${shown}</div>
  </div>${count === 0 && children}</div>`;
}

/**
 * @param {{ field: Field, sort: string, onSort: (sort: string) => void,
 *   layout: import("../../vendor/preact.js").Signal<import("./columns.js").Layout> }} props
 */
function Head({ field, sort, onSort, layout }) {
  const direction = sort === field.name ? "ascending" : sort === `-${field.name}` ? "descending" : undefined;
  /** @param {number} width */
  function resize(width) {
    const kept = Math.round(Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, width)));
    layout.value = { ...layout.value, widths: { ...layout.value.widths, [field.id]: kept } };
  }
  /** @param {PointerEvent & { currentTarget: HTMLElement }} down */
  function drag(down) {
    const handle = down.currentTarget;
    const [start, width] = [down.clientX, widthOf(layout.value, field)];
    handle.setPointerCapture(down.pointerId);
    handle.onpointermove = (move) => resize(width + move.clientX - start);
    handle.onpointerup = () => {
      handle.onpointermove = null;
    };
  }
  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    const step = { ArrowLeft: -20, ArrowRight: 20 }[event.key];
    if (step) {
      event.preventDefault();
      resize(widthOf(layout.value, field) + step);
    }
  }
  return html`<div role="columnheader" aria-sort=${direction}>
    <button type="button" class="sort" disabled=${!SORTED.has(field.type)}
      onClick=${() => onSort(direction === "ascending" ? `-${field.name}` : field.name)}>
      <span>${field.name}</span>
      ${field.hidden && html`<${Icon} name="lock" /><span class="hidden-text">${t("hiddenField")}</span>`}
      ${direction && html`<${Icon} name=${direction === "ascending" ? "up" : "down"} />`}
    </button>
    <span class="resize" role="separator" aria-orientation="vertical" tabindex="0"
      aria-label=${t("resizeColumn", { name: field.name })} aria-valuenow=${widthOf(layout.value, field)}
      aria-valuemin=${LEAST_WIDTH} aria-valuemax=${MOST_WIDTH}
      onPointerDown=${drag} onKeyDown=${onKeyDown}></span>
  </div>`;
}

// A table of any length: only the rows in sight are on the page. Keys go through its cells, which can
// be changed in their place.

import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../../vendor/preact.js";
import { t } from "../../core/language.js";
import { useSorting } from "../../ui/sorting.js";
import { CellEdit, createEdit, isEditable } from "./cell_edit.js";
import { copy, showCell } from "./cells.js";
import { isPinned, moved, placed, shownOf, widthOf } from "./columns.js";
import { clicked, readSort, writeSort } from "./finding/order.js";
import { Head } from "./head.js";
import { IMAGE, Preview } from "./preview.js";

/** @typedef {import("../../core/collections.js").Field} Field */
/** @typedef {import("../../core/client.js").RecordModel} RecordModel */
/** @typedef {import("./preview.js").Previewed} Previewed */
/** @typedef {import("./rows.js").Rows} Rows */

const ROW = 40; // pixels, as in records.css
const FIRST = 44; // the column of check boxes
const SPARE = 12; // rows beyond those in sight
const DOUBLE_CLICK = 220; // milliseconds in which a second click may follow

/**
 * @param {{ collection: import("../../core/client.js").CollectionModel, rows: Rows, sort: string,
 *   layout: import("./columns.js").LayoutSignal,
 *   onSort: (sort: string) => void, onOpen: (record: RecordModel) => void,
 *   selection: ReadonlyMap<string, RecordModel>,
 *   onSelect: (change: { records: RecordModel[], on: boolean }) => void,
 *   children?: unknown }} props  `children` stand where there is no row
 */
export function Table({ collection, rows, sort, layout, onSort, onOpen, selection, onSelect, children }) {
  const grid = useRef(/** @type {HTMLDivElement | null} */ (null));
  // As many as fit, also while it is not known yet how many there are: they are drawn once.
  const [sight, setSight] = useState({ first: 0, end: 0 });
  // Whether the first rows are painted. What nobody sees at once comes after them, so that they come
  // sooner: spare rows, and buttons that wait for the pointer.
  const [isPainted, setPainted] = useState(false);
  const [active, setActive] = useState({ row: 0, column: 0 });
  const [previewed, setPreviewed] = useState(/** @type {Previewed | null} */ (null));
  const anchor = useRef(0);
  const wasEditing = useRef(false);
  const opening = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  const current = useRef(rows);
  current.current = rows;
  const edit = useMemo(
    () => createEdit(collection, (record) => current.current.apply({ action: "update", record })),
    [collection],
  );
  const edited = edit.cell.value;
  const fields = shownOf(collection, layout.value);
  const keys = readSort(sort);
  const count = rows.total.value ?? 0;
  void rows.version.value;
  const hidden = rows.hidden.value;
  const lefts = leftsOf(fields, layout.value);
  const sorting = useSorting((id, to) => {
    // The first child of the head is no column.
    layout.value = placed(collection, layout.value, id, fields[Math.max(0, to - 1)]);
  }, "x");

  function look() {
    const place = grid.current;
    if (!place) return;
    const first = Math.floor(place.scrollTop / ROW);
    const end = Math.ceil((place.scrollTop + place.clientHeight) / ROW);
    setSight((last) => (first === last.first && end === last.end ? last : { first, end }));
  }
  useLayoutEffect(look, []);
  useEffect(() => {
    const observer = new ResizeObserver(look);
    if (grid.current) observer.observe(grid.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const frame = requestAnimationFrame(() => setPainted(count > 0));
    return () => cancelAnimationFrame(frame);
  }, [count > 0]);
  const spare = isPainted ? SPARE : 0;
  const first = Math.max(0, sight.first - spare);
  const end = Math.min(count, sight.end + spare);
  useEffect(() => rows.want(first, Math.max(end, 1)), [rows, first, end, rows.version.value]);
  useLayoutEffect(() => {
    const widths = [FIRST, ...fields.map((field) => widthOf(layout.value, field))];
    grid.current?.style.setProperty("--columns", widths.map((width) => `${width}px`).join(" "));
    grid.current?.style.setProperty("--width", `${widths.reduce((all, width) => all + width)}px`);
  });
  useEffect(() => () => clearTimeout(opening.current), []);

  /**
   * @param {number} row
   * @param {number} column
   */
  function activate(row, column) {
    const next = { row: Math.max(0, Math.min(count - 1, row)), column: Math.max(0, Math.min(fields.length - 1, column)) };
    setActive(next);
    const place = grid.current;
    if (!place) return;
    const [top, bottom] = [next.row * ROW, (next.row + 1) * ROW + ROW];
    if (top < place.scrollTop) place.scrollTop = top;
    else if (bottom > place.scrollTop + place.clientHeight) place.scrollTop = bottom - place.clientHeight;
    const field = fields[next.column];
    if (!field || next.column === active.column || lefts.pinned[next.column] !== undefined) return;
    const [left, width] = [lefts.all[next.column] ?? 0, widthOf(layout.value, field)];
    if (left - lefts.kept < place.scrollLeft) place.scrollLeft = left - lefts.kept;
    else if (left + width > place.scrollLeft + place.clientWidth) place.scrollLeft = left + width - place.clientWidth;
  }
  /**
   * Changes a cell in its place, or opens what cannot be changed there.
   * @param {RecordModel | undefined} record
   * @param {Field | undefined} field
   */
  function enter(record, field) {
    if (!record || !field) return;
    if (isEditable(collection, field)) {
      void edit.begin(record, field);
      return;
    }
    const names = field.type === "file" ? [record[field.name] ?? []].flat() : [];
    const image = names.find((name) => IMAGE.test(name));
    if (image) setPreviewed({ record, field, name: image });
    else onOpen(record);
  }
  /**
   * @param {number} row
   * @param {RecordModel} record
   * @param {"stay" | "next" | "previous"} then
   */
  function leave(row, record, then) {
    grid.current?.focus();
    const step = { next: 1, previous: -1, stay: 0 }[then];
    for (let at = active.column + step; step && fields[at]; at += step) {
      const field = /** @type {Field} */ (fields[at]);
      if (isEditable(collection, field)) {
        activate(row, at);
        enter(rows.at(row) ?? record, field);
        return;
      }
    }
  }
  /** @param {number} row  all between it and the one that was ticked last */
  function range(row) {
    const records = [];
    for (let at = Math.min(anchor.current, row); at <= Math.max(anchor.current, row); at += 1) {
      const one = rows.at(at);
      if (one) records.push(one);
    }
    return records;
  }
  /**
   * @param {number} row
   * @param {boolean} isRange
   */
  function tick(row, isRange) {
    const record = rows.at(row);
    if (record) onSelect({ records: isRange ? range(row) : [record], on: isRange || !selection.has(record.id) });
    anchor.current = row;
  }
  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.target !== grid.current || event.altKey) return;
    const page = Math.max(1, Math.floor((grid.current?.clientHeight ?? ROW) / ROW) - 2);
    const { row, column } = active;
    const record = rows.at(row);
    const field = fields[column];
    /** @type {Record<string, () => unknown>} */
    const plain = {
      ArrowDown: () => activate(row + 1, column),
      ArrowUp: () => activate(row - 1, column),
      ArrowLeft: () => activate(row, column - 1),
      ArrowRight: () => activate(row, column + 1),
      PageDown: () => activate(row + page, column),
      PageUp: () => activate(row - page, column),
      Home: () => activate(0, column),
      End: () => activate(count - 1, column),
      Enter: () => enter(record, field),
      F2: () => enter(record, field),
      e: () => record && onOpen(record),
      " ": () => tick(row, event.shiftKey),
    };
    /** @type {Record<string, () => unknown>} */
    const withControl = {
      a: () => onSelect({ records: rows.loaded.value, on: true }),
      c: () => record && field && copy(record[field.name]),
    };
    const act = (event.ctrlKey || event.metaKey ? withControl : plain)[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  }
  /**
   * @param {MouseEvent} event
   * @param {number} row
   * @param {number} column
   * @param {RecordModel | undefined} record
   */
  function onClick(event, row, column, record) {
    clearTimeout(opening.current);
    setActive({ row, column });
    const field = fields[column];
    if (!record || !field || /** @type {HTMLElement} */ (event.target).closest("a")) return;
    // Whoever clicks away from a cell wants to be done with it.
    if (wasEditing.current && event.detail < 2) return;
    if (event.shiftKey || event.ctrlKey || event.metaKey) {
      tick(row, event.shiftKey);
    } else if (!isEditable(collection, field)) {
      onOpen(record);
    } else if (event.detail > 1) {
      enter(record, field);
    } else {
      opening.current = setTimeout(() => onOpen(record), DOUBLE_CLICK);
    }
  }

  const shown = [];
  for (let index = first; index < end; index += 1) {
    const record = rows.at(index);
    if (record && hidden.has(record.id)) continue;
    shown.push(html`<div
      key=${record?.id ?? index} role="row" aria-rowindex=${index + 2} aria-selected=${Boolean(record && selection.has(record.id))}
      class=${`grid-row ${index === active.row ? "active" : ""}`} style=${{ top: `${index * ROW}px` }}
    >
      <div role="gridcell" class="first-cell">
        ${record && html`<input type="checkbox" tabindex="-1" checked=${selection.has(record.id)}
          aria-label=${t("selectRow", { id: record.id })}
          onClick=${(/** @type {MouseEvent} */ event) => tick(index, event.shiftKey)} />`}
      </div>
      ${fields.map((field, column) => {
        const isEdited = record !== undefined && edited?.record.id === record.id && edited.field.id === field.id;
        const pinnedAt = lefts.pinned[column];
        return html`<div role="gridcell" key=${field.id} id=${`cell-${index}-${column}`} data-type=${field.type}
          class=${[pinnedAt === undefined ? "" : "pinned", isEdited ? "edited" : "",
            index === active.row && column === active.column ? "active" : ""].join(" ")}
          style=${pinnedAt === undefined ? undefined : { left: `${pinnedAt}px` }}
          onClick=${(/** @type {MouseEvent} */ event) => onClick(event, index, column, record)}>
          ${!record
            ? html`<span class="quiet">…</span>`
            : isEdited
              ? html`<${CellEdit} ...${{ edit, record, field }}
                  onDone=${(/** @type {"stay" | "next" | "previous"} */ then) => leave(index, record, then)} />`
              : showCell({ record, field, canCopy: isPainted, onPreview: setPreviewed })}
        </div>`;
      })}
    </div>`);
  }
  const loaded = rows.loaded.value;
  const isAll = loaded.length > 0 && loaded.every(({ id }) => selection.has(id));
  return html`<div class="grid-place"><div class="grid" ref=${grid} role="grid" tabindex="0" aria-label=${collection.name}
    aria-rowcount=${count + 1} aria-activedescendant=${count ? `cell-${active.row}-${active.column}` : undefined} aria-multiselectable="true"
    onScroll=${look} onKeyDown=${onKeyDown} onPointerDown=${() => {
      wasEditing.current = edit.cell.peek() !== null;
    }}
  >
    <div role="rowgroup">
      <div class="grid-head" role="row" aria-rowindex="1" ref=${sorting.list}>
        <div role="columnheader" class="first-cell">
          <input type="checkbox" checked=${isAll} aria-label=${t("selectLoaded")}
            onChange=${() => onSelect({ records: loaded, on: !isAll })} />
        </div>
        ${fields.map((field, column) => html`<${Head} key=${field.id} ...${{ field, keys, layout }} pinnedAt=${lefts.pinned[column]}
          mark=${`${sorting.drag?.what === field.id ? "dragged" : ""} ${sorting.drag?.to === column + 1 ? "drop-before" : ""}`}
          onSort=${(/** @type {string} */ path, /** @type {boolean} */ further) => onSort(writeSort(clicked(keys, path, further)))}
          onDrag=${sorting.begin} onMove=${(/** @type {Field} */ one, /** @type {-1 | 1} */ step) => {
            layout.value = moved(collection, layout.value, one, step);
          }} />`)}
      </div>
    </div>
    <div role="rowgroup" class="grid-body" style=${{ height: `${count * ROW}px` }}>${shown}</div>
  </div>${count === 0 && children}
  ${previewed && html`<${Preview} ...${previewed} onClose=${() => setPreviewed(null)} />`}</div>`;
}

/**
 * Where the columns begin: all of them in the whole table, and those that stay in sight.
 * @param {Field[]} fields
 * @param {import("./columns.js").Layout} layout
 */
function leftsOf(fields, layout) {
  /** @type {number[]} */
  const all = [];
  /** @type {(number | undefined)[]} */
  const pinned = [];
  let [left, kept] = [FIRST, FIRST];
  for (const field of fields) {
    all.push(left);
    pinned.push(isPinned(layout, field) ? left : undefined);
    left += widthOf(layout, field);
    if (isPinned(layout, field)) kept = left;
  }
  return { all, pinned, kept };
}

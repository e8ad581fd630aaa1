// The head of a column: sorts by it, makes it wider, and moves it.

import { html } from "../../vendor/preact.js";
import { byName } from "../../core/collections.js";
import { t } from "../../core/language.js";
import { Icon } from "../../ui/icon.js";
import { LEAST_WIDTH, MOST_WIDTH, widthOf } from "./columns.js";
import { isSortable } from "./finding/order.js";

/** @typedef {import("../../core/collections.js").Field} Field */

/**
 * What a list is sorted by for a column: of related records not their ids, but what one sees of them.
 * @param {Field} field
 */
export function sortPathOf(field) {
  if (field.type !== "relation" || field.maxSelect > 1) return field.name;
  const shown = byName.value.get(field.collectionId)?.fields
    .find((one) => one.presentable && !one.hidden && isSortable(one) && one.type !== "relation");
  return shown ? `${field.name}.${shown.name}` : field.name;
}

/**
 * @param {{ field: Field, keys: import("./finding/order.js").SortKey[], layout: import("./columns.js").LayoutSignal,
 *   pinnedAt: number | undefined, mark: string, onSort: (path: string, further: boolean) => void,
 *   onDrag: (event: PointerEvent, id: string) => void, onMove: (field: Field, step: -1 | 1) => void }} props
 *   `mark` is a class that shows what is dragged, and where to
 */
export function Head({ field, keys, layout, pinnedAt, mark, onSort, onDrag, onMove }) {
  const path = sortPathOf(field);
  const place = keys.findIndex((key) => key.path === path || key.path === field.name);
  const key = keys[place];
  const direction = key ? (key.down ? "descending" : "ascending") : undefined;
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
  function onResizeKey(event) {
    const step = { ArrowLeft: -20, ArrowRight: 20 }[event.key];
    if (step) {
      event.preventDefault();
      resize(widthOf(layout.value, field) + step);
    }
  }
  /** @param {KeyboardEvent} event */
  function onMoveKey(event) {
    const step = { ArrowLeft: /** @type {const} */ (-1), ArrowRight: /** @type {const} */ (1) }[event.key];
    if (step && event.shiftKey) {
      event.preventDefault();
      onMove(field, step);
    }
  }
  return html`<div role="columnheader" aria-sort=${direction} class=${`${pinnedAt === undefined ? "" : "pinned"} ${mark}`}
    style=${pinnedAt === undefined ? undefined : { left: `${pinnedAt}px` }}>
    <button type="button" class="sort" aria-disabled=${!isSortable(field)}
      onPointerDown=${(/** @type {PointerEvent} */ event) => onDrag(event, field.id)} onKeyDown=${onMoveKey}
      onClick=${(/** @type {MouseEvent} */ event) => isSortable(field) && onSort(key?.path ?? path, event.shiftKey)}>
      <span>${field.name}</span>
      ${field.hidden && html`<${Icon} name="lock" /><span class="hidden-text">${t("hiddenField")}</span>`}
      ${direction && html`<${Icon} name=${direction === "ascending" ? "up" : "down"} />`}
      ${direction && keys.length > 1 && html`<span>${place + 1}</span>`}
    </button>
    <span class="resize" role="separator" aria-orientation="vertical" tabindex="0"
      aria-label=${t("resizeColumn", { name: field.name })} aria-valuenow=${widthOf(layout.value, field)}
      aria-valuemin=${LEAST_WIDTH} aria-valuemax=${MOST_WIDTH}
      onPointerDown=${drag} onKeyDown=${onResizeKey}></span>
  </div>`;
}

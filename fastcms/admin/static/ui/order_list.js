// A list whose items one puts in order: by dragging their handles, or with the arrow keys on them.

import { html, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { t } from "../core/language.js";
import { Icon } from "./icon.js";
import { moved, useSorting } from "./sorting.js";

/** @typedef {import("../vendor/preact.js").ComponentChildren} ComponentChildren */

/**
 * `children` gets an item and shows what is in its row beside the handle.
 * @template T
 * @param {{ items: readonly T[], keyOf: (item: T) => string, nameOf: (item: T) => string,
 *   onOrder?: (items: T[]) => void, children: (item: T) => ComponentChildren }} props
 *   without `onOrder` there are no handles
 */
export function OrderList({ items, keyOf, nameOf, onOrder, children }) {
  const focused = useRef("");
  const [said, setSaid] = useState("");
  const { list, drag, begin } = useSorting((key, to) => move(items.findIndex((item) => keyOf(item) === key), to));
  useLayoutEffect(() => {
    if (!focused.current) return;
    // A row that was moved on the page has lost the focus.
    const rows = /** @type {HTMLElement[]} */ ([...(list.current?.children ?? [])]);
    /** @type {HTMLElement | null | undefined} */ (
      rows.find(({ dataset }) => dataset.key === focused.current)?.querySelector(".handle")
    )?.focus();
    focused.current = "";
  });

  /**
   * @param {number} from
   * @param {number} to  the place before which it goes
   */
  function move(from, to) {
    const item = items[from];
    if (item === undefined || to < 0 || to > items.length) return;
    const next = moved(items, from, to);
    onOrder?.(next);
    setSaid(t("movedTo", { name: nameOf(item), place: next.indexOf(item) + 1, count: next.length }));
  }
  const hasHandles = onOrder !== undefined && items.length > 1;
  return html`<ul class="order-list" ref=${list}>
      ${items.map((item, at) => {
        const key = keyOf(item);
        const style = [drag?.what === key && "dragged", drag && drag.to === at && "drop-here",
          drag && at === items.length - 1 && drag.to === items.length && "drop-after"].filter(Boolean).join(" ");
        return html`<li key=${key} data-key=${key} class=${style}>
          ${hasHandles && html`<button type="button" class="icon-button handle" aria-label=${t("moveInOrder", { name: nameOf(item) })}
            title=${t("moveInOrderHelp")} onPointerDown=${(/** @type {PointerEvent} */ event) => begin(event, key)}
            onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
              const to = { ArrowUp: at - 1, ArrowDown: at + 2, Home: 0, End: items.length }[event.key];
              if (to === undefined) return;
              event.preventDefault();
              focused.current = key;
              move(at, to);
            }}><${Icon} name="grip" /></button>`}
          ${children(item)}
        </li>`;
      })}
    </ul>
    ${hasHandles && html`<p class="hidden-text" role="status">${said}</p>`}`;
}

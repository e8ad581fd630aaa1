// Puts the items of a list in order by dragging, or new ones into it. What keys do is up to the list.

import { useRef, useState } from "../vendor/preact.js";

/** Pixels from which on it is no click any more. */
const SLACK = 5;
/** Pixels around the list that still belong to it, and at the edge of the window where it scrolls. */
const MARGIN = 48;
const ENDS = ["pointerup", "pointercancel", "keydown"];

/**
 * @param {(what: string, to: number) => void} onDrop  `to` is the place before which it was dropped
 * @param {"x" | "y"} axis  along which the items stand
 * @returns {{ list: import("../vendor/preact.js").RefObject<HTMLElement | null>,
 *   drag: { what: string, to: number } | null, begin: (event: PointerEvent, what: string) => void }}
 *   `list` is the element whose children are the items; `to` is -1 outside of it
 */
export function useSorting(onDrop, axis = "y") {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const [drag, setDrag] = useState(/** @type {{ what: string, to: number } | null} */ (null));
  const latest = useRef(onDrop);
  latest.current = onDrop;

  /**
   * @param {PointerEvent} down
   * @param {string} what
   */
  function begin(down, what) {
    if (down.button !== 0) return;
    let [isDragged, to] = [false, -1];
    /** @param {PointerEvent} event */
    function move(event) {
      const { clientX: x, clientY: y } = event;
      if (!isDragged && Math.hypot(x - down.clientX, y - down.clientY) < SLACK) return;
      isDragged = true;
      if (list.current) {
        to = placeAt(list.current, x, y, axis);
        if (axis === "y") scroll(list.current, y);
      }
      setDrag({ what, to });
    }
    /** @param {Event} event */
    function end(event) {
      if (event instanceof KeyboardEvent) {
        if (event.key !== "Escape") return;
        stop(event);
      }
      removeEventListener("pointermove", move, true);
      for (const name of ENDS) removeEventListener(name, end, true);
      setDrag(null);
      if (!isDragged) return;
      // It was no click on what is below the pointer.
      addEventListener("click", stop, { capture: true, once: true });
      setTimeout(() => removeEventListener("click", stop, true));
      if (event.type === "pointerup" && to >= 0) latest.current(what, to);
    }
    addEventListener("pointermove", move, true);
    for (const name of ENDS) addEventListener(name, end, true);
  }
  return { list, drag, begin };
}

/** @param {Event} event */
function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}

/**
 * @param {HTMLElement} list
 * @param {number} x
 * @param {number} y
 * @param {"x" | "y"} axis
 */
function placeAt(list, x, y, axis) {
  const box = list.getBoundingClientRect();
  if (x < box.left || x > box.right || y < box.top - MARGIN || y > box.bottom + MARGIN) return -1;
  const at = [...list.children].findIndex((item) => {
    const { left, top, width, height } = item.getBoundingClientRect();
    return axis === "x" ? x < left + width / 2 : y < top + height / 2;
  });
  return at < 0 ? list.children.length : at;
}

/**
 * @param {HTMLElement} list
 * @param {number} y
 */
function scroll(list, y) {
  const place = list.closest("main");
  const box = place?.getBoundingClientRect();
  if (!place || !box) return;
  if (y < box.top + MARGIN) place.scrollBy(0, -MARGIN / 2);
  else if (y > box.bottom - MARGIN) place.scrollBy(0, MARGIN / 2);
}

/**
 * The list with an item moved to the place before which it was dropped.
 * @template T
 * @param {readonly T[]} items
 * @param {number} from
 * @param {number} to
 * @returns {T[]}
 */
export function moved(items, from, to) {
  const next = [...items];
  const [item] = next.splice(from, 1);
  if (item !== undefined) next.splice(to > from ? to - 1 : to, 0, item);
  return next;
}

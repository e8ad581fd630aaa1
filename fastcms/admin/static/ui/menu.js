// A button that opens a list of actions or choices.

import { html, useEffect, useId, useRef, useState } from "../vendor/preact.js";

/** @typedef {import("../vendor/preact.js").ComponentChildren} ComponentChildren */

/**
 * `children` gets a function that closes the menu.
 * @param {{ label: string, button: ComponentChildren, class?: string,
 *   tabindex?: number, children: (close: () => void) => ComponentChildren }} props
 */
export function Menu({ label, button, class: style = "icon-button", tabindex, children }) {
  const [open, setOpen] = useState(false);
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const id = useId();
  useEffect(() => {
    if (!open) return undefined;
    /** @type {HTMLElement | null | undefined} */ (place.current?.querySelector(".menu button, .menu input, .menu a"))?.focus();
    /** @param {Event} event */
    function outside(event) {
      if (!place.current?.contains(/** @type {Node} */ (event.target))) setOpen(false);
    }
    addEventListener("pointerdown", outside);
    addEventListener("focusin", outside);
    return () => {
      removeEventListener("pointerdown", outside);
      removeEventListener("focusin", outside);
    };
  }, [open]);

  function close() {
    setOpen(false);
    /** @type {HTMLElement | null | undefined} */ (place.current?.querySelector("button"))?.focus();
  }
  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (!open) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const items = /** @type {HTMLElement[]} */ ([
        ...(place.current?.querySelectorAll(".menu button, .menu input, .menu a") ?? []),
      ]);
      const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
      const step = event.key === "ArrowDown" ? 1 : -1;
      items[(at + step + items.length) % items.length]?.focus();
    }
  }
  return html`<div class="menu-place" ref=${place} onKeyDown=${onKeyDown}>
    <button type="button" class=${style} tabindex=${tabindex} aria-label=${label} title=${label} aria-expanded=${open}
      aria-controls=${id} onClick=${() => setOpen(!open)}>${button}</button>
    <div class="menu" id=${id} hidden=${!open}>${open && children(close)}</div>
  </div>`;
}

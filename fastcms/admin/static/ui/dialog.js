// Windows over the page: the platform's dialog holds the focus and gives it back.

import { html, render, useEffect, useRef, useState } from "../vendor/preact.js";
import { t } from "../core/language.js";
import { Button, IconButton } from "./button.js";

/** @typedef {import("../vendor/preact.js").ComponentChildren} ComponentChildren */

// Ids of `useId` begin anew in each tree that is rendered, and a question is one of its own.
let made = 0;

/**
 * A dialog that is open as long as it is there. `side` puts it along the right edge.
 * @param {{ title: ComponentChildren, onClose: () => void, side?: boolean, footer?: ComponentChildren,
 *   actions?: ComponentChildren, children?: ComponentChildren }} props
 */
export function Dialog({ title, onClose, side = false, footer, actions, children }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const [heading] = useState(() => {
    made += 1;
    return `dialog-${made}`;
  });
  useEffect(() => {
    const { current } = dialog;
    current?.showModal();
    return () => current?.close();
  }, []);
  return html`<dialog
    ref=${dialog} class=${side ? "side" : "middle"} aria-labelledby=${heading}
    onCancel=${(/** @type {Event} */ event) => {
      event.preventDefault();
      onClose();
    }}
    onMouseDown=${(/** @type {MouseEvent} */ event) => {
      if (event.target === dialog.current) onClose();
    }}
  >
    <div class="dialog-body">
      <header>
        <h2 id=${heading}>${title}</h2>
        ${actions}
        <${IconButton} icon="close" label=${t("close")} onClick=${onClose} />
      </header>
      <div class="dialog-content">${children}</div>
      ${footer && html`<footer>${footer}</footer>`}
    </div>
  </dialog>`;
}

/**
 * Asks before something that cannot be taken back. With `typed`, that text has to be typed;
 * `details` stand below the text.
 * @param {{ title: string, text: string, action: string, typed?: string, details?: ComponentChildren }} question
 * @returns {Promise<boolean>}
 */
export function confirm({ title, text, action, typed = "", details }) {
  const place = document.createElement("div");
  document.body.append(place);
  return new Promise((resolve) => {
    /** @param {boolean} answer */
    function close(answer) {
      render(null, place);
      place.remove();
      resolve(answer);
    }
    render(html`<${Question} ...${{ title, text, action, typed, details, close }} />`, place);
  });
}

/**
 * @param {{ title: string, text: string, action: string, typed: string, details?: ComponentChildren,
 *   close: (answer: boolean) => void }} props
 */
function Question({ title, text, action, typed, details, close }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    if (!typed || input.current?.value === typed) close(true);
    else input.current?.focus();
  }
  return html`<${Dialog} title=${title} onClose=${() => close(false)}>
    <form onSubmit=${submit}>
      <p>${text}</p>
      ${details}
      ${typed && html`<label class="field"><span class="label">${t("typeToConfirm", { name: typed })}</span>
        <input ref=${input} autocomplete="off" spellcheck=${false} /></label>`}
      <div class="buttons">
        <${Button} onClick=${() => close(false)}>${t("cancel")}<//>
        <${Button} type="submit" kind="danger">${action}<//>
      </div>
    </form>
  <//>`;
}

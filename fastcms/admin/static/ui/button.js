// Buttons: one that may wait for what it began, and one that is only an icon.

import { html, useState } from "../vendor/preact.js";
import { Icon } from "./icon.js";

/**
 * A button that is busy until the promise of its action is settled.
 * @param {{ onClick?: () => unknown, kind?: "main" | "plain" | "danger", type?: "button" | "submit",
 *   disabled?: boolean, busy?: boolean, children?: unknown, [other: string]: unknown }} props
 */
export function Button({ onClick, kind = "plain", type = "button", busy = false, disabled, children, ...rest }) {
  const [waits, setWaits] = useState(false);
  async function act() {
    setWaits(true);
    try {
      await onClick?.();
    } finally {
      setWaits(false);
    }
  }
  const isBusy = waits || busy;
  return html`<button
    type=${type} class=${`button ${kind}`} disabled=${disabled || isBusy} aria-busy=${isBusy}
    onClick=${onClick && act} ...${rest}
  >${children}</button>`;
}

/**
 * @param {{ icon: import("./icon.js").Shape, label: string, onClick?: (event: MouseEvent) => unknown,
 *   [other: string]: unknown }} props
 */
export function IconButton({ icon, label, onClick, ...rest }) {
  return html`<button type="button" class="icon-button" aria-label=${label} title=${label}
    onClick=${onClick} ...${rest}><${Icon} name=${icon} /></button>`;
}

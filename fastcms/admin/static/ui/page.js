// The frame of a screen that is not a table over the whole window.

import { html } from "../vendor/preact.js";
import { messageOf } from "../core/client.js";
import { t } from "../core/language.js";
import { Button } from "./button.js";

/** @typedef {import("../vendor/preact.js").ComponentChildren} ComponentChildren */

/**
 * @param {{ title: string, text?: ComponentChildren, actions?: ComponentChildren, wide?: boolean,
 *   children?: ComponentChildren }} props  `wide` uses all of the width
 */
export function Page({ title, text, actions, wide = false, children }) {
  return html`<main class=${`page ${wide ? "wide" : ""}`}><div>
    <header class="page-head"><h1>${title}</h1><span class="spacer"></span>${actions}</header>
    ${text && html`<p class="quiet page-text">${text}</p>`}
    ${children}
  </div></main>`;
}

/**
 * What stands where something could not be fetched.
 * @param {{ error: unknown, again: () => unknown }} props
 */
export function Failed({ error, again }) {
  return html`<div class="failed" role="alert">
    <p class="problem">${messageOf(error, t("unreachable"))}</p>
    <${Button} onClick=${again}>${t("tryAgain")}<//>
  </div>`;
}

export function Loading() {
  return html`<p class="quiet" role="status">${t("loading")}</p>`;
}

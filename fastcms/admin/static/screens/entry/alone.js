// The frame of pages that stand for themselves: signing in, installing, links of mails.

import { html } from "../../vendor/preact.js";

/** @typedef {import("../../vendor/preact.js").ComponentChildren} ComponentChildren */

/** @param {{ title: string, text?: ComponentChildren, children?: ComponentChildren }} props */
export function Alone({ title, text, children }) {
  return html`<div class="alone"><main>
    <p class="brand"><img src="icon.svg" alt="" width="32" height="32" />FastCMS</p>
    <h1>${title}</h1>
    <p class="quiet">${text}</p>
    ${children}
  </main></div>`;
}

// Whether a rule is locked, open or a condition: a mark and a word.

import { html } from "../../vendor/preact.js";
import { Icon } from "../../ui/icon.js";
import { loadSheet } from "../../ui/sheet.js";

void loadSheet("styles/rules.css");

/** @typedef {import("../../vendor/preact.js").ComponentChildren} ComponentChildren */

const ICONS = /** @type {const} */ ({ locked: "lock", open: "unlock", condition: "filter" });

/** @param {{ state: import("./kinds.js").State, children?: ComponentChildren }} props */
export function State({ state, children }) {
  return html`<span class=${`chip rule-state ${state}`}><${Icon} name=${ICONS[state]} />${children}</span>`;
}

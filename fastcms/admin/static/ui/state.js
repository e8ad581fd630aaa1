// How something stands: an icon and a word, so that no colour has to be seen.

import { html } from "../vendor/preact.js";
import { Icon } from "./icon.js";

/** @typedef {"good" | "bad" | "busy" | "quiet"} Kind */

/** @type {Record<Kind, import("./icon.js").Shape>} */
const ICONS = { good: "check", bad: "warning", busy: "refresh", quiet: "autodate" };

/** @param {{ kind: Kind, text: string }} props */
export function State({ kind, text }) {
  return html`<span class=${`state ${kind}`}><${Icon} name=${ICONS[kind]} />${text}</span>`;
}

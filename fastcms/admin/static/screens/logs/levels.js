// How grave an entry is.

import { html } from "../../vendor/preact.js";
import { t } from "../../core/language.js";

export const LEVELS = /** @type {const} */ ([["debug", -4], ["info", 0], ["warn", 4], ["error", 8]]);

/** @param {number} level  those between have the name of the one below */
export function levelName(level) {
  return [...LEVELS].reverse().find(([, least]) => level >= least)?.[0] ?? "debug";
}

/** @param {{ level: number }} props */
export function Level({ level }) {
  const name = levelName(level);
  return html`<span class=${`chip log-level ${name}`}>${t(`logLevel_${name}`)}</span>`;
}

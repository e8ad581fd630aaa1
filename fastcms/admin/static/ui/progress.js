// How far something is whose end may not be known yet.

import { html } from "../vendor/preact.js";
import { size, t } from "../core/language.js";

/** @param {{ step: string, done: number, total: number }} props  bytes; `total` is 0 until it is known */
export function Progress({ step, done, total }) {
  return html`<span class="progress">
    ${total > 0 ? html`<progress value=${done} max=${total} aria-label=${t("opsProgress")}></progress>`
      : html`<progress aria-label=${t("opsProgress")}></progress>`}
    <span class="quiet">${step} ${total > 0 && `${size(done)} / ${size(total)}`}</span>
  </span>`;
}

// Pages of a list that is longer than one of them.

import { html } from "../vendor/preact.js";
import { t } from "../core/language.js";
import { IconButton } from "./button.js";

/**
 * @param {{ page: number, perPage: number, total: number, onChange: (page: number) => void }} props  pages count from 1
 */
export function Pager({ page, perPage, total, onChange }) {
  const last = Math.ceil(total / perPage);
  if (last <= 1) return null;
  return html`<nav class="pager" aria-label=${t("pagesLabel")}>
    <${IconButton} icon="back" label=${t("pageBefore")} disabled=${page <= 1} onClick=${() => onChange(page - 1)} />
    <span>${t("pageOf", { page, last })}</span>
    <${IconButton} icon="next" label=${t("pageAfter")} disabled=${page >= last} onClick=${() => onChange(page + 1)} />
  </nav>`;
}

// The pages of the settings, at the side.

import { html } from "../../vendor/preact.js";
import { t } from "../../core/language.js";
import { address } from "../../core/router.js";
import { GROUPS } from "./pages.js";

/** @param {{ current: string | undefined }} props */
export function SettingsSide({ current }) {
  return html`<nav class="sidebar" aria-label=${t("settings")}>
    ${GROUPS.map(({ title, pages }) => pages.length > 0 && html`<section key=${title}>
      <h2>${t(title)}</h2>
      <ul>${pages.map((page) => html`<li key=${page.name}>
        <a href=${address(["settings", page.name])} aria-current=${page.name === current ? "page" : undefined}>
          <span>${t(page.title)}</span></a>
      </li>`)}</ul>
    </section>`)}
  </nav>`;
}

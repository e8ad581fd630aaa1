// The pages of the settings at the side, and a search over all that is on them.

import { html, useState } from "../../vendor/preact.js";
import { hidesControls } from "../../core/appearance.js";
import { language, t } from "../../core/language.js";
import { useLoaded } from "../../core/loaded.js";
import { address } from "../../core/router.js";
import { descriptionOf, loadSettings, titleOf } from "./known.js";
import { GROUPS } from "./pages.js";

const MOST = 12;

/** @param {import("./pages.js").SettingsPage} page */
const isShown = ({ isControl }) => !isControl || !hidesControls.value;

/** @param {{ current: string | undefined }} props */
export function SettingsSide({ current }) {
  const [term, setTerm] = useState("");
  return html`<nav class="sidebar" aria-label=${t("settings")}>
    <input type="search" placeholder=${t("settingsSearch")} aria-label=${t("settingsSearch")} value=${term}
      onInput=${(/** @type {InputEvent & { currentTarget: HTMLInputElement }} */ event) => setTerm(event.currentTarget.value)}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Escape") setTerm("");
      }} />
    ${term.trim() ? html`<${Found} term=${term.trim().toLowerCase()} />` : GROUPS.map(({ title, pages }) => pages.length > 0 && html`<section key=${title}>
      <h2>${t(title)}</h2>
      <ul>${pages.filter(isShown).map((page) => html`<li key=${page.name}>
        <a href=${address(["settings", page.name])} aria-current=${page.name === current ? "page" : undefined}>
          <span>${t(page.title)}</span></a>
      </li>`)}</ul>
    </section>`)}
  </nav>`;
}

/** @param {{ term: string }} props  in small letters */
function Found({ term }) {
  const { value: known } = useLoaded(loadSettings, [language.value]);
  const pages = GROUPS.flatMap((group) => group.pages).filter(isShown);
  const found = pages.filter((page) => t(page.title).toLowerCase().includes(term))
    .map((page) => ({ to: [page.name], title: t(page.title), where: "" }));
  for (const group of known?.groups ?? []) {
    for (const key of group.keys) {
      const page = pages.find(({ sections }) => sections?.some(({ of }) => of.includes(key.key)))
        ?? pages.find(({ sections }) => sections?.some(({ of }) => of.includes(group.name)));
      const text = `${key.key} ${titleOf(group)} ${titleOf(key)} ${descriptionOf(key)}`.toLowerCase();
      if (page && text.includes(term)) found.push({ to: [page.name, key.key], title: titleOf(key), where: titleOf(group) });
    }
  }
  return html`<ul class="found">${found.slice(0, MOST).map(({ to, title, where }) => html`<li key=${to.join()}>
      <a href=${address(["settings", ...to])}><span>${title}${where && html`<span class="quiet"> ${where}</span>`}</span></a></li>`)}</ul>
    ${known && !found.length && html`<p class="quiet">${t("nothingFound")}</p>`}`;
}

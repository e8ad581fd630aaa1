// The queries that were run in this browser.

import { html, useState } from "../../../vendor/preact.js";
import { fromNow, t } from "../../../core/language.js";
import { remembered } from "../../../core/remembered.js";
import { Button } from "../../../ui/button.js";
import { TextField } from "../../../ui/field.js";
import { State } from "../../../ui/state.js";

/** @typedef {{ sql: string, at: string, good: boolean }} Past */

const MOST = 100;
const past = remembered("sql:history", /** @type {Past[]} */ ([]));

/**
 * @param {string} sql
 * @param {boolean} good  whether it could be run
 */
export function remember(sql, good) {
  const others = past.value.filter((one) => one.sql !== sql);
  past.value = [{ sql, at: new Date().toISOString(), good }, ...others].slice(0, MOST);
}

/** @param {{ onTake: (sql: string) => void }} props */
export function History({ onTake }) {
  const [text, setText] = useState("");
  const shown = past.value.filter(({ sql }) => sql.toLowerCase().includes(text.trim().toLowerCase()));
  return html`<section aria-label=${t("sqlHistory")}><h2>${t("sqlHistory")}</h2>
    <p class="quiet">${t("sqlHistoryText")}</p>
    ${past.value.length > 0 && html`<${TextField} type="search" label=${t("sqlHistorySearch")} value=${text} onInput=${setText} />`}
    <ul class="queries">${shown.map(({ sql, at, good }) => html`<li key=${sql}>
      <button type="button" class="query" onClick=${() => onTake(sql)}>${sql}</button>
      <span class="quiet">${fromNow(at)} ${!good && html`<${State} kind="bad" text=${t("runFailed")} />`}</span>
    </li>`)}</ul>
    ${past.value.length > 0 && html`<${Button} onClick=${() => {
      past.value = [];
    }}>${t("sqlHistoryClear")}<//>`}
  </section>`;
}

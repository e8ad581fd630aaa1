// The filter of the log, with those one used before, those one keeps, and what can be asked for.

import { html, useState } from "../../vendor/preact.js";
import { t } from "../../core/language.js";
import { remembered } from "../../core/remembered.js";
import { IconButton } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Icon } from "../../ui/icon.js";
import { Menu } from "../../ui/menu.js";

const LATEST = 12;
const history = remembered("logs-history", /** @type {string[]} */ ([]));
const saved = remembered("logs-saved", /** @type {string[]} */ ([]));
const EXAMPLES = /** @type {const} */ ([
  ["logHelpStatus", "data.status >= 400"],
  ["logHelpSlow", "data.execTime > 500"],
  ["logHelpAuth", "data.auth = 'users'"],
  ["logHelpUrl", "data.url ~ '/api/collections/%'"],
  ["logHelpServer", "data.type = 'server' && level >= 4"],
  ["logHelpTime", "created > '2030-01-01 12:00:00.000Z'"],
]);

/** @param {{ search: string, problem: string, onSearch: (search: string) => void }} props */
export function LogSearch({ search, problem, onSearch }) {
  const [typed, setTyped] = useState(search);
  const [help, setHelp] = useState(false);
  /** @param {string} wanted */
  function take(wanted) {
    const text = wanted.trim();
    if (text) history.value = [text, ...history.value.filter((one) => one !== text)].slice(0, LATEST);
    onSearch(text);
  }
  const isSaved = saved.value.includes(search);
  return html`<form class="search log-search" role="search" onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    take(typed);
  }}>
    <${Icon} name="search" />
    <input type="search" class="mono" placeholder=${t("logSearch")} aria-label=${t("logSearch")}
      aria-invalid=${problem !== ""} autocomplete="off" spellcheck=${false} value=${typed}
      onInput=${(/** @type {InputEvent & { currentTarget: HTMLInputElement }} */ event) => setTyped(event.currentTarget.value)}
      onSearch=${(/** @type {Event & { currentTarget: HTMLInputElement }} */ event) => {
        if (event.currentTarget.value === "") onSearch("");
      }} />
    <${Menu} label=${t("logQueries")} button=${html`<${Icon} name="down" />`}>
      ${(/** @type {() => void} */ close) => html`
        ${search && html`<button type="button" onClick=${() => {
          saved.value = isSaved ? saved.value.filter((one) => one !== search) : [search, ...saved.value];
          close();
        }}><${Icon} name="pin" />${t(isSaved ? "logForgetQuery" : "logSaveQuery")}</button><hr />`}
        <${Queries} title=${t("logSaved")} queries=${saved.value} onTake=${take} />
        <${Queries} title=${t("logHistory")} queries=${history.value.filter((one) => !saved.value.includes(one))} onTake=${take} />
        ${!saved.value.length && !history.value.length && html`<p class="menu-title">${t("logNoQueries")}</p>`}`}
    <//>
    <${IconButton} icon="help" label=${t("logHelp")} onClick=${() => setHelp(true)} />
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}
    ${help && html`<${Dialog} title=${t("logHelp")} onClose=${() => setHelp(false)}>
      <p>${t("logHelpText")}</p>
      <dl class="log-help">${EXAMPLES.map(([key, example]) => html`<dt>${t(key)}</dt>
        <dd><button type="button" class="link-button mono" onClick=${() => {
          setHelp(false);
          take(example);
        }}>${example}</button></dd>`)}</dl>
    <//>`}
  </form>`;
}

/** @param {{ title: string, queries: string[], onTake: (query: string) => void }} props */
function Queries({ title, queries, onTake }) {
  return queries.length > 0 && html`<p class="menu-title">${title}</p>
    ${queries.map((query) => html`<button key=${query} type="button" class="mono" onClick=${() => onTake(query)}>${query}</button>`)}`;
}

// Queries with a name, kept in this browser.

import { html, useState } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { remembered } from "../../../core/remembered.js";
import { Button, IconButton } from "../../../ui/button.js";
import { TextField } from "../../../ui/field.js";

const saved = remembered("sql:saved", /** @type {{ name: string, sql: string }[]} */ ([]));

/** @param {{ current: string, onTake: (sql: string) => void }} props */
export function Saved({ current, onTake }) {
  const [name, setName] = useState("");
  /** @param {Event} event */
  function save(event) {
    event.preventDefault();
    if (!name.trim() || !current.trim()) return;
    const others = saved.value.filter((one) => one.name !== name.trim());
    saved.value = [...others, { name: name.trim(), sql: current }].sort((one, other) => one.name.localeCompare(other.name));
    setName("");
  }
  return html`<section aria-label=${t("sqlSaved")}><h2>${t("sqlSaved")}</h2>
    <ul class="queries">${saved.value.map((one) => html`<li key=${one.name} class="saved">
      <button type="button" class="query" onClick=${() => onTake(one.sql)}>${one.name}</button>
      <${IconButton} icon="trash" label=${t("sqlForget", { name: one.name })} onClick=${() => {
        saved.value = saved.value.filter((other) => other !== one);
      }} />
    </li>`)}</ul>
    <form onSubmit=${save}>
      <${TextField} label=${t("sqlSaveName")} value=${name} onInput=${setName} />
      <${Button} type="submit">${t("sqlSave")}<//>
    </form>
  </section>`;
}

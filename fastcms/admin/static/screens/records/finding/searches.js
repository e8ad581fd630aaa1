// The menu of searches: suggested ones, those with a name, the last ones, and what can be done with
// the one that is there.

import { html, useState } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { Button, IconButton } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { TextField } from "../../../ui/field.js";
import { Icon } from "../../../ui/icon.js";
import { Menu } from "../../../ui/menu.js";
import { complain, say } from "../../../ui/toasts.js";
import { forgetSaved, keepSaved } from "./kept.js";
import { presetsOf } from "./presets.js";

/** @typedef {import("./kept.js").Search} Search */
/** @typedef {import("../../../vendor/preact.js").Signal<import("./kept.js").Kept>} Kept */

/**
 * @param {{ collection: import("../../../core/client.js").CollectionModel, kept: Kept, typed: string, sort: string,
 *   onChoose: (search: Partial<Search>) => void }} props
 */
export function Searches({ collection, kept, typed, sort, onChoose }) {
  const [naming, setNaming] = useState(false);
  const { saved, recent } = kept.value;
  const presets = presetsOf(collection);
  return html`<${Menu} label=${t("searches")} button=${html`<${Icon} name="bookmark" />`}>
      ${(/** @type {() => void} */ close) => {
        /** @param {() => unknown} act */
        const item = (act) => () => {
          close();
          act();
        };
        return html`
          <button type="button" disabled=${!typed && !sort} onClick=${item(() => setNaming(true))}><${Icon} name="pin" />${t("saveSearch")}</button>
          <button type="button" onClick=${item(copyAddress)}><${Icon} name="link" />${t("copyAddress")}</button>
          ${saved.length > 0 && html`<p class="menu-title">${t("savedSearches")}</p>
            ${saved.map((one) => html`<div class="saved-search" key=${one.name}>
              <button type="button" title=${one.filter} onClick=${item(() => onChoose({ filter: one.filter, sort: one.sort }))}>${one.name}</button>
              <${IconButton} icon="trash" label=${t("forgetSearch", { name: one.name })} onClick=${() => forgetSaved(kept, one.name)} />
            </div>`)}`}
          ${recent.length > 0 && html`<p class="menu-title">${t("recentSearches")}</p>
            ${recent.map((filter) => html`<button key=${filter} type="button" class="mono"
              onClick=${item(() => onChoose({ filter }))}><span class="cut">${filter}</span></button>`)}
            <button type="button" onClick=${item(() => {
              kept.value = { ...kept.value, recent: [] };
            })}><${Icon} name="trash" />${t("forgetRecent")}</button>`}
          ${presets.length > 0 && html`<p class="menu-title">${t("presets")}</p>
            ${presets.map(({ title, filter }) => html`<button key=${title} type="button" title=${filter}
              onClick=${item(() => onChoose({ filter }))}>${title}</button>`)}`}`;
      }}
    <//>
    ${naming && html`<${Naming} saved=${saved.map(({ name }) => name)} onClose=${() => setNaming(false)}
      onName=${(/** @type {string} */ name) => {
        keepSaved(kept, { name, filter: typed.trim(), sort });
        setNaming(false);
        say(t("searchSaved", { name }));
      }} />`}`;
}

/** @param {{ saved: string[], onClose: () => void, onName: (name: string) => void }} props */
function Naming({ saved, onClose, onName }) {
  const [name, setName] = useState("");
  const plain = name.trim();
  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    event.stopPropagation();
    if (plain) onName(plain);
  }
  // Not a form: this one stands within the form of the search.
  return html`<${Dialog} title=${t("saveSearch")} onClose=${onClose} footer=${html`
      <${Button} onClick=${onClose}>${t("cancel")}<//>
      <${Button} kind="main" disabled=${!plain} onClick=${() => onName(plain)}>${t("save")}<//>`}>
    <${TextField} label=${t("searchName")} value=${name} onInput=${setName} autocomplete="off"
      help=${saved.includes(plain) ? t("searchReplaced") : ""} onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Enter") submit(event);
      }} />
  <//>`;
}

async function copyAddress() {
  try {
    await navigator.clipboard.writeText(location.href);
    say(t("addressCopied"));
  } catch (error) {
    complain(error);
  }
}

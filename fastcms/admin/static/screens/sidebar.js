// The collections: searched, grouped, and those on top that one wants there.

import { html, useState } from "../vendor/preact.js";
import { collections } from "../core/collections.js";
import { t } from "../core/language.js";
import { remembered } from "../core/remembered.js";
import { address } from "../core/router.js";
import { IconButton } from "../ui/button.js";
import { Icon } from "../ui/icon.js";

/** @typedef {import("../core/client.js").CollectionModel} CollectionModel */

const ICONS = /** @type {const} */ ({ auth: "user", base: "base", view: "view" });
const pinned = remembered("pinned", /** @type {string[]} */ ([]));

/** @param {{ current: string | undefined, isAdding: boolean }} props */
export function Sidebar({ current, isAdding }) {
  const [term, setTerm] = useState("");
  const wanted = term.trim().toLowerCase();
  const found = (collections.value ?? []).filter(
    ({ name, id }) => name.toLowerCase().includes(wanted) || id === term.trim(),
  );
  /** @param {CollectionModel} collection */
  const isPinned = (collection) => pinned.value.includes(collection.id);
  const groups = /** @type {const} */ ([
    [t("pinned"), found.filter(isPinned)],
    [t("collections"), found.filter((one) => !one.system && !isPinned(one))],
    [t("system"), found.filter((one) => one.system && !isPinned(one))],
  ]);
  return html`<nav class="sidebar" aria-label=${t("collections")}>
    <input type="search" placeholder=${t("searchCollections")} aria-label=${t("searchCollections")}
      value=${term} onInput=${(/** @type {InputEvent & { currentTarget: HTMLInputElement }} */ event) =>
        setTerm(event.currentTarget.value)} />
    ${groups.map(([title, members]) => members.length > 0 && html`<section key=${title}>
      <h2>${title}</h2>
      <ul>${members.map((one) => html`<li key=${one.id}>
        <a href=${address(["collections", one.name])}
          aria-current=${one.name === current || one.id === current ? "page" : undefined}>
          <${Icon} name=${ICONS[/** @type {keyof typeof ICONS} */ (one.type)] ?? "base"} /><span>${one.name}</span></a>
        <${IconButton} icon="pin" class="icon-button pin" aria-pressed=${isPinned(one)}
          label=${t(isPinned(one) ? "unpin" : "pin", { name: one.name })} onClick=${() => {
            pinned.value = isPinned(one)
              ? pinned.value.filter((id) => id !== one.id)
              : [...pinned.value, one.id];
          }} />
      </li>`)}</ul>
    </section>`)}
    <a class="button plain" href=${address(["new"])} aria-current=${isAdding ? "page" : undefined}>
      <${Icon} name="add" />${t("addCollections")}</a>
    ${wanted && found.length === 0 && html`<p class="quiet">${t("nothingFound")}</p>`}
  </nav>`;
}

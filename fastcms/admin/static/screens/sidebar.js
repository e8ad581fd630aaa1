// The collections: searched, grouped, those on top that one wants there, and the ways to new ones.
// As wide as one likes, or out of the way.

import { html, useState } from "../vendor/preact.js";
import { hidesControls } from "../core/appearance.js";
import { collections } from "../core/collections.js";
import { t } from "../core/language.js";
import { remembered } from "../core/remembered.js";
import { address } from "../core/router.js";
import { IconButton } from "../ui/button.js";
import { Icon } from "../ui/icon.js";

/** @typedef {import("../core/client.js").CollectionModel} CollectionModel */

const ICONS = /** @type {const} */ ({ auth: "user", base: "base", view: "view" });
const pinned = remembered("pinned", /** @type {string[]} */ ([]));
/** Names of the groups that are shut. */
const shut = remembered("sidebar:shut", /** @type {string[]} */ ([]));
const isHidden = remembered("sidebar:hidden", false);

const USUAL = 240;
const LEAST = 160;
const MOST = 480;
const STEP = 20;
const width = remembered("sidebar:width", USUAL);

/** @param {{ place: string, current: string | undefined }} props  `place` is the screen, `current` what it shows */
export function Sidebar({ place, current }) {
  const [term, setTerm] = useState("");
  const wanted = term.trim().toLowerCase();
  const found = (collections.value ?? []).filter(
    ({ name, id }) => name.toLowerCase().includes(wanted) || id === term.trim(),
  );
  /** @param {CollectionModel} collection */
  const isPinned = (collection) => pinned.value.includes(collection.id);
  const groups = /** @type {const} */ ([
    ["pinned", found.filter(isPinned)],
    ["collections", found.filter((one) => !one.system && !isPinned(one))],
    ["system", found.filter((one) => one.system && !isPinned(one))],
  ]);
  const shown = place === "collections" || place === "schema" ? current : undefined;
  return html`<div class=${`sidebar-place ${isHidden.value ? "shut" : ""}`} style=${{ "--sidebar": `${width.value}px` }}>
    <nav class="sidebar" aria-label=${t("collections")}>
      <div class="sidebar-head">
        <input type="search" placeholder=${t("searchCollections")} aria-label=${t("searchCollections")}
          value=${term} onInput=${(/** @type {InputEvent & { currentTarget: HTMLInputElement }} */ event) =>
            setTerm(event.currentTarget.value)} />
        <${IconButton} icon="back" class="icon-button hide" label=${t("hideSidebar")} onClick=${() => {
          isHidden.value = true;
        }} />
      </div>
      ${groups.map(([name, members]) => members.length > 0 && html`<${Group} key=${name} name=${name} members=${members}
        shown=${shown} isSearched=${wanted !== ""} />`)}
      ${wanted && found.length === 0 && html`<p class="quiet">${t("nothingFound")}</p>`}
      ${!hidesControls.value && html`<a class="button main" href=${address(["schema"])} aria-current=${place === "schema" && !current ? "page" : undefined}>
        <${Icon} name="add" />${t("newCollection")}</a>
      <a class="button plain" href=${address(["new"])} aria-current=${place === "new" ? "page" : undefined}>
        <${Icon} name="upload" />${t("addCollections")}</a>`}
    </nav>
    <${Edge} />
    <${IconButton} icon="menu" class="icon-button show" label=${t("showSidebar")} onClick=${() => {
      isHidden.value = false;
    }} />
  </div>`;
}

/**
 * @param {{ name: "pinned" | "collections" | "system", members: CollectionModel[], shown: string | undefined,
 *   isSearched: boolean }} props
 */
function Group({ name, members, shown, isSearched }) {
  const isShut = shut.value.includes(name) && !isSearched;
  const warnings = members.filter(hasWarning).length;
  return html`<section>
    <h2><button type="button" class="group-title" aria-expanded=${!isShut} onClick=${() => {
      shut.value = isShut ? shut.value.filter((other) => other !== name) : [...shut.value, name];
    }}>${t(name)}<span class="count">${members.length}</span>
      ${warnings > 0 && html`<${Warning} text=${t("warningCount", { count: warnings })} />`}</button></h2>
    ${!isShut && html`<ul>${members.map((one) => {
      const isPinned = pinned.value.includes(one.id);
      return html`<li key=${one.id}>
        <a href=${address(["collections", one.name])} aria-current=${one.name === shown || one.id === shown ? "page" : undefined}>
          <${Icon} name=${ICONS[/** @type {keyof typeof ICONS} */ (one.type)] ?? "base"} /><span>${one.name}</span>
          ${hasWarning(one) && html`<${Warning} text=${t("collectionWarning")} />`}</a>
        <${IconButton} icon="pin" class="icon-button pin" aria-pressed=${isPinned}
          label=${t(isPinned ? "unpin" : "pin", { name: one.name })} onClick=${() => {
            pinned.value = isPinned ? pinned.value.filter((id) => id !== one.id) : [...pinned.value, one.id];
          }} />
      </li>`;
    })}</ul>`}
  </section>`;
}

/** Whether nobody can sign in the way that is offered. @param {CollectionModel} collection */
function hasWarning({ type, oauth2 }) {
  return type === "auth" && Boolean(oauth2?.enabled) && oauth2?.providers.length === 0;
}

/** @param {{ text: string }} props */
function Warning({ text }) {
  return html`<span class="problem" title=${text}><${Icon} name="warning" /><span class="hidden-text">${text}</span></span>`;
}

/** The edge that is drawn to make the side wider. */
function Edge() {
  /** @param {number} to */
  function become(to) {
    width.value = Math.round(Math.min(Math.max(to, LEAST), MOST));
  }
  /** @param {PointerEvent & { currentTarget: HTMLElement }} event */
  function begin(event) {
    const { currentTarget, clientX } = event;
    const from = width.value;
    currentTarget.setPointerCapture(event.pointerId);
    currentTarget.onpointermove = (move) => become(from + move.clientX - clientX);
    currentTarget.onlostpointercapture = () => {
      currentTarget.onpointermove = null;
    };
  }
  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    const to = {
      ArrowLeft: width.value - STEP, ArrowRight: width.value + STEP, Home: LEAST, End: MOST,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    become(to);
  }
  return html`<div class="sidebar-edge" role="separator" tabindex="0" aria-orientation="vertical" aria-label=${t("resizeSidebar")}
    aria-valuenow=${width.value} aria-valuemin=${LEAST} aria-valuemax=${MOST} onPointerDown=${begin} onKeyDown=${onKeyDown}
    onDblClick=${() => become(USUAL)}></div>`;
}

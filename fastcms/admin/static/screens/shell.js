// The frame of everything behind the sign-in: the screens in the bar at the top, and what each has
// at its side.

import { html, useEffect, useState } from "../vendor/preact.js";
import { signOut, superuser } from "../core/client.js";
import { loadCollections } from "../core/collections.js";
import { LANGUAGES, language, t } from "../core/language.js";
import { address, become } from "../core/router.js";
import { theme } from "../core/theme.js";
import { Button, IconButton } from "../ui/button.js";
import { Icon } from "../ui/icon.js";
import { Lazy } from "../ui/lazy.js";
import { Menu } from "../ui/menu.js";
import { Failed, Page } from "../ui/page.js";
import { OTHERS, SCREENS } from "./screens.js";
import { SettingsSide } from "./settings/side.js";
import { Sidebar } from "./sidebar.js";

/** @param {{ path: string[] }} props */
export function Shell({ path }) {
  const [open, setOpen] = useState(false);
  const [failed, setFailed] = useState(/** @type {unknown} */ (null));
  const [name = "", ...rest] = path;
  const place = [...SCREENS, ...OTHERS].find((one) => one.name === name);
  useEffect(() => {
    if (!name) become(["collections"]);
  }, [name]);
  useEffect(() => {
    const title = rest[0] ?? (place && t(place.title));
    document.title = title ? `${title} – FastCMS` : "FastCMS";
  });
  useEffect(() => {
    void load();
    // Somebody else may have made some meanwhile.
    const again = () => void loadCollections().catch(() => {});
    addEventListener("focus", again);
    return () => removeEventListener("focus", again);
  }, []);
  /** @param {MouseEvent} event  what was chosen at the side of a phone is to be seen */
  function onClick({ target }) {
    if (/** @type {HTMLElement} */ (target).closest(".sidebar a")) setOpen(false);
  }

  async function load() {
    setFailed(null);
    try {
      await loadCollections();
    } catch (error) {
      setFailed(error);
    }
  }
  return html`<div class=${`shell ${open ? "open" : ""} ${place?.side ? "" : "sideless"}`} onClick=${onClick}>
    <a class="hidden-text" href="#content" onClick=${(/** @type {Event} */ event) => {
      event.preventDefault();
      document.getElementById("content")?.focus();
    }}>${t("skip")}</a>
    <header class="top">
      ${place?.side && html`<${IconButton} icon="menu" label=${t(place.side)} class="icon-button toggle"
        aria-expanded=${open} onClick=${() => setOpen(!open)} />`}
      <a class="brand" href=${address([])}><img src="icon.svg" alt="" width="26" height="26" /><span>FastCMS</span></a>
      <nav class="places" aria-label=${t("places")}>
        ${SCREENS.map((one) => html`<a key=${one.name} href=${address([one.name])}
          aria-current=${one === place ? "page" : undefined}><${Icon} name=${one.icon} /><span>${t(one.title)}</span></a>`)}
      </nav>
      <span class="spacer"></span>
      <${Account} />
    </header>
    ${place?.side === "collections" && html`<${Sidebar} current=${name === "collections" ? rest[0] : ""} isAdding=${name === "new"} />`}
    ${place?.side === "settings" && html`<${SettingsSide} current=${rest[0]} />`}
    <div class="content" id="content" tabindex="-1">
      ${failed
        ? html`<div class="page"><${Failed} error=${failed} again=${load} /></div>`
        : place
          ? html`<${Lazy} key=${name} load=${place.load} path=${rest} />`
          : name && html`<${Page} title=${t("unknownPage")} />`}
    </div>
  </div>`;
}

function Account() {
  const themes = /** @type {const} */ (["auto", "light", "dark"]);
  return html`<${Menu} label=${t("account")} button=${html`<${Icon} name="user" />`}>
    ${() => html`
      <p class="menu-title">${superuser.value?.email}</p>
      <button type="button" onClick=${signOut}>${t("signOut")}</button>
      <hr />
      <p class="menu-title">${t("theme")}</p>
      ${themes.map((name) => html`<label key=${name}>
        <input type="radio" name="theme" checked=${theme.value === name} onChange=${() => {
          theme.value = name;
        }} />${t(`theme_${name}`)}</label>`)}
      <hr />
      <p class="menu-title">${t("language")}</p>
      ${Object.entries(LANGUAGES).map(([name, own]) => html`<label key=${name} lang=${name}>
        <input type="radio" name="language" checked=${language.value === name} onChange=${() => {
          language.value = /** @type {import("../core/language.js").Language} */ (name);
        }} />${own}</label>`)}`}
  <//>`;
}

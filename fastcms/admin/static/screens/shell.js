// The frame of everything behind the sign-in: the bar at the top, collections at the side.

import { html, useEffect, useState } from "../vendor/preact.js";
import { signOut, superuser } from "../core/client.js";
import { byName, collections, loadCollections } from "../core/collections.js";
import { LANGUAGES, language, t } from "../core/language.js";
import { address, become } from "../core/router.js";
import { theme } from "../core/theme.js";
import { Button, IconButton } from "../ui/button.js";
import { Icon } from "../ui/icon.js";
import { Menu } from "../ui/menu.js";
import { complain } from "../ui/toasts.js";
import { AddCollections } from "./add_collections.js";
import { Records } from "./records/screen.js";
import { Sidebar } from "./sidebar.js";

/** @param {{ path: string[] }} props */
export function Shell({ path }) {
  const [open, setOpen] = useState(false);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    void load();
    // Somebody else may have made some meanwhile.
    const again = () => void loadCollections().catch(() => {});
    addEventListener("focus", again);
    return () => removeEventListener("focus", again);
  }, []);
  useEffect(() => setOpen(false), [path.join("/")]);

  async function load() {
    setFailed(false);
    try {
      await loadCollections();
    } catch (error) {
      setFailed(true);
      complain(error);
    }
  }
  return html`<div class=${`shell ${open ? "open" : ""}`}>
    <a class="hidden-text" href="#content" onClick=${(/** @type {Event} */ event) => {
      event.preventDefault();
      document.getElementById("content")?.focus();
    }}>${t("skip")}</a>
    <header class="top">
      <${IconButton} icon="menu" label=${t("collections")} class="icon-button toggle"
        aria-expanded=${open} onClick=${() => setOpen(!open)} />
      <a class="brand" href=${address([])}><img src="icon.svg" alt="" width="26" height="26" />FastCMS</a>
      <span class="spacer"></span>
      <${Account} />
    </header>
    <${Sidebar} current=${path[0] === "collections" ? path[1] : ""} isAdding=${path[0] === "new"} />
    <div class="content" id="content" tabindex="-1">
      ${failed
        ? html`<div class="page"><div><p>${t("unreachable")}</p>
            <${Button} onClick=${load}>${t("tryAgain")}<//></div></div>`
        : html`<${Content} path=${path} />`}
    </div>
  </div>`;
}

/** @param {{ path: string[] }} props */
function Content({ path }) {
  const all = collections.value;
  const name = path[0] === "collections" ? path[1] : undefined;
  // A new server has `users` and nothing else.
  const own = all?.filter((collection) => !collection.system && collection.name !== "users") ?? [];
  const first = path[0] !== "new" && !name ? (own[0] ?? null) : null;
  useEffect(() => {
    if (first) become(["collections", first.name]);
  }, [first]);
  if (!all || first) return html`<p class="page quiet" role="status">${t("loading")}</p>`;
  if (!name) return html`<${AddCollections} />`;
  const collection = byName.value.get(name);
  if (!collection) return html`<div class="page"><div><h1>${t("noCollection", { name })}</h1></div></div>`;
  return html`<${Records} key=${collection.id} collection=${collection} />`;
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

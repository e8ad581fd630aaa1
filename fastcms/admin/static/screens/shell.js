// The frame of everything behind the sign-in: the screens in the bar at the top, and what each has
// at its side.

import { html, useEffect, useState } from "../vendor/preact.js";
import { appName, loadAppearance } from "../core/appearance.js";
import { base, pb, resume, signOut, superuser } from "../core/client.js";
import { loadCollections } from "../core/collections.js";
import { LANGUAGES, language, t } from "../core/language.js";
import { useLoaded } from "../core/loaded.js";
import { online } from "../core/online.js";
import { loadPlugins, pluginScreens } from "../core/plugins.js";
import { address, askBeforeLeaving, become } from "../core/router.js";
import { theme } from "../core/theme.js";
import { isAnythingUnsaved } from "../core/unsaved.js";
import { IconButton } from "../ui/button.js";
import { confirm } from "../ui/dialog.js";
import { Icon } from "../ui/icon.js";
import { Lazy } from "../ui/lazy.js";
import { Menu } from "../ui/menu.js";
import { Failed, Page } from "../ui/page.js";
import { loadSheet } from "../ui/sheet.js";
import { OTHERS, SCREENS } from "./screens.js";
import { GROUPS } from "./settings/pages.js";
import { SettingsSide } from "./settings/side.js";
import { Sidebar } from "./sidebar.js";

/** Whether the server still knows the session is asked again when somebody comes back after so long. */
const AWAY_SECONDS = 900;

/** So long after the first screen those come that may be next. */
const QUIET_SECONDS = 2;

async function fetchAhead() {
  for (const { load } of SCREENS) await load().catch(() => {});
  await import("./records/panel.js").catch(() => {});
  await loadPalette().catch(() => {});
}

async function loadPalette() {
  const [{ Palette }] = await Promise.all([import("./palette/palette.js"), loadSheet("styles/palette.css")]);
  return Palette;
}

askBeforeLeaving(async () => !isAnythingUnsaved() || confirm({
  title: t("leaveTitle"), text: t("leaveText"), action: t("leave"),
}));

/** @param {{ path: string[] }} props */
export function Shell({ path }) {
  const [open, setOpen] = useState(false);
  const [commands, setCommands] = useState(false);
  const [failed, setFailed] = useState(/** @type {unknown} */ (null));
  const [name = "", ...rest] = path;
  const app = appName.value;
  const place = [...SCREENS, ...OTHERS].find((one) => one.name === name);
  // What has no place in the bar belongs to one that has.
  const here = SCREENS.find((one) => one === place) ?? SCREENS.find((one) => one.name === place?.side);
  useEffect(() => {
    if (!name) become(["home"]);
  }, [name]);
  useEffect(() => {
    document.title = [titleOf(place, rest), app].filter(Boolean).join(" – ");
  });
  useEffect(() => {
    void load();
    void loadPlugins().catch(() => {});
    const idle = setTimeout(() => void fetchAhead(), QUIET_SECONDS * 1000);
    let seen = Date.now();
    function again() {
      // Somebody else may have changed them meanwhile.
      void loadCollections().catch(() => {});
      void loadAppearance().catch(() => {});
      if (Date.now() - seen > AWAY_SECONDS * 1000) void resume();
      seen = Date.now();
    }
    /** @param {KeyboardEvent} event */
    function onKeyDown(event) {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
      // In a dialog it would cover what is being done there, and in an editor it is taken.
      if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      setCommands(true);
    }
    addEventListener("focus", again);
    addEventListener("keydown", onKeyDown);
    return () => {
      clearTimeout(idle);
      removeEventListener("focus", again);
      removeEventListener("keydown", onKeyDown);
    };
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
      <a class="brand" href=${address([])}><img src="icon.svg" alt="" width="26" height="26" /><span>${app}</span></a>
      <nav class="places" aria-label=${t("places")}>
        ${SCREENS.map((one) => html`<a key=${one.name} href=${address([one.name])}
          aria-current=${one === here ? "page" : undefined}><${Icon} name=${one.icon} /><span>${t(one.title)}</span></a>`)}
        ${pluginScreens.value.map(({ plugin, title, module }) => {
          const number = pluginScreens.value.filter((one) => one.plugin === plugin).findIndex((one) => one.module === module);
          return html`<a key=${module} href=${address(["plugins", plugin, `${number}`])}
            aria-current=${name === "plugins" && rest[0] === plugin && (rest[1] ?? "0") === `${number}` ? "page" : undefined}>
            <${Icon} name="code" /><span>${title}</span></a>`;
        })}
      </nav>
      <span class="spacer"></span>
      <${IconButton} icon="search" label=${t("commands")} aria-keyshortcuts="Control+K Meta+K"
        onClick=${() => setCommands(true)} />
      <${Account} />
      ${!online.value && html`<p class="offline" role="alert"><${Icon} name="warning" />${t("offline")}</p>`}
    </header>
    ${place?.side === "collections" && html`<${Sidebar} place=${name} current=${rest[0]} />`}
    ${place?.side === "settings" && html`<${SettingsSide} current=${rest[0]} />`}
    <div class="content" id="content" tabindex="-1">
      ${failed
        ? html`<div class="page"><${Failed} error=${failed} again=${load} /></div>`
        : place
          ? html`<${Lazy} key=${name} load=${place.load} path=${rest} />`
          : name && html`<${Page} title=${t("unknownPage")} />`}
    </div>
    ${commands && html`<${Lazy} load=${loadPalette} onClose=${() => setCommands(false)} />`}
  </div>`;
}

/**
 * What the page is called in the browser's tab.
 * @param {import("./screens.js").Place | undefined} place
 * @param {string[]} rest
 */
function titleOf(place, rest) {
  const page = place?.name === "settings" && GROUPS.flatMap(({ pages }) => pages).find(({ name }) => name === rest[0]);
  if (page) return t(page.title);
  return rest[0] ?? (place && t(place.title));
}

function Account() {
  const themes = /** @type {const} */ (["auto", "light", "dark"]);
  return html`<${Menu} label=${t("account")} button=${html`<${Icon} name="user" />`}>
    ${() => html`
      <p class="menu-title">${superuser.value?.email}</p>
      <a href=${address(["collections", "_superusers"])}>${t("superusers")}</a>
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
        }} />${own}</label>`)}
      <hr />
      <a href=${`${base}/api/docs`} target="_blank" rel="noopener">${t("documentation")}</a>
      <${Version} />`}
  <//>`;
}

function Version() {
  const { value } = useLoaded(() => pb.send("/api/health/details", { fields: "versions" }), []);
  return html`<p class="menu-title" role="status">${value && t("version", { version: value.versions.fastcms })}</p>`;
}

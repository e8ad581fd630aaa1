// The plugins of the server: which are loaded, and why others are not.

import { html } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { number, t } from "../../core/language.js";
import { useLoaded } from "../../core/loaded.js";
import { List } from "../../ui/list.js";
import { Failed } from "../../ui/page.js";
import { State } from "../../ui/state.js";

/** @typedef {{ name: string, version: string, description: string, functions: number, error?: string }} Plugin */

/** @returns {Promise<Plugin[]>} */
async function load() {
  const { items, broken } = await pb.send("/api/plugins", {});
  return [...items, ...broken.map((/** @type {any} */ one) => ({ version: "", description: "", functions: 0, ...one }))];
}

export function Plugins() {
  const { value, error, again } = useLoaded(load, []);
  if (error) return html`<${Failed} error=${error} again=${again} />`;
  return html`<p class="quiet">${t("hooksPluginsText")}</p>
    <${List} label=${t("hooksTab_plugins")} rows=${value} keyOf=${(/** @type {Plugin} */ one) => one.name} empty=${t("hooksNoPlugins")} columns=${[
      { title: t("hooksPluginName"), cell: (/** @type {Plugin} */ one) => html`<strong>${one.name}</strong> <span class="quiet">${one.description}</span>` },
      { title: t("hooksVersion"), cell: (/** @type {Plugin} */ one) => one.version || "–" },
      { title: t("hooksPluginState"), cell: (/** @type {Plugin} */ one) => one.error
        ? html`<${State} kind="bad" text=${one.error} />` : html`<${State} kind="good" text=${t("hooksPluginRuns")} />` },
      { title: t("hooksPluginFunctions"), end: true, cell: (/** @type {Plugin} */ one) => number(one.functions) },
    ]} />`;
}

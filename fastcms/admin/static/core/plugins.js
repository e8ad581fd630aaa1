// Screens that plugins of the server add.

import { signal } from "../vendor/preact.js";
import { pb } from "./client.js";

/**
 * @typedef {object} PluginScreen
 * @property {string} plugin
 * @property {string} title
 * @property {string} module  its address
 */

/** @type {import("../vendor/preact.js").Signal<PluginScreen[]>} */
export const pluginScreens = signal([]);

/** Learns which there are. */
export async function loadPlugins() {
  const { items } = await pb.send("/api/plugins", {});
  pluginScreens.value = items.flatMap((/** @type {any} */ { name, screens }) =>
    screens.map((/** @type {any} */ screen) => ({ plugin: name, ...screen })));
}

// Every screen behind the sign-in: where it is, what it is called, and the module that shows it,
// which is loaded when it is opened. Its component gets what follows in the address as `path`.

import { loadTexts } from "../core/language.js";
import { loadSheet } from "../ui/sheet.js";

/** @typedef {import("../core/language.js").Key} Key */
/** @typedef {import("../ui/lazy.js").Component} Component */
/**
 * @typedef {object} Place
 * @property {string} name  in the address
 * @property {Key} title
 * @property {import("../ui/icon.js").Shape} icon
 * @property {"collections" | "settings" | null} side  what stands at the side
 * @property {boolean} [isControl]  changes collections
 * @property {() => Promise<Component>} load
 */

/**
 * A screen with texts and styles that others do not need.
 * @param {() => Promise<Component>} load
 * @param {{ texts?: import("../core/language.js").Area[], styles?: string[] }} parts  styles by their names
 * @returns {() => Promise<Component>}
 */
function withParts(load, { texts = [], styles = [] }) {
  return async () => {
    const sheets = styles.map((name) => loadSheet(`styles/${name}.css`));
    const [component] = await Promise.all([load(), loadTexts(...texts), ...sheets]);
    return component;
  };
}

/** Those of the bar at the top, in its order. @type {readonly Place[]} */
export const SCREENS = [
  { name: "home", title: "home", icon: "home", side: "collections",
    load: withParts(async () => (await import("./home/screen.js")).Home, { texts: ["home", "logs"], styles: ["home", "logs"] }) },
  { name: "collections", title: "collections", icon: "base", side: "collections",
    load: async () => (await import("./records/place.js")).RecordsPlace },
  { name: "overview", title: "overview", icon: "overview", side: "collections",
    load: withParts(async () => (await import("./overview/screen.js")).Overview, { texts: ["overview", "rules"] }) },
  { name: "logs", title: "logs", icon: "logs", side: null,
    load: withParts(async () => (await import("./logs/screen.js")).Logs, { texts: ["logs"], styles: ["logs"] }) },
  { name: "hooks", title: "hooks", icon: "code", side: null,
    load: withParts(async () => (await import("./hooks/screen.js")).Hooks, { texts: ["hooks"], styles: ["operations", "hooks"] }) },
  { name: "settings", title: "settings", icon: "settings", side: "settings",
    load: withParts(async () => (await import("./settings/screen.js")).Settings, {
      texts: ["settings", "operations", "rules", "sql", "transfer"],
    }) },
];

/** Screens that have an address and no place in the bar. @type {readonly Place[]} */
export const OTHERS = [
  { name: "schema", title: "newCollection", icon: "settings", side: "collections", isControl: true,
    load: withParts(async () => (await import("./schema/screen.js")).Schema, { texts: ["schema", "rules"], styles: ["schema"] }) },
  { name: "new", title: "addCollections", icon: "add", side: "collections", isControl: true,
    load: async () => (await import("./add_collections.js")).AddCollections },
  { name: "api", title: "apiOperations", icon: "code", side: "collections",
    load: withParts(async () => (await import("./api_preview/screen.js")).ApiPlace, { texts: ["apiPreview"] }) },
  { name: "plugins", title: "plugins", icon: "code", side: null,
    load: async () => (await import("./plugin.js")).PluginPlace },
  { name: "rules", title: "overviewRules", icon: "lock", side: "collections",
    load: withParts(async () => (await import("./rules/screen.js")).RulesPlace, { texts: ["rules"] }) },
];

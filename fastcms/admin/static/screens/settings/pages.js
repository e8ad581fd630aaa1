// Every page of the settings. To add one: a module, and a line here.

/** @typedef {import("../../core/language.js").Key} Key */
/**
 * @typedef {object} SettingsPage
 * @property {string} name  in the address, behind `settings`
 * @property {Key} title
 * @property {() => Promise<import("../../ui/lazy.js").Component>} load
 */

/** By what they are about, in the order of the list at the side. @type {readonly { title: Key, pages: readonly SettingsPage[] }[]} */
export const GROUPS = [
  { title: "settingsServer", pages: [] },
  { title: "settingsSecurity", pages: [] },
  { title: "settingsData", pages: [] },
  { title: "settingsWork", pages: [] },
  { title: "settingsYou", pages: [] },
];

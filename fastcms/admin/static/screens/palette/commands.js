// What the command palette offers: places and actions by their names, records by what is in them.

import { hidesControls } from "../../core/appearance.js";
import { pb, signOut } from "../../core/client.js";
import { collections, titleOf } from "../../core/collections.js";
import { LANGUAGES, language, t } from "../../core/language.js";
import { address } from "../../core/router.js";
import { theme } from "../../core/theme.js";
import { OTHERS, SCREENS } from "../screens.js";
import { GROUPS } from "../settings/pages.js";
import { backUp } from "./actions.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/**
 * @typedef {object} Command
 * @property {"place" | "collection" | "action" | "record"} group
 * @property {string} title
 * @property {string} [detail]
 * @property {string} [href]  where it leads, or
 * @property {() => unknown} [act]  what it does
 */

const AT_ONCE = 50;
// Records are looked for in so many collections, and so many of each are shown.
const COLLECTIONS = 20;
const RECORDS = 3;
const SHORTEST = 2;

/** @param {{ isControl?: boolean }} place */
const isShown = ({ isControl }) => !isControl || !hidesControls.value;

/** @returns {Command[]} all but records */
function all() {
  const known = collections.value ?? [];
  const writable = known.filter(({ type }) => type !== "view");
  return [
    ...[...SCREENS, ...OTHERS].filter(isShown).map(({ name, title }) => (
      { group: /** @type {const} */ ("place"), title: t(title), href: address([name]) })),
    ...GROUPS.flatMap(({ pages }) => pages.filter(isShown).map(({ name, title }) => (
      { group: /** @type {const} */ ("place"), title: t(title), detail: t("settings"), href: address(["settings", name]) }))),
    ...known.map(({ name, type }) => (
      { group: /** @type {const} */ ("collection"), title: name, detail: type, href: address(["collections", name]) })),
    ...[
      ...writable.filter(({ system }) => !system).map(({ name }) => (
        { title: t("paletteNewIn", { name }), href: address(["collections", name], { record: "new" }) })),
      { title: t("paletteInvite"), href: address(["collections", "_superusers"], { record: "new" }) },
      { title: t("paletteBackup"), act: backUp },
      ...(/** @type {const} */ (["auto", "light", "dark"])).map((name) => (
        { title: `${t("theme")}: ${t(`theme_${name}`)}`, act: () => {
          theme.value = name;
        } })),
      ...Object.entries(LANGUAGES).map(([name, own]) => (
        { title: `${t("language")}: ${own}`, act: () => {
          language.value = /** @type {import("../../core/language.js").Language} */ (name);
        } })),
      { title: t("signOut"), act: signOut },
    ].map((one) => ({ group: /** @type {const} */ ("action"), ...one })),
  ];
}

/**
 * Those whose names hold every word; what begins with the first of them is on top.
 * @param {string} typed
 */
export function named(typed) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  /** @param {Command} command */
  const begins = ({ title }) => title.toLowerCase().startsWith(words[0] ?? "");
  const found = all().filter(({ title, detail = "" }) => {
    const text = `${title} ${detail}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return [...found.filter(begins), ...found.filter((one) => !begins(one))].slice(0, AT_ONCE);
}

/**
 * Records of that id, or with that text in a field that stands for them.
 * @param {string} typed
 * @returns {Promise<Command[]>}
 */
export async function records(typed) {
  const text = typed.trim();
  if (text.length < SHORTEST) return [];
  const places = (collections.value ?? []).filter(({ name, system }) => !system || name === "_superusers");
  const found = await Promise.all(places.slice(0, COLLECTIONS).map(async (collection) => {
    const names = ["id", ...textsOf(collection)];
    const filter = names.map((name) => pb.filter(name === "id" ? "id = {:text}" : `${name} ~ {:text}`, { text }));
    try {
      const page = await pb.collection(collection.id).getList(1, RECORDS, { filter: filter.join(" || "), skipTotal: true });
      return page.items.map((record) => ({
        group: /** @type {const} */ ("record"), title: titleOf(record), detail: collection.name,
        href: address(["collections", collection.name], { record: record.id }),
      }));
    } catch {
      // A collection that cannot be asked does not keep the others from answering.
      return [];
    }
  }));
  return found.flat();
}

/**
 * The fields that people know its records by.
 * @param {CollectionModel} collection
 */
function textsOf({ fields }) {
  const texts = fields.filter(({ type, hidden }) => ["text", "email", "url", "number", "select"].includes(type) && !hidden);
  const chosen = texts.filter(({ presentable }) => presentable);
  const usual = texts.filter(({ name }) => ["title", "name", "label", "email", "username", "slug", "key"].includes(name));
  return (chosen.length ? chosen : usual).map(({ name }) => name);
}

// The records of the collection that the address names.

import { html, useEffect, useState } from "../../vendor/preact.js";
import { byName, collections, loadCollections } from "../../core/collections.js";
import { t } from "../../core/language.js";
import { become, route } from "../../core/router.js";
import { Loading, Page } from "../../ui/page.js";
import { Records } from "./screen.js";

/** @param {{ path: string[] }} props  behind `collections` */
export function RecordsPlace({ path }) {
  const all = collections.value;
  const [name] = path;
  // A new server has `users` and nothing else.
  const first = all?.find((collection) => !collection.system && collection.name !== "users");
  useEffect(() => {
    // By the address as it is now: whoever has gone elsewhere meanwhile stays there.
    const [screen = "collections", named] = route.value.path;
    if (all && screen === "collections" && !named) become(first ? ["collections", first.name] : ["new"]);
  }, [all, name]);
  const collection = byName.value.get(name ?? "");
  const [asked, setAsked] = useState("");
  useEffect(() => {
    if (!all || !name || collection || asked === name) return;
    // It may be new.
    loadCollections().catch(() => {}).finally(() => setAsked(name));
  }, [all, name]);
  if (!all || !name || (!collection && asked !== name)) return html`<div class="page"><${Loading} /></div>`;
  if (!collection) return html`<${Page} title=${t("noCollection", { name })} />`;
  return html`<${Records} key=${collection.id} collection=${collection} />`;
}

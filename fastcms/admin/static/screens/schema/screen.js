// The place of the schema: which collection the address names, or a new one.

import { html, useState } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { byName, collections, loadCollections } from "../../core/collections.js";
import { t } from "../../core/language.js";
import { useLoaded } from "../../core/loaded.js";
import { route } from "../../core/router.js";
import { Failed, Loading, Page } from "../../ui/page.js";
import { Builder } from "./builder.js";
import { copyOf } from "./edited.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */

/** @param {{ path: string[] }} props  behind `schema` */
export function Schema({ path }) {
  const [name] = path;
  const copied = route.value.query.get("copy") ?? "";
  if (!collections.value) return html`<${Page} title=${name ?? t("newCollection")}><${Loading} /><//>`;
  if (!name) return html`<${New} key=${copied} copied=${copied} />`;
  const collection = byName.value.get(name);
  if (!collection) return html`<${Unknown} key=${name} name=${name} />`;
  return html`<${Builder} key=${collection.id} stored=${collection} />`;
}

/** It may have been made since the others were fetched. @param {{ name: string }} props */
function Unknown({ name }) {
  const { value, error, again } = useLoaded(loadCollections, []);
  if (error) return html`<${Page} title=${name}><${Failed} error=${error} again=${again} /><//>`;
  return html`<${Page} title=${value ? t("noCollection", { name }) : name}>${!value && html`<${Loading} />`}<//>`;
}

/** @param {{ copied: string }} props  the name of the collection that a new one is like, or "" */
function New({ copied }) {
  const { value, error, again } = useLoaded(() => pb.collections.getScaffolds(), []);
  const [source] = useState(() => byName.value.get(copied));
  if (error) return html`<${Page} title=${t("newCollection")}><${Failed} error=${error} again=${again} /><//>`;
  if (!value) return html`<${Page} title=${t("newCollection")}><${Loading} /><//>`;
  return html`<${Builder} stored=${null} scaffolds=${value}
    copied=${source && copyOf(source, freeName(`${source.name}_copy`), "")} />`;
}

/** @param {string} name */
function freeName(name) {
  let [free, number] = [name, 1];
  while (byName.value.has(free)) {
    number += 1;
    free = `${name}${number}`;
  }
  return free;
}

// The order of a list by several keys: added, turned, and put in order by dragging or by keys.

import { html } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { Button, IconButton } from "../../../ui/button.js";
import { Icon } from "../../../ui/icon.js";
import { moved, useSorting } from "../../../ui/sorting.js";
import { PathSelect } from "./builder.js";
import { MOST_KEYS, isSortable, readSort, writeSort } from "./order.js";
import { pathsOf } from "./paths.js";

/** @typedef {import("./order.js").SortKey} SortKey */

/**
 * @param {{ collection: import("../../../core/client.js").CollectionModel, sort: string,
 *   onSort: (sort: string) => void }} props
 */
export function SortBuilder({ collection, sort, onSort }) {
  const keys = readSort(sort);
  /** @param {SortKey[]} next */
  const change = (next) => onSort(writeSort(next));
  const { list, drag, begin } = useSorting((what, to) => change(moved(keys, Number(what), to)));
  const unused = pathsOf(collection).flatMap(({ paths }) => paths)
    .find(({ path, field }) => isSortable(field) && path !== "id" && !keys.some((key) => key.path === path));
  return html`<div class="builder" role="region" aria-label=${t("sortBuilder")}>
    ${keys.length === 0 && html`<p class="quiet">${t("sortNone")}</p>`}
    <ol class="sort-keys" ref=${list}>${keys.map((key, at) => html`<li key=${key.path}
        class=${`${drag?.what === String(at) ? "dragged" : ""} ${drag && drag.to === at ? "drop-before" : ""}`}>
      <span class="grip" onPointerDown=${(/** @type {PointerEvent} */ event) => begin(event, String(at))}><${Icon} name="grip" /></span>
      <${PathSelect} collection=${collection} path=${key.path} label=${t("sortKey", { number: at + 1 })} only=${isSortable}
        onPath=${(/** @type {string} */ path) => change(keys.map((one, place) => (place === at ? { ...one, path } : one))
          .filter((one, place) => place === at || one.path !== path))} />
      <select aria-label=${t("sortDirection", { number: at + 1 })}
        onChange=${() => change(keys.map((one, place) => (place === at ? { ...one, down: !one.down } : one)))}>
        <option value="up" selected=${!key.down}>${t("sortUp")}</option>
        <option value="down" selected=${key.down}>${t("sortDown")}</option>
      </select>
      <${IconButton} icon="up" label=${t("sortEarlier", { name: key.path })} disabled=${at === 0}
        onClick=${() => change(moved(keys, at, at - 1))} />
      <${IconButton} icon="down" label=${t("sortLater", { name: key.path })} disabled=${at === keys.length - 1}
        onClick=${() => change(moved(keys, at, at + 2))} />
      <${IconButton} icon="close" label=${t("sortRemove", { name: key.path })}
        onClick=${() => change(keys.filter((one) => one !== key))} />
    </li>`)}</ol>
    <${Button} disabled=${!unused || keys.length >= MOST_KEYS}
      onClick=${() => unused && change([...keys, { path: unused.path, down: false }])}><${Icon} name="add" />${t("sortAdd")}<//>
  </div>`;
}

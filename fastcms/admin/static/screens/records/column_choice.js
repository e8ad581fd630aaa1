// The menu of columns: which are shown and pinned, and their order, by dragging or by buttons.

import { html } from "../../vendor/preact.js";
import { t } from "../../core/language.js";
import { IconButton } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { Menu } from "../../ui/menu.js";
import { useSorting } from "../../ui/sorting.js";
import { isPinned, isShown, moved, ordered, placed, toggled } from "./columns.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */

/** @param {{ collection: CollectionModel, layout: import("./columns.js").LayoutSignal }} props */
export function ColumnChoice({ collection, layout }) {
  return html`<${Menu} label=${t("columns")} button=${html`<${Icon} name="columns" />`}>
    ${() => html`<${Choices} collection=${collection} layout=${layout} />`}
  <//>`;
}

/** @param {{ collection: CollectionModel, layout: import("./columns.js").LayoutSignal }} props */
function Choices({ collection, layout }) {
  const fields = ordered(collection, layout.value);
  const { list, drag, begin } = useSorting((id, to) => {
    layout.value = placed(collection, layout.value, id, fields[to]);
  });
  return html`<div class="column-choices" ref=${list}>${fields.map((field, at) => {
    const { id, name } = field;
    const pinned = isPinned(layout.value, field);
    /** @param {-1 | 1} step */
    function move(step) {
      layout.value = moved(collection, layout.value, field, step);
    }
    return html`<div key=${id} class=${`column-choice ${drag?.what === id ? "dragged" : ""} ${drag?.to === at ? "drop-before" : ""}`}>
      <span class="grip" onPointerDown=${(/** @type {PointerEvent} */ event) => begin(event, id)} onMouseDown=${keepFocus}><${Icon} name="grip" /></span>
      <label><input type="checkbox" checked=${isShown(layout.value, field)} onChange=${() => {
        layout.value = { ...layout.value, hidden: toggled(layout.value.hidden, id) };
      }} />${name}</label>
      <${IconButton} icon="pin" class="icon-button pin" label=${t("pinColumn", { name })} aria-pressed=${pinned} onClick=${() => {
        layout.value = { ...layout.value, pinned: toggled(layout.value.pinned ?? [], id) };
      }} />
      <${IconButton} icon="up" label=${t("moveLeft", { name })} onClick=${() => move(-1)} />
      <${IconButton} icon="down" label=${t("moveRight", { name })} onClick=${() => move(1)} />
    </div>`;
  })}</div>`;
}

/** @param {Event} event  a menu closes when the focus leaves it */
function keepFocus(event) {
  event.preventDefault();
}

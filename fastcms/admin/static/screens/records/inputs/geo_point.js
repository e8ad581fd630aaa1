// A place on the earth: in degrees, or chosen on a map.

import { html, useState } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { Button } from "../../../ui/button.js";
import { Field } from "../../../ui/field.js";
import { WorldMap } from "../../../ui/map.js";

/** @typedef {import("./inputs.js").Props} Props */

/** @type {import("./inputs.js").Input} */
export const geoPoint = {
  take: (stored) => stored ?? { lon: 0, lat: 0 },
  give: ({ lon, lat }) => ({ lon: Number(lon), lat: Number(lat) }),
  Input: Point,
};

/** @param {Props} props */
function Point({ field, value, problem, disabled, onInput }) {
  const [isOpen, setIsOpen] = useState(false);
  const [lat, lon] = [Number(value.lat), Number(value.lon)];
  // 0/0 stands for no place.
  const isPlace = Number.isFinite(lat) && Number.isFinite(lon) && (lat !== 0 || lon !== 0);
  return html`<${Field} group label=${field.name} help=${field.help} required=${field.required} problem=${problem}>
    ${() => html`<div class="pair">${(/** @type {const} */ (["lat", "lon"])).map((part) => html`<label key=${part}>
      <span class="quiet">${t(part)}</span>
      <input type="number" step="any" min=${part === "lat" ? -90 : -180} max=${part === "lat" ? 90 : 180}
        value=${value[part]} disabled=${disabled} aria-invalid=${problem !== ""}
        onInput=${(/** @type {InputEvent & { currentTarget: HTMLInputElement }} */ event) =>
          onInput({ ...value, [part]: event.currentTarget.value })} />
    </label>`)}</div>
    <div class="input-actions"><${Button} aria-expanded=${isOpen} onClick=${() => setIsOpen(!isOpen)}>${t("onMap")}<//></div>
    ${isOpen && html`<${WorldMap} label=${t("mapOf", { name: field.name })}
      markers=${isPlace ? [{ id: "place", lat, lon, title: `${lat}, ${lon}` }] : []}
      onChoose=${disabled ? undefined : onInput} />`}`}
  <//>`;
}

// A place on the earth, in degrees.

import { html } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { Field } from "../../../ui/field.js";

/** @type {import("./inputs.js").Input} */
export const geoPoint = {
  take: (stored) => stored ?? { lon: 0, lat: 0 },
  give: ({ lon, lat }) => ({ lon: Number(lon), lat: Number(lat) }),
  Input: ({ field, value, problem, disabled, onInput }) => html`<${Field} group
    label=${field.name} help=${field.help} required=${field.required} problem=${problem}>
    ${() => html`<div class="pair">${(/** @type {const} */ (["lat", "lon"])).map((part) => html`<label key=${part}>
      <span class="quiet">${t(part)}</span>
      <input type="number" step="any" min=${part === "lat" ? -90 : -180} max=${part === "lat" ? 90 : 180}
        value=${value[part]} disabled=${disabled}
        onInput=${(/** @type {InputEvent & { currentTarget: HTMLInputElement }} */ event) =>
          onInput({ ...value, [part]: event.currentTarget.value })} />
    </label>`)}</div>`}
  <//>`,
};

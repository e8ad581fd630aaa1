// Text of any length.

import { html } from "../../../vendor/preact.js";
import { Field } from "../../../ui/field.js";

/** @type {import("./inputs.js").Input} */
export const text = {
  take: (stored) => stored ?? "",
  give: (value) => value,
  Input: ({ field, value, problem, disabled, onInput }) => html`<${Field}
    label=${field.name} help=${field.help} required=${field.required} problem=${problem}>
    ${(/** @type {import("../../../ui/field.js").Wiring} */ wiring) => html`<textarea ...${wiring} rows="1" value=${value}
      disabled=${disabled} placeholder=${field.autogeneratePattern ?? ""}
      onInput=${(/** @type {InputEvent & { currentTarget: HTMLTextAreaElement }} */ event) =>
        onInput(event.currentTarget.value)}></textarea>`}
  <//>`,
};

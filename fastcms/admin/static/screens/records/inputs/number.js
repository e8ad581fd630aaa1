// A number; nothing typed is zero, as to the server.

import { html } from "../../../vendor/preact.js";
import { TextField } from "../../../ui/field.js";

/** @type {import("./inputs.js").Input} */
export const number = {
  take: (stored) => (stored === undefined ? "" : String(stored)),
  give: (value) => (value === "" ? 0 : Number(value)),
  Input: ({ field, value, problem, disabled, onInput }) => html`<${TextField}
    label=${field.name} help=${field.help} required=${field.required} problem=${problem}
    type="number" value=${value} disabled=${disabled} onInput=${onInput}
    step=${field.onlyInt ? "1" : "any"} min=${field.min ?? undefined} max=${field.max ?? undefined} />`,
};

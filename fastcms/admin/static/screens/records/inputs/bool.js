// Yes or no.

import { html } from "../../../vendor/preact.js";
import { CheckField } from "../../../ui/field.js";

/** @type {import("./inputs.js").Input} */
export const bool = {
  take: (stored) => Boolean(stored),
  give: (value) => value,
  Input: ({ field, value, problem, disabled, onInput }) => html`<${CheckField} label=${field.name} help=${field.help}
    required=${field.required} problem=${problem} checked=${value} disabled=${disabled} onInput=${onInput} />`,
};

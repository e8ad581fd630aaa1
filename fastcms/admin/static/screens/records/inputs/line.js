// An address of mail or of the web.

import { html } from "../../../vendor/preact.js";
import { TextField } from "../../../ui/field.js";

/** @type {import("./inputs.js").Input} */
export const line = {
  take: (stored) => stored ?? "",
  give: (value) => value.trim(),
  Input: ({ field, value, problem, disabled, onInput }) => html`<${TextField}
    label=${field.name} help=${field.help} required=${field.required} problem=${problem}
    type=${field.type} value=${value} disabled=${disabled} onInput=${onInput} autocomplete="off" />`,
};

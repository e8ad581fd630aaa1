// HTML, written as rich text.

import { html } from "../../../vendor/preact.js";
import { base } from "../../../core/client.js";
import { RichText } from "../../../ui/rich_text.js";

/** @type {import("./inputs.js").Input} */
export const editor = {
  take: (stored) => stored ?? "",
  // Addresses of this server without its name, where the field wants that.
  give: (value, field) => (field.convertURLs ? value.replaceAll(`="${base}/`, '="/') : value),
  Input: ({ field, value, problem, disabled, onInput }) => html`<${RichText}
    label=${field.name} help=${field.help} required=${field.required} problem=${problem}
    value=${value} readOnly=${disabled} onInput=${onInput} />`,
};

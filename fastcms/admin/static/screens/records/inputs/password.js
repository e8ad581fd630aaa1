// A new password; the stored one is never shown, and stays as long as nothing is typed.

import { html } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { TextField } from "../../../ui/field.js";

/** @type {import("./inputs.js").Input} */
export const password = {
  drafted: false,
  take: () => "",
  give: (value) => value || undefined,
  Input: ({ field, record, value, problem, disabled, onInput }) => html`<${TextField}
    label=${field.name} help=${record ? t("passwordKept") : field.help} required=${field.required && !record}
    problem=${problem} type="password" value=${value} disabled=${disabled} onInput=${onInput}
    autocomplete="new-password" />`,
};

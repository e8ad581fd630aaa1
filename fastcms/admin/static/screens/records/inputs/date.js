// A moment, typed in the reader's zone and stored in UTC.

import { html } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { TextField } from "../../../ui/field.js";

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @type {import("./inputs.js").Input} */
export const date = {
  take(stored) {
    if (!stored) return "";
    const moment = new Date(stored.replace(" ", "T"));
    const local = new Date(moment.valueOf() - moment.getTimezoneOffset() * 60_000);
    return local.toISOString().slice(0, -1);
  },
  give: (value) => (value ? utc(value) : ""),
  Input: ({ field, value, problem, disabled, onInput }) => html`<${TextField}
    label=${field.name} required=${field.required} problem=${problem} type="datetime-local" step="0.001"
    help=${[field.help, value ? t("inZone", { zone: ZONE, utc: utc(value) }) : ZONE].filter(Boolean).join(" ")}
    value=${value} disabled=${disabled} onInput=${onInput} />`,
};

/** @param {string} local */
function utc(local) {
  return new Date(local).toISOString().replace("T", " ");
}

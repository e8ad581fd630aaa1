// A moment, typed in the reader's zone and stored in UTC.

import { html } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { Button } from "../../../ui/button.js";
import { TextField } from "../../../ui/field.js";

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @type {import("./inputs.js").Input} */
export const date = {
  take: (stored) => (stored ? local(new Date(stored.replace(" ", "T"))) : ""),
  give: (value) => (value ? utc(value) : ""),
  Input: ({ field, value, problem, disabled, onInput }) => html`<div>
    <${TextField} label=${field.name} required=${field.required} problem=${problem} type="datetime-local" step="0.001"
      help=${[field.help, value ? t("inZone", { zone: ZONE, utc: utc(value) }) : ZONE].filter(Boolean).join(" ")}
      value=${value} disabled=${disabled} onInput=${onInput} />
    ${!disabled && html`<div class="input-actions">
      <${Button} aria-label=${t("dateNowIn", { name: field.name })} onClick=${() => onInput(local(new Date()))}>${t("dateNow")}<//>
      ${value && html`<${Button} aria-label=${t("emptyInputOf", { name: field.name })} onClick=${() => onInput("")}>${t("emptyInput")}<//>`}
    </div>`}
  </div>`,
};

/** @param {Date} moment */
function local(moment) {
  return new Date(moment.valueOf() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, -1);
}

/** @param {string} text */
function utc(text) {
  return new Date(text).toISOString().replace("T", " ");
}

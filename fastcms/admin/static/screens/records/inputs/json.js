// JSON as text; what is none is not sent.

import { html } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { Field } from "../../../ui/field.js";

/** @type {import("./inputs.js").Input} */
export const json = {
  take: (stored) => (stored === undefined || stored === null || stored === "" ? "" : JSON.stringify(stored, null, 2)),
  give(value) {
    if (!value.trim()) return null;
    try {
      return JSON.parse(value);
    } catch {
      throw new Error(t("noJsonValue"));
    }
  },
  Input: ({ field, value, problem, disabled, onInput }) => html`<${Field}
    label=${field.name} help=${field.help} required=${field.required} problem=${problem}>
    ${(/** @type {import("../../../ui/field.js").Wiring} */ wiring) => html`<textarea ...${wiring} class="mono" rows="3" value=${value}
      disabled=${disabled} spellcheck=${false}
      onInput=${(/** @type {InputEvent & { currentTarget: HTMLTextAreaElement }} */ event) =>
        onInput(event.currentTarget.value)}></textarea>`}
  <//>`,
};

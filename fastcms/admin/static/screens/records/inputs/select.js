// One or several of the values that the field allows.

import { html } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { Field } from "../../../ui/field.js";

/** @typedef {import("../../../ui/field.js").Wiring} Wiring */
/** @typedef {Event & { currentTarget: HTMLInputElement & HTMLSelectElement }} Change */

/** @type {import("./inputs.js").Input} */
export const select = {
  take: (stored, field) => stored ?? (field.maxSelect > 1 ? [] : ""),
  give: (value) => value,
  Input({ field, value, problem, disabled, onInput }) {
    const shown = { label: field.name, required: field.required, problem };
    const choices = /** @type {string[]} */ (field.values ?? []);
    if (!(field.maxSelect > 1)) {
      return html`<${Field} ...${shown} help=${field.help}>
        ${(/** @type {Wiring} */ wiring) => html`<select ...${wiring} disabled=${disabled}
          onChange=${(/** @type {Change} */ event) => onInput(event.currentTarget.value)}>
          <option value="" selected=${value === ""}></option>
          ${choices.map((choice) => html`<option key=${choice} selected=${value === choice}>${choice}</option>`)}
        </select>`}
      <//>`;
    }
    const chosen = /** @type {string[]} */ (value);
    const limit = field.maxSelect < choices.length ? t("chosenOf", { count: chosen.length, most: field.maxSelect }) : "";
    return html`<${Field} ...${shown} group help=${[field.help, limit].filter(Boolean).join(" ")}>
      ${() => html`<div class="chips">${choices.map((choice) => {
        const isChosen = chosen.includes(choice);
        return html`<label key=${choice} class="chip choice">
          <input type="checkbox" checked=${isChosen} disabled=${disabled || (!isChosen && chosen.length >= field.maxSelect)}
            onChange=${(/** @type {Change} */ event) => onInput(event.currentTarget.checked
              ? [...chosen, choice] : chosen.filter((one) => one !== choice))} />${choice}</label>`;
      })}</div>`}
    <//>`;
  },
};

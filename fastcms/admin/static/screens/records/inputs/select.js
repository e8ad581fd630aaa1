// One or several of the values that the field allows.

import { html } from "../../../vendor/preact.js";
import { Field } from "../../../ui/field.js";

/** @typedef {import("../../../ui/field.js").Wiring} Wiring */
/** @typedef {Event & { currentTarget: HTMLInputElement & HTMLSelectElement }} Change */

/** @type {import("./inputs.js").Input} */
export const select = {
  take: (stored, field) => stored ?? (field.maxSelect > 1 ? [] : ""),
  give: (value) => value,
  Input({ field, value, problem, disabled, onInput }) {
    const shown = { label: field.name, help: field.help, required: field.required, problem };
    const choices = /** @type {string[]} */ (field.values ?? []);
    if (!(field.maxSelect > 1)) {
      return html`<${Field} ...${shown}>
        ${(/** @type {Wiring} */ wiring) => html`<select ...${wiring} disabled=${disabled}
          onChange=${(/** @type {Change} */ event) => onInput(event.currentTarget.value)}>
          <option value="" selected=${value === ""}></option>
          ${choices.map((choice) => html`<option key=${choice} selected=${value === choice}>${choice}</option>`)}
        </select>`}
      <//>`;
    }
    return html`<${Field} ...${shown} group>
      ${() => html`<div class="chips">${choices.map((choice) => html`<label key=${choice} class="check">
        <input type="checkbox" checked=${value.includes(choice)} disabled=${disabled}
          onChange=${(/** @type {Change} */ event) => onInput(event.currentTarget.checked
            ? [...value, choice] : value.filter((/** @type {string} */ one) => one !== choice))} />${choice}</label>`)}</div>`}
    <//>`;
  },
};

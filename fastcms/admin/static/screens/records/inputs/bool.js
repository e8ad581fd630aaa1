// Yes or no.

import { html } from "../../../vendor/preact.js";

/** @type {import("./inputs.js").Input} */
export const bool = {
  take: (stored) => Boolean(stored),
  give: (value) => value,
  Input: ({ field, value, problem, disabled, onInput }) => html`<div class="field">
    <label class="check"><input type="checkbox" checked=${value} disabled=${disabled} aria-invalid=${problem !== ""}
      onChange=${(/** @type {Event & { currentTarget: HTMLInputElement }} */ event) => onInput(event.currentTarget.checked)} />
      <strong>${field.name}</strong></label>
    ${field.help && html`<p class="help">${field.help}</p>`}
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}
  </div>`,
};

// A colour: picked, chosen among some, or typed.

import { html } from "../vendor/preact.js";
import { t } from "../core/language.js";
import { Field } from "./field.js";

/** @typedef {import("./field.js").Wiring} Wiring */

/**
 * @param {{ label: string, value: string, choices: readonly string[], onInput: (value: string) => void,
 *   help?: string, problem?: string, required?: boolean, disabled?: boolean }} props  colours are `#` and six hex digits
 */
export function ColorField({ label, value, choices, onInput, help, problem, required, disabled = false }) {
  /** @param {InputEvent & { currentTarget: HTMLInputElement }} event */
  const take = (event) => onInput(event.currentTarget.value);
  return html`<${Field} ...${{ label, help, problem, required }}>
    ${(/** @type {Wiring} */ wiring) => html`<div class="color">
      <input type="color" aria-label=${t("colorPick", { name: label })} value=${value} disabled=${disabled} onInput=${take} />
      <input ...${wiring} value=${value} disabled=${disabled} class="mono" maxlength="7" spellcheck=${false} onInput=${take} />
      ${choices.map((one) => html`<button key=${one} type="button" class="swatch" aria-label=${one} title=${one}
        aria-pressed=${one === value.toLowerCase()} disabled=${disabled} style=${{ backgroundColor: one }} onClick=${() => onInput(one)}></button>`)}
    </div>`}
  <//>`;
}

// Something that the server takes and never shows again: only whether it is there is known.

import { html } from "../vendor/preact.js";
import { t } from "../core/language.js";
import { Button } from "./button.js";
import { Field } from "./field.js";

/** @typedef {import("./field.js").Wiring} Wiring */

/**
 * @param {{ label: string, value: string | undefined, isSet: boolean, onInput: (value: string | undefined) => void,
 *   help?: string, problem?: string, required?: boolean, lines?: boolean, disabled?: boolean, [other: string]: unknown }} props
 *   `value` is undefined as long as what is stored stays, "" takes it away; `lines`: it has more than one
 */
export function SecretField({ label, value, isSet, onInput, help, problem, required, lines = false, disabled = false, ...rest }) {
  const isGone = isSet && value === "";
  return html`<${Field} ...${{ label, help, problem, required }}>
    ${(/** @type {Wiring} */ wiring) => html`<div class="with-action">
      ${lines
        ? html`<textarea ...${wiring} ...${inputOf()} class="mono" rows="4"></textarea>`
        : html`<input ...${wiring} ...${inputOf()} type="password" />`}
      ${isSet && !disabled && html`<${Button} onClick=${() => onInput(value === undefined ? "" : undefined)}>
        ${t(value === undefined ? "secretRemove" : "secretKeep")}<//>`}
    </div>`}
  <//>`;

  function inputOf() {
    return {
      value: value ?? "", disabled, autocomplete: "off", spellcheck: false,
      placeholder: isGone ? t("secretGone") : isSet ? "••••••" : "",
      onInput: (/** @type {InputEvent & { currentTarget: HTMLInputElement }} */ event) =>
        onInput(event.currentTarget.value || undefined),
      ...rest,
    };
  }
}

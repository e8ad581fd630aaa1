// A label, its input, and what is wrong with it, tied together for screen readers.

import { html, useId } from "../vendor/preact.js";

/** @typedef {import("../vendor/preact.js").ComponentChildren} ComponentChildren */
/** @typedef {{ id: string, "aria-invalid": boolean, "aria-describedby": string | undefined }} Wiring */

/**
 * The id of the label, for what a label cannot name by itself.
 * @param {Wiring} wiring
 */
export function labelOf({ id }) {
  return `${id}-label`;
}


/**
 * `children` gets the attributes that the input needs.
 * @param {{ label: ComponentChildren, help?: string, problem?: string, required?: boolean,
 *   group?: boolean, children: (wiring: Wiring) => ComponentChildren }} props
 *   `group`: there is more than one input, so that the label names all of them
 */
export function Field({ label, help = "", problem = "", required = false, group = false, children }) {
  const id = useId();
  const described = [help && `${id}-help`, problem && `${id}-problem`].filter(Boolean).join(" ");
  const wiring = {
    id, "aria-invalid": problem !== "", "aria-describedby": described || undefined,
  };
  const style = `label ${required ? "required" : ""}`;
  return html`<div class=${`field ${problem ? "wrong" : ""}`}
      role=${group ? "group" : undefined} aria-labelledby=${group ? `${id}-label` : undefined}>
    ${group
      ? html`<span class=${style} id=${`${id}-label`}>${label}</span>`
      : html`<label class=${style} id=${`${id}-label`} for=${id} onClick=${() => document.getElementById(id)?.focus()}>${label}</label>`}
    ${children(wiring)}
    ${help && html`<p class="help" id=${`${id}-help`}>${help}</p>`}
    ${problem && html`<p class="problem" id=${`${id}-problem`} role="alert">${problem}</p>`}
  </div>`;
}

/**
 * A field of one line.
 * @param {{ label: string, value: string, onInput: (value: string) => void, type?: string, help?: string,
 *   problem?: string, required?: boolean, [other: string]: unknown }} props
 */
export function TextField({ label, value, onInput, type = "text", help, problem, required, ...rest }) {
  return html`<${Field} ...${{ label, help, problem, required }}>
    ${(/** @type {Wiring} */ wiring) => html`<input ...${wiring} type=${type} value=${value} required=${required}
      onInput=${(/** @type {InputEvent & { currentTarget: HTMLInputElement }} */ event) =>
        onInput(event.currentTarget.value)} ...${rest} />`}
  <//>`;
}

/**
 * A field of one choice among few.
 * @param {{ label: string, value: string, options: readonly { value: string, label: string }[],
 *   onInput: (value: string) => void, help?: string, problem?: string, required?: boolean,
 *   [other: string]: unknown }} props
 */
export function SelectField({ label, value, options, onInput, help, problem, required, ...rest }) {
  return html`<${Field} ...${{ label, help, problem, required }}>
    ${(/** @type {Wiring} */ wiring) => html`<select ...${wiring} value=${value}
      onChange=${(/** @type {Event & { currentTarget: HTMLSelectElement }} */ event) =>
        onInput(event.currentTarget.value)} ...${rest}>
      ${options.map((option) => html`<option key=${option.value} value=${option.value}>${option.label}</option>`)}
    </select>`}
  <//>`;
}

/**
 * Something that is on or off.
 * @param {{ label: string, checked: boolean, onInput: (checked: boolean) => void, help?: string,
 *   problem?: string, required?: boolean, [other: string]: unknown }} props
 */
export function CheckField({ label, checked, onInput, help = "", problem = "", required = false, ...rest }) {
  const id = useId();
  const described = [help && `${id}-help`, problem && `${id}-problem`].filter(Boolean).join(" ");
  return html`<div class=${`field ${problem ? "wrong" : ""}`}>
    <label class="check"><input type="checkbox" checked=${checked} aria-invalid=${problem !== ""}
      aria-describedby=${described || undefined}
      onChange=${(/** @type {Event & { currentTarget: HTMLInputElement }} */ event) =>
        onInput(event.currentTarget.checked)} ...${rest} /><span class=${required ? "required" : undefined}>${label}</span></label>
    ${help && html`<p class="help" id=${`${id}-help`}>${help}</p>`}
    ${problem && html`<p class="problem" id=${`${id}-problem`} role="alert">${problem}</p>`}
  </div>`;
}

// A list of short texts: each in a line of its own, put in order where the order means something.

import { html, useId, useRef } from "../vendor/preact.js";
import { t } from "../core/language.js";
import { Button, IconButton } from "./button.js";
import { Field } from "./field.js";
import { moved } from "./sorting.js";

/**
 * @param {{ label: string, items: readonly string[], onInput: (items: string[]) => void, help?: string,
 *   problem?: string, problems?: Record<string, string>, ordered?: boolean, disabled?: boolean,
 *   suggestions?: readonly string[] }} props  `problems` are those of items, by their places
 */
export function TextList({ label, items, onInput, help, problem, problems = {}, ordered = false, disabled = false, suggestions = [] }) {
  const id = useId();
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  /**
   * @param {string[]} next
   * @param {number} at  where to go on
   */
  function change(next, at) {
    onInput(next);
    requestAnimationFrame(() => place.current?.querySelectorAll("input")[at]?.focus());
  }
  return html`<${Field} ...${{ label, help, problem }} group>
    ${() => html`<div class="text-list" ref=${place}>
      ${items.map((item, at) => html`<div key=${at} class="text-list-item">
        <input value=${item} disabled=${disabled} list=${suggestions.length ? `${id}-list` : undefined} spellcheck=${false}
          aria-label=${t("itemOf", { name: label, count: at + 1 })} aria-invalid=${problems[at] !== undefined}
          aria-describedby=${problems[at] ? `${id}-${at}` : undefined}
          onInput=${(/** @type {InputEvent & { currentTarget: HTMLInputElement }} */ event) =>
            onInput(items.map((old, place) => (place === at ? event.currentTarget.value : old)))}
          onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            change([...items.slice(0, at + 1), "", ...items.slice(at + 1)], at + 1);
          }} />
        ${!disabled && ordered && html`
          <${IconButton} icon="up" label=${t("itemUp", { count: at + 1 })} disabled=${at === 0}
            onClick=${() => change(moved(items, at, at - 1), at - 1)} />
          <${IconButton} icon="down" label=${t("itemDown", { count: at + 1 })} disabled=${at === items.length - 1}
            onClick=${() => change(moved(items, at, at + 2), at + 1)} />`}
        ${!disabled && html`<${IconButton} icon="trash" label=${t("itemRemove", { count: at + 1 })}
          onClick=${() => change(items.filter((_, place) => place !== at), Math.max(0, at - 1))} />`}
        ${problems[at] && html`<p class="problem" id=${`${id}-${at}`} role="alert">${problems[at]}</p>`}
      </div>`)}
      ${suggestions.length > 0 && html`<datalist id=${`${id}-list`}>${suggestions.map((one) => html`<option key=${one} value=${one}></option>`)}</datalist>`}
      ${!disabled && html`<${Button} onClick=${() => change([...items, ""], items.length)}>${t("itemAdd")}<//>`}
    </div>`}
  <//>`;
}

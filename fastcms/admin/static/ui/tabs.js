// Parts of one thing, of which one is shown.

import { html, useId } from "../vendor/preact.js";
import { t } from "../core/language.js";
import { Icon } from "./icon.js";

/** @typedef {import("../vendor/preact.js").ComponentChildren} ComponentChildren */

/**
 * `children` are those of the current tab.
 * @param {{ label: string, tabs: { name: string, title: string, wrong?: boolean }[], current: string,
 *   onChange: (name: string) => void, children?: ComponentChildren }} props  `wrong` marks a tab that holds an error
 */
export function Tabs({ label, tabs, current, onChange, children }) {
  const id = useId();
  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    const at = tabs.findIndex(({ name }) => name === current);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    if (!next) return;
    onChange(next.name);
    document.getElementById(`${id}-${next.name}`)?.focus();
  }
  return html`<div class="tabs" role="tablist" aria-label=${label} onKeyDown=${onKeyDown}>
      ${tabs.map(({ name, title, wrong }) => html`<button key=${name} type="button" role="tab" id=${`${id}-${name}`}
        aria-selected=${name === current} aria-controls=${`${id}-panel`} tabindex=${name === current ? 0 : -1}
        onClick=${() => onChange(name)}>${title}${wrong && html` <span class="problem"><${Icon} name="warning" />
          <span class="hidden-text">${t("checkFields")}</span></span>`}</button>`)}
    </div>
    <div role="tabpanel" id=${`${id}-panel`} aria-labelledby=${`${id}-${current}`}>${children}</div>`;
}

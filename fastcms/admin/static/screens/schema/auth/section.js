// A part of the options that is opened when one wants to see it, or when something in it is wrong.

import { html, useState } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { Icon } from "../../../ui/icon.js";

/**
 * @param {{ title: string, isOn?: boolean, problem?: string,
 *   children?: import("../../../vendor/preact.js").ComponentChildren }} props  `isOn` is left out where nothing is on or off
 */
export function Section({ title, isOn, problem = "", children }) {
  const [chosen, setOpen] = useState(false);
  const open = chosen || problem !== "";
  return html`<details class="section" open=${open}
      onToggle=${(/** @type {Event & { currentTarget: HTMLDetailsElement }} */ event) => setOpen(event.currentTarget.open)}>
    <summary><span class="section-title">${title}</span>
      ${problem && html`<span class="problem"><${Icon} name="warning" /><span class="hidden-text">${t("checkFields")}</span></span>`}
      ${isOn !== undefined && html`<span class=${`chip ${isOn ? "on" : ""}`}>${isOn && html`<${Icon} name="check" />`}${t(isOn ? "schemaOn" : "schemaOff")}</span>`}
    </summary>
    ${open && html`<div class="section-content">${children}</div>`}
  </details>`;
}

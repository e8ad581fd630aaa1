// One of a few, all of them in sight.

import { html } from "../vendor/preact.js";

/** @param {{ label: string, chosen: string, options: Record<string, string>, onChoose: (name: string) => void }} props */
export function Choice({ label, chosen, options, onChoose }) {
  return html`<div class="choice" role="group" aria-label=${label}>
    ${Object.entries(options).map(([name, title]) => html`<button key=${name} type="button"
      aria-pressed=${name === chosen} onClick=${() => onChoose(name)}>${title}</button>`)}
  </div>`;
}

// Something that is tried on the server, with what came of it beside the button.

import { html, useState } from "../../vendor/preact.js";
import { messageOf } from "../../core/client.js";
import { t } from "../../core/language.js";
import { Button } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";

/** @typedef {{ good: boolean, text: string }} Outcome */

/**
 * @param {Outcome | null} outcome
 */
export function outcomeShown(outcome) {
  return html`<div role="status">${outcome && html`<p class=${`outcome ${outcome.good ? "good" : "bad"}`}>
    <${Icon} name=${outcome.good ? "check" : "warning"} /><span>${outcome.text}</span></p>`}</div>`;
}

/**
 * @param {unknown} error
 * @returns {Outcome}
 */
export function failed(error) {
  return { good: false, text: messageOf(error, t("unreachable")).replace(/ Raw error: \s*/, " ") };
}

/**
 * @param {{ label: string, attempt: () => Promise<string>, disabled?: boolean, isChanged?: boolean }} props
 *   `attempt` tells what went well, or throws; `isChanged`: what stands in the form is not what is tried
 */
export function Trial({ label, attempt, disabled = false, isChanged = false }) {
  const [outcome, setOutcome] = useState(/** @type {Outcome | null} */ (null));
  async function run() {
    setOutcome(null);
    try {
      setOutcome({ good: true, text: await attempt() });
    } catch (error) {
      setOutcome(failed(error));
    }
  }
  return html`<div class="trial">
    <${Button} onClick=${run} disabled=${disabled || isChanged}>${label}<//>
    ${isChanged && html`<span class="quiet">${t("trialSaveFirst")}</span>`}
    ${outcomeShown(outcome)}
  </div>`;
}

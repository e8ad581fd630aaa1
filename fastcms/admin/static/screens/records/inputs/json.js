// JSON as code; what is none is not sent.

import { html } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { Button } from "../../../ui/button.js";
import { Code } from "../../../ui/code.js";
import { Icon } from "../../../ui/icon.js";

/** @type {import("./inputs.js").Input} */
export const json = {
  take: (stored) => (stored === undefined || stored === null || stored === "" ? "" : JSON.stringify(stored, null, 2)),
  give(value) {
    if (!value.trim()) return null;
    try {
      return JSON.parse(value);
    } catch {
      throw new Error(t("noJsonValue"));
    }
  },
  Input({ field, value, problem, disabled, onInput }) {
    const [isValid, tidy] = check(value);
    return html`<div class="json-input">
      <${Code} language="json" label=${field.name} help=${field.help} required=${field.required} problem=${problem}
        value=${value} readOnly=${disabled} minLines=${2} onInput=${onInput} />
      ${value.trim() && !problem && html`<p class="json-mark">
        <span class=${isValid ? "good" : "problem"}><${Icon} name=${isValid ? "check" : "warning"} />${t(isValid ? "validJson" : "noJsonValue")}</span>
        ${isValid && tidy !== value && !disabled && html`<${Button} onClick=${() => onInput(tidy)}>${t("tidyJson")}<//>`}
      </p>`}
    </div>`;
  },
};

/**
 * @param {string} text
 * @returns {[boolean, string]} whether it is JSON, and how it looks in order
 */
function check(text) {
  try {
    return [true, JSON.stringify(JSON.parse(text), null, 2)];
  } catch {
    return [false, text];
  }
}

// A new password; the stored one is never shown, and stays as long as nothing is typed.

import { html, useState } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { Button } from "../../../ui/button.js";
import { TextField } from "../../../ui/field.js";
import { complain, say } from "../../../ui/toasts.js";

/** @typedef {import("./inputs.js").Props} Props */

const LENGTH = 20;
/** Without those that look alike. */
const LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const SIGNS = "-_.+!";

/** @type {import("./inputs.js").Input} */
export const password = {
  drafted: false,
  take: () => "",
  give: (value) => value || undefined,
  Input: Password,
};

/** @param {Props} props */
function Password({ field, record, value, problem, disabled, onInput }) {
  const [isShown, setIsShown] = useState(false);
  async function copy() {
    try {
      await navigator.clipboard.writeText(value);
      say(t("copied"));
    } catch (error) {
      complain(error);
    }
  }
  return html`<div>
    <${TextField} label=${field.name} help=${record ? t("passwordKept") : field.help} required=${field.required && !record}
      problem=${problem} type=${isShown ? "text" : "password"} value=${value} disabled=${disabled} onInput=${onInput}
      autocomplete="new-password" spellcheck=${false} class="mono" />
    ${!disabled && html`<div class="input-actions">
      <${Button} onClick=${() => {
        onInput(generated(Math.max(LENGTH, field.min ?? 0)));
        setIsShown(true);
      }}>${t("generatePassword")}<//>
      ${value && html`<${Button} aria-pressed=${isShown} onClick=${() => setIsShown(!isShown)}>${t("showPassword")}<//>
        <${Button} onClick=${copy}>${t("copyInput")}<//>`}
    </div>`}
  </div>`;
}

/** @param {number} length */
function generated(length) {
  const all = LETTERS + SIGNS;
  // Each of a number of signs that divides nothing evenly: those of the last part are drawn again.
  const limit = 256 - (256 % all.length);
  let text = "";
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < limit && text.length < length) text += all[byte % all.length];
    }
  }
  return text;
}

// Every mail that accounts of a collection may get, as it looks now.

import { html, useState } from "../../../vendor/preact.js";
import { collections } from "../../../core/collections.js";
import { t } from "../../../core/language.js";
import { SelectField } from "../../../ui/field.js";
import { Preview } from "./preview.js";

const TEMPLATES = /** @type {const} */ ([
  "verification", "password-reset", "email-change", "otp", "login-alert", "suspicious-sign-in", "lockout",
]);

export function MailPreviews() {
  const names = (collections.value ?? []).filter(({ type }) => type === "auth").map(({ name }) => name).sort();
  const [collection, setCollection] = useState(names.find((name) => name !== "_superusers") ?? "_superusers");
  const [template, setTemplate] = useState(/** @type {string} */ (TEMPLATES[0]));
  return html`<div class="filters">
      <${SelectField} label=${t("opsCollection")} value=${collection} onInput=${setCollection}
        options=${names.map((name) => ({ value: name, label: name }))} />
      <${SelectField} label=${t("mailTemplate")} value=${template} onInput=${setTemplate}
        options=${TEMPLATES.map((name) => ({ value: name, label: name }))} />
    </div>
    <${Preview} ...${{ template, collection }} />`;
}

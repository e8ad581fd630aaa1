// Which input a setting gets, by what the server says of it.

import { html } from "../../vendor/preact.js";
import { t } from "../../core/language.js";
import { CheckField, SelectField, TextField } from "../../ui/field.js";
import { SecretField } from "../../ui/secret.js";
import { TextList } from "../../ui/text_list.js";

/** @typedef {import("./form.js").InputProps} InputProps */
/** @typedef {import("./known.js").SettingKey} SettingKey */

/** @param {SettingKey} setting */
export function inputOf({ type, secret, values }) {
  if (secret) return Secret;
  if (values) return Choice;
  return { bool: Check, number: Whole, list: Texts, text: Line }[type];
}

/** @param {InputProps} props */
function Secret({ setting, problems: _, ...props }) {
  return html`<${SecretField} ...${props} isSet=${setting.isSet ?? false} lines=${setting.format === "json"} />`;
}

/** @param {InputProps} props */
function Choice({ setting, problems: _, ...props }) {
  const options = (setting.values ?? []).map((value) => ({ value, label: value || t("settingNone") }));
  return html`<${SelectField} ...${props} required=${false} options=${options} />`;
}

/** @param {InputProps} props */
function Check({ label, value, help, problem, disabled, onInput }) {
  return html`<${CheckField} ...${{ label, help, problem, disabled, onInput }} checked=${value} />`;
}

/** @param {InputProps} props */
function Whole({ setting, problems: _, value, onInput, ...props }) {
  return html`<${TextField} ...${props} inputmode="numeric" autocomplete="off" value=${String(value)}
    onInput=${(/** @type {string} */ text) => onInput(/^-?\d+$/.test(text) ? Number(text) : text)} />`;
}

/** @param {InputProps} props */
function Texts({ setting: _, required: __, ...props }) {
  return html`<${TextList} ...${{ ...props, items: props.value }} />`;
}

/** @type {Record<string, string>} */
const MODES = { url: "url", email: "email" };

/** @param {InputProps} props */
function Line({ setting, problems: _, ...props }) {
  return html`<${TextField} ...${props} inputmode=${MODES[setting.format ?? ""]} autocomplete="off" />`;
}

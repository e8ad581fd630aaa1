// How the records of a collection sign in: each way, what guards it, its mails and its tokens.

import { html } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { RuleEditor } from "../../rules/rule_editor.js";
import { asCollection, fieldsIn, valueAt } from "../edited.js";
import { isUnique } from "../index_sql.js";
import { CheckGroup, OptionInput } from "../option.js";
import { problemAt } from "../problems.js";
import { Mails } from "./mails.js";
import { OAuth2 } from "./oauth2.js";
import { Section } from "./section.js";
import { Tokens } from "./tokens.js";

/** @typedef {import("../../../core/language.js").Key} Key */
/** @typedef {import("../option.js").Option} Option */
/** @typedef {{ form: import("../builder.js").Form }} Props */
/**
 * @typedef {object} Way
 * @property {string} name  of its texts
 * @property {Option} enabled
 * @property {readonly string[]} roots  the options that it is about
 * @property {readonly Option[]} options
 * @property {(props: Props) => unknown} [Extra]  what is more than an option
 */

/**
 * @param {string} key
 * @param {unknown} [otherwise]
 * @returns {Option}
 */
const enabled = (key, otherwise = false) => ({ key: `${key}.enabled`, kind: "check", text: "enabled", otherwise });

/** @type {readonly Way[]} */
const WAYS = [
  { name: "password", enabled: enabled("passwordAuth"), roots: ["passwordAuth", "passwordPolicy"], Extra: Identity, options: [
    { key: "passwordPolicy.blockCommon", kind: "check", text: "blockCommon" },
    { key: "passwordPolicy.blockBreached", kind: "check", text: "blockBreached" },
    { key: "passwordPolicy.breachURL", kind: "code", text: "breachURL", otherwise: "https://api.pwnedpasswords.com/range/" },
    { key: "passwordPolicy.minStrength", kind: "number", text: "minStrength", least: 0, most: 4 },
    { key: "passwordPolicy.history", kind: "number", text: "history", least: 0, most: 10 },
    { key: "passwordPolicy.expires", kind: "number", text: "expires", least: 0, most: 3650 },
    { key: "passwordPolicy.require", kind: "checks", text: "require", choices: ["lower", "upper", "digit", "symbol"] },
  ] },
  { name: "oauth2", enabled: enabled("oauth2"), roots: ["oauth2"], Extra: OAuth2, options: [] },
  { name: "otp", enabled: enabled("otp"), roots: ["otp"], options: [
    { key: "otp.duration", kind: "seconds", text: "codeDuration", least: 10, most: 86400 },
    { key: "otp.length", kind: "number", text: "codeLength", least: 4 },
  ] },
  { name: "passkey", enabled: enabled("passkey"), roots: ["passkey"], options: [
    { key: "passkey.rpID", kind: "code", text: "rpID", placeholder: "example.com" },
    { key: "passkey.origins", kind: "lines", text: "passkeyOrigins", placeholder: "https://app.example.com" },
  ] },
  { name: "smsOTP", enabled: enabled("smsOTP"), roots: ["smsOTP"], options: [
    { key: "smsOTP.phoneField", kind: "code", text: "phoneField", otherwise: "phone" },
    { key: "smsOTP.duration", kind: "seconds", text: "codeDuration", otherwise: 300 },
    { key: "smsOTP.length", kind: "number", text: "codeLength", otherwise: 6, least: 6, most: 10 },
    { key: "smsOTP.text", kind: "area", text: "smsText", otherwise: "{OTP} is your code for {APP_NAME}." },
    { key: "smsOTP.countries", kind: "lines", text: "countries", placeholder: "+49" },
    { key: "smsOTP.hourlyLimit", kind: "number", text: "hourlyLimit", otherwise: 500, least: 1 },
  ] },
  { name: "totp", enabled: enabled("totp"), roots: ["totp"], options: [
    { key: "totp.issuer", kind: "text", text: "issuer" },
    { key: "totp.rememberDuration", kind: "seconds", text: "rememberDuration", otherwise: 2592000, least: 0 },
  ] },
  { name: "mfa", enabled: enabled("mfa"), roots: ["mfa"], Extra: SecondFactorRule, options: [
    { key: "mfa.duration", kind: "seconds", text: "mfaDuration", least: 10, most: 86400 },
  ] },
  { name: "lockout", enabled: enabled("lockout", true), roots: ["lockout"], options: [
    { key: "lockout.attempts", kind: "number", text: "attempts", otherwise: 10, least: 3 },
    { key: "lockout.accountAttempts", kind: "number", text: "accountAttempts", otherwise: 100, least: 3 },
    { key: "lockout.addressAttempts", kind: "number", text: "addressAttempts", otherwise: 200, least: 3 },
    { key: "lockout.delay", kind: "seconds", text: "lockDelay", otherwise: 30, least: 1 },
    { key: "lockout.duration", kind: "seconds", text: "lockDuration", otherwise: 900, least: 1, most: 86400 },
    { key: "lockout.notify", kind: "check", text: "lockNotify", otherwise: true },
  ] },
  { name: "cookieAuth", enabled: enabled("cookieAuth"), roots: ["cookieAuth"], options: [
    { key: "cookieAuth.sameSite", kind: "choice", text: "sameSite", choices: ["lax", "strict", "none"], otherwise: "lax" },
    { key: "cookieAuth.domain", kind: "code", text: "cookieDomain", placeholder: "example.com" },
    { key: "cookieAuth.origins", kind: "lines", text: "cookieOrigins", placeholder: "https://app.example.com" },
  ] },
  { name: "alert", enabled: enabled("authAlert"), roots: ["authAlert.enabled", "suspiciousSignIn.enabled"], options: [
    { key: "suspiciousSignIn.enabled", kind: "check", text: "suspicious" },
  ] },
];

/** @param {Props} props */
export function AuthOptions({ form }) {
  return html`<p class="quiet">${t("authHelp")}</p>
    ${WAYS.map(({ name, enabled, roots, options, Extra }) => {
      const isOn = Boolean(valueAt(form.edited, enabled.key) ?? enabled.otherwise);
      return html`<${Section} key=${name} title=${t(/** @type {Key} */ (`way_${name}`))} isOn=${isOn}
          problem=${roots.map((root) => problemAt(form.problems, root)).join("")}>
        <p class="help">${t(/** @type {Key} */ (`way_${name}_help`))}</p>
        <${AuthOption} form=${form} option=${enabled} />
        ${Extra && html`<${Extra} form=${form} />`}
        <div class="option-grid">${options.map((option) => html`<${AuthOption} key=${option.key} ...${{ form, option }} />`)}</div>
      <//>`;
    })}
    <${Mails} form=${form} />
    <${Tokens} form=${form} />`;
}

/** @param {Props & { option: Option }} props */
export function AuthOption({ form, option }) {
  return html`<${OptionInput} option=${option} value=${valueAt(form.edited, option.key) ?? option.otherwise}
    problem=${problemAt(form.problems, option.key)}
    onInput=${(/** @type {unknown} */ value) => form.put(option.key, value)} />`;
}

/** The fields that name an account: values of theirs belong to one record only. @param {Props} props */
function Identity({ form }) {
  const { edited, problems, put } = form;
  const chosen = edited.passwordAuth.identityFields;
  const names = fieldsIn(edited).map(({ name }) => name)
    .filter((name) => name !== "tokenKey" && (isUnique(edited.indexes, name) || chosen.includes(name)));
  return html`<${CheckGroup} label=${t("option_identityFields")} help=${t("option_identityFields_help")} chosen=${chosen}
    problem=${problemAt(problems, "passwordAuth.identityFields")} choices=${names.map((name) => ({ value: name, label: name }))}
    onInput=${(/** @type {string[]} */ next) => put("passwordAuth.identityFields", next)} />`;
}

/** @param {Props} props */
function SecondFactorRule({ form }) {
  const { edited, stored, problems, put } = form;
  return html`<${RuleEditor} collection=${asCollection(edited, stored)} name="mfa.rule" value=${edited.mfa.rule}
    problem=${problemAt(problems, "mfa.rule")}
    onInput=${(/** @type {string | null} */ rule) => put("mfa.rule", rule ?? "")} />`;
}

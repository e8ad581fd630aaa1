// The mails of a collection: their texts, and a look at what is sent.

import { html, useRef, useState } from "../../../vendor/preact.js";
import { messageOf, pb, problemsOf, superuser } from "../../../core/client.js";
import { t } from "../../../core/language.js";
import { Button } from "../../../ui/button.js";
import { Code } from "../../../ui/code.js";
import { Dialog } from "../../../ui/dialog.js";
import { CheckField, TextField } from "../../../ui/field.js";
import { complain, say } from "../../../ui/toasts.js";
import { valueAt } from "../edited.js";
import { problemAt } from "../problems.js";
import { Section } from "./section.js";

/** @typedef {import("../../../core/language.js").Key} Key */
/** @typedef {{ path: string, template: string, holds: readonly string[], own?: boolean }} Mail  `own` may be left to the server */

const LINK = ["TOKEN"];
/** @type {readonly Mail[]} */
const MAILS = [
  { path: "verificationTemplate", template: "verification", holds: LINK },
  { path: "resetPasswordTemplate", template: "password-reset", holds: LINK },
  { path: "confirmEmailChangeTemplate", template: "email-change", holds: LINK },
  { path: "otp.emailTemplate", template: "otp", holds: ["OTP", "OTP_ID"] },
  { path: "authAlert.emailTemplate", template: "login-alert", holds: ["ALERT_INFO"] },
  { path: "suspiciousSignIn.emailTemplate", template: "suspicious-sign-in", holds: ["ALERT_INFO"], own: true },
];
const ALWAYS = ["APP_NAME", "APP_URL"];
const NAMED = ["id", "email", "name", "username"];

/** @param {Mail} mail  what its texts are called */
const textOf = ({ template }) => template.replaceAll("-", "_");

/** @param {{ form: import("../builder.js").Form }} props */
export function Mails({ form }) {
  return html`${MAILS.map((mail) => html`<${Section} key=${mail.path} title=${t(/** @type {Key} */ (`mail_${textOf(mail)}`))}
      problem=${problemAt(form.problems, mail.path)}>
    <${MailTexts} form=${form} mail=${mail} />
  <//>`)}`;
}

/** @param {{ form: import("../builder.js").Form, mail: Mail }} props */
function MailTexts({ form, mail }) {
  const { edited, stored, problems, put } = form;
  const { path, template, holds, own } = mail;
  const texts = valueAt(edited, path);
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const last = useRef(/** @type {HTMLElement | null} */ (null));
  const [look, setLook] = useState(/** @type {{ subject: string, text: string } | null} */ (null));
  const [isTesting, setTesting] = useState(false);
  const fields = edited.fields.filter(({ field }) => NAMED.includes(field.name) && !field.hidden).map(({ field }) => `RECORD:${field.name}`);

  /** @param {string} placeholder */
  function insert(placeholder) {
    const target = last.current ?? place.current?.querySelector("[contenteditable], textarea");
    /** @type {HTMLElement | null | undefined} */ (target)?.focus();
    // The one way that reaches inputs and editors alike, where the cursor is, and can be undone.
    document.execCommand("insertText", false, placeholder);
  }
  async function preview() {
    try {
      setLook(await pb.send("/api/settings/preview/email", {
        method: "POST", body: { template, collection: stored?.name ?? "", ...texts },
      }));
    } catch (error) {
      complain(error);
    }
  }
  return html`<div class="mail" ref=${place} onFocusIn=${(/** @type {FocusEvent} */ event) => {
    const { target } = event;
    if (target instanceof HTMLElement && target.matches("input[type=text], textarea, [contenteditable]")) last.current = target;
  }}>
    <p class="help">${t(/** @type {Key} */ (`mail_${textOf(mail)}_help`))}</p>
    ${own && html`<${CheckField} label=${t("ownText")} checked=${Boolean(texts)} onInput=${(/** @type {boolean} */ on) =>
      put(path, on ? { subject: edited.authAlert.emailTemplate.subject, body: edited.authAlert.emailTemplate.body } : null)} />`}
    ${texts && html`
      <${TextField} label=${t("schemaSubject")} required value=${texts.subject} problem=${problemAt(problems, `${path}.subject`)}
        onInput=${(/** @type {string} */ value) => put(`${path}.subject`, value)} />
      <${Code} label=${t("mailBody")} language="html" minLines=${8} required value=${texts.body} problem=${problemAt(problems, `${path}.body`)}
        onInput=${(/** @type {string} */ value) => put(`${path}.body`, value)} />
      <div class="presets" role="group" aria-label=${t("schemaPlaceholders")}>
        <span class="help">${t("schemaPlaceholdersHelp")}</span>
        ${[...ALWAYS, ...holds, ...fields].map((name) => html`<button type="button" class="chip mono" key=${name}
          onClick=${() => insert(`{${name}}`)}>${`{${name}}`}</button>`)}
      </div>`}
    ${stored && html`<div class="buttons">
      <${Button} onClick=${preview}>${t("schemaPreview")}<//>
      ${!own && html`<${Button} onClick=${() => setTesting(true)}>${t("schemaSendTest")}<//>`}
    </div>`}
    ${look && html`<${Dialog} title=${look.subject} onClose=${() => setLook(null)}><pre class="mail-text">${look.text}</pre><//>`}
    ${isTesting && stored && html`<${TestMail} template=${template} collection=${stored.name} onClose=${() => setTesting(false)} />`}
  </div>`;
}

/** @param {{ template: string, collection: string, onClose: () => void }} props */
function TestMail({ template, collection, onClose }) {
  const [email, setEmail] = useState(String(superuser.value?.email ?? ""));
  const [problem, setProblem] = useState("");
  async function send() {
    setProblem("");
    try {
      await pb.settings.testEmail(collection, email, template);
      say(t("schemaTestSent", { email }));
      onClose();
    } catch (error) {
      setProblem(problemsOf(error).email ?? messageOf(error, t("unreachable")));
    }
  }
  return html`<${Dialog} title=${t("schemaSendTest")} onClose=${onClose} footer=${html`
      <${Button} onClick=${onClose}>${t("cancel")}<//><${Button} kind="main" onClick=${send}>${t("schemaSend")}<//>`}>
    <${TextField} label=${t("email")} type="email" help=${t("schemaSendTestHelp")} value=${email} problem=${problem} onInput=${setEmail} />
  <//>`;
}

// How mails are sent, with one to try.

import { html, useState } from "../../vendor/preact.js";
import { pb, superuser } from "../../core/client.js";
import { collections } from "../../core/collections.js";
import { t } from "../../core/language.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { SelectField, TextField } from "../../ui/field.js";
import { useForm } from "../entry/form.js";
import { SettingsForm } from "./form.js";
import { failed, outcomeShown } from "./trial.js";

const TEMPLATES = /** @type {const} */ ([
  ["verification", "mailTemplate_verification"], ["password-reset", "mailTemplate_password_reset"],
  ["email-change", "mailTemplate_email_change"], ["otp", "mailTemplate_otp"], ["login-alert", "mailTemplate_login_alert"],
]);
const COLLECTION = "_superusers";

/** @param {{ page: import("./pages.js").SettingsPage, path: string[] }} props */
export function Mail({ page, path }) {
  const [isTried, setIsTried] = useState(false);
  return html`<${SettingsForm} page=${page} path=${path} text=${t("mailText")}
    actions=${(/** @type {import("./form.js").Form} */ form) => html`<${Button} disabled=${form.isChanged}
      title=${form.isChanged ? t("trialSaveFirst") : undefined} onClick=${() => setIsTried(true)}>${t("mailTry")}<//>`}
    after=${() => isTried && html`<${TestMail} onClose=${() => setIsTried(false)} />`} />`;
}

/** @param {{ onClose: () => void }} props */
function TestMail({ onClose }) {
  const [outcome, setOutcome] = useState(/** @type {import("./trial.js").Outcome | null} */ (null));
  const form = useForm({ template: "verification", collection: COLLECTION, email: String(superuser.value?.email ?? "") }, async (values) => {
    setOutcome(null);
    try {
      await pb.send("/api/settings/test/email", { method: "POST", body: values });
      setOutcome({ good: true, text: t("mailSent", { email: values.email }) });
    } catch (error) {
      setOutcome(failed(error));
      throw error;
    }
  });
  const auth = (collections.value ?? []).filter((one) => one.type === "auth").map(({ name }) => ({ value: name, label: name }));
  return html`<${Dialog} title=${t("mailTry")} onClose=${onClose}>
    <form onSubmit=${form.onSubmit}>
      <${SelectField} label=${t("mailKind")} ...${form.field("template")}
        options=${TEMPLATES.map(([value, name]) => ({ value, label: t(name) }))} />
      <${SelectField} label=${t("mailCollection")} ...${form.field("collection")} options=${auth} />
      <${TextField} label=${t("mailReceiver")} type="email" required ...${form.field("email")} />
      ${outcomeShown(outcome)}
      <div class="buttons">
        <${Button} onClick=${onClose}>${t("close")}<//>
        <${Button} type="submit" kind="main" busy=${form.busy}>${t("mailSend")}<//>
      </div>
    </form>
  <//>`;
}

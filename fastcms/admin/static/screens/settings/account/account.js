// The signed-in superuser's own account: address and password, second factors, passkeys, sessions.

import { html } from "../../../vendor/preact.js";
import { pb, signOut, superuser } from "../../../core/client.js";
import { byName } from "../../../core/collections.js";
import { t } from "../../../core/language.js";
import { Button } from "../../../ui/button.js";
import { TextField } from "../../../ui/field.js";
import { Page } from "../../../ui/page.js";
import { say } from "../../../ui/toasts.js";
import { useForm } from "../../entry/form.js";
import { AuthenticatorApp } from "./app.js";
import { Passkeys } from "./passkeys.js";
import { OwnSessions } from "./sessions.js";

/** @typedef {import("../../../core/client.js").RecordModel} RecordModel */

/** @param {{ page: import("../pages.js").SettingsPage }} props */
export function Account({ page }) {
  const record = superuser.value;
  const collection = /** @type {any} */ (byName.value.get("_superusers"));
  if (!record || !collection) return null;
  return html`<${Page} title=${t(page.title)} text=${record.email}><div class="settings">
    <${Credentials} key=${record.email} record=${record} />
    <${AuthenticatorApp} isEnabled=${Boolean(collection.totp?.enabled)} />
    <${Passkeys} isEnabled=${Boolean(collection.passkey?.enabled)} />
    <${OwnSessions} />
  </div><//>`;
}

/** @param {{ record: RecordModel }} props */
function Credentials({ record }) {
  const form = useForm({ email: String(record.email), oldPassword: "", password: "", passwordConfirm: "" }, async ({ email, ...passwords }) => {
    const isNewPassword = passwords.password !== "";
    await pb.collection("_superusers").update(record.id, { email, ...(isNewPassword ? passwords : {}) });
    say(t("accountSaved"));
    try {
      // The change has ended all sessions, this one as well.
      await pb.collection("_superusers").authWithPassword(email, isNewPassword ? passwords.password : passwords.oldPassword);
    } catch {
      await signOut();
    }
  });
  const isChanged = form.values.email !== record.email || form.values.password !== "";
  return html`<section class="card"><h2>${t("accountCredentials")}</h2>
    <p class="quiet">${t("accountCredentialsText")}</p>
    <form onSubmit=${form.onSubmit}>
      <${TextField} label=${t("email")} type="email" autocomplete="username" required ...${form.field("email")} />
      <${TextField} label=${t("accountPassword")} help=${t("accountPasswordHelp")} type="password" autocomplete="current-password" required ...${form.field("oldPassword")} />
      <div class="pair">
        <${TextField} label=${t("accountNewPassword")} help=${t("passwordHelp")} type="password" autocomplete="new-password" ...${form.field("password")} />
        <${TextField} label=${t("passwordAgain")} type="password" autocomplete="new-password" ...${form.field("passwordConfirm")} />
      </div>
      ${form.problem && html`<p class="problem" role="alert">${form.problem}</p>`}
      <${Button} type="submit" kind="main" busy=${form.busy} disabled=${!isChanged}>${t("save")}<//>
    </form>
  </section>`;
}

// How text messages are sent, with one to try.

import { html, useState } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { t } from "../../core/language.js";
import { TextField } from "../../ui/field.js";
import { SettingsForm } from "./form.js";
import { Trial } from "./trial.js";

/** @param {{ page: import("./pages.js").SettingsPage, path: string[] }} props */
export function Sms({ page, path }) {
  return html`<${SettingsForm} page=${page} path=${path}
    after=${(/** @type {import("./form.js").Form} */ form) => html`<${TestMessage} isChanged=${form.isChanged} />`} />`;
}

/** @param {{ isChanged: boolean }} props */
function TestMessage({ isChanged }) {
  const [phone, setPhone] = useState("");
  return html`<section class="card"><h2>${t("smsTry")}</h2>
    <${TextField} label=${t("smsPhone")} help=${t("smsPhoneHelp")} type="tel" value=${phone} onInput=${setPhone} />
    <${Trial} label=${t("smsSend")} isChanged=${isChanged} disabled=${!phone} attempt=${async () => {
      await pb.send("/api/settings/test/sms", { method: "POST", body: { phone } });
      return t("smsSent", { phone });
    }} />
  </section>`;
}

// Whether what others are needed for works: the database, a webhook, and the way to the other tests.

import { html, useState } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { size, t } from "../../core/language.js";
import { address } from "../../core/router.js";
import { TextField } from "../../ui/field.js";
import { Page } from "../../ui/page.js";
import { SecretField } from "../../ui/secret.js";
import { Trial } from "./trial.js";

/** @param {{ page: import("./pages.js").SettingsPage }} props */
export function Checks({ page }) {
  return html`<${Page} title=${t(page.title)} text=${t("checksText")}><div class="settings">
    <section class="card"><h2>${t("checkDatabase")}</h2>
      <p class="quiet">${t("checkDatabaseText")}</p>
      <${Trial} label=${t("checkDatabaseTry")} attempt=${database} />
    </section>
    <${Webhook} />
    <section class="card"><h2>${t("checkOthers")}</h2><ul>
      ${/** @type {const} */ (["mail", "sms", "storage"]).map((name) => html`<li key=${name}>
        <a href=${address(["settings", name])}>${t(`check_${name}`)}</a></li>`)}
    </ul></section>
  </div><//>`;
}

async function database() {
  const { data } = await pb.send("/api/settings/test/database", { method: "POST" });
  return t("checkDatabaseWorks", { read: data.read, write: data.write, size: size(data.size) });
}

function Webhook() {
  const [url, setUrl] = useState("");
  const [secret, setSecret] = useState(/** @type {string | undefined} */ (undefined));
  return html`<section class="card"><h2>${t("checkWebhook")}</h2>
    <p class="quiet">${t("checkWebhookText")}</p>
    <${TextField} label=${t("checkWebhookUrl")} type="url" value=${url} onInput=${setUrl} />
    <${SecretField} label=${t("checkWebhookSecret")} help=${t("checkWebhookSecretHelp")} value=${secret} isSet=${false} onInput=${setSecret} />
    <${Trial} label=${t("checkWebhookTry")} disabled=${!url} attempt=${async () => {
      const { ok, status, time } = await pb.send("/api/settings/test/webhook", { method: "POST", body: { url, secret: secret ?? "" } });
      if (!ok) throw new Error(t("checkWebhookAnswered", { status, time }));
      return t("checkWebhookAnswered", { status, time });
    }} />
  </section>`;
}

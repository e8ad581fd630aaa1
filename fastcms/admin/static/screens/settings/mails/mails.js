// What was mailed to whom, and what mails look like.

import { html, useState } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { Page } from "../../../ui/page.js";
import { Tabs } from "../../../ui/tabs.js";
import { MailLog } from "./log.js";
import { MailPreviews } from "./previews.js";

export function Mails() {
  const [tab, setTab] = useState("log");
  return html`<${Page} title=${t("mails")} text=${t("mailsText")} wide>
    <${Tabs} label=${t("mails")} current=${tab} onChange=${setTab} tabs=${[
      { name: "log", title: t("mailsSent") }, { name: "previews", title: t("mailsPreviews") },
    ]}>
      ${tab === "log" ? html`<${MailLog} />` : html`<${MailPreviews} />`}
    <//>
  <//>`;
}

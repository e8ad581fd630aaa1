// A mail as its template makes it now, for an account that is nobody's.

import { html } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { t } from "../../../core/language.js";
import { useLoaded } from "../../../core/loaded.js";
import { HtmlFrame } from "../../../ui/html_frame.js";
import { Failed, Loading } from "../../../ui/page.js";

/** @param {{ template: string, collection: string }} props */
export function Preview({ template, collection }) {
  const { value, error, again } = useLoaded(
    () => pb.send("/api/settings/preview/email", { method: "POST", body: { template, ...(collection && { collection }) } }),
    [template, collection],
  );
  if (error) return html`<${Failed} error=${error} again=${again} />`;
  if (!value) return html`<${Loading} />`;
  return html`<p><strong>${value.subject}</strong></p>
    <${HtmlFrame} label=${t("mailLooks")} source=${value.html} />
    <details><summary>${t("mailAsText")}</summary><pre class="text">${value.text}</pre></details>`;
}

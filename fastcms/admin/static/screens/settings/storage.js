// Where the files of records are kept, with a live test of the place.

import { html } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { t } from "../../core/language.js";
import { SettingsForm } from "./form.js";
import { Trial } from "./trial.js";

/** @param {{ page: import("./pages.js").SettingsPage, path: string[] }} props */
export function StorageSettings({ page, path }) {
  return html`<${SettingsForm} page=${page} path=${path}
    before=${() => html`<p class="notice"><span>${t("storageMoves")} <code>fastcms files move</code></span></p>`}
    after=${(/** @type {import("./form.js").Form} */ form) => html`<section class="card"><h2>${t("storageTest")}</h2>
      <p class="quiet">${t("storageTestText")}</p>
      <${Trial} label=${t("storageTry")} isChanged=${form.isChanged} attempt=${async () => {
        await pb.send("/api/settings/test/storage", { method: "POST", body: {} });
        return t("storageWorks");
      }} /></section>`} />`;
}

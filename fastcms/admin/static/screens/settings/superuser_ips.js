// From where superusers may come: whoever errs here locks oneself out.

import { html } from "../../vendor/preact.js";
import { t } from "../../core/language.js";
import { useLoaded } from "../../core/loaded.js";
import { Button } from "../../ui/button.js";
import { confirm } from "../../ui/dialog.js";
import { Icon } from "../../ui/icon.js";
import { SettingsForm } from "./form.js";
import { whoAsks } from "./proxy.js";

const KEY = "superuserIPs";
const COMMAND = "fastcms superuser ips";

/** @param {{ page: import("./pages.js").SettingsPage, path: string[] }} props */
export function SuperuserIps({ page, path }) {
  const { value: seen } = useLoaded(whoAsks, []);
  const own = seen?.realIP ?? "";
  /** @param {Record<string, any>} changes */
  async function ask(changes) {
    // An empty list lets everybody in.
    if (!changes[KEY]?.length) return true;
    return confirm({ title: t("lockoutTitle"), text: t("lockoutText", { ip: own, command: COMMAND }), action: t("lockoutAction") });
  }
  return html`<${SettingsForm} page=${page} path=${path} beforeSave=${ask}
    before=${(/** @type {import("./form.js").Form} */ { values, change }) => html`<div class="notice"><${Icon} name="warning" />
      <span>${t("lockoutWarning")} <code>${COMMAND}</code></span></div>
      ${own && html`<p class="setting">${t("lockoutOwn")} <span class="mono">${own}</span>
        ${!values[KEY].includes(own) && html` <${Button} onClick=${() => change(KEY, [...values[KEY], own])}>${t("lockoutAdd")}<//>`}</p>`}`} />`;
}

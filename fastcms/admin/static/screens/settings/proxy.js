// Behind which proxy the server is, and what that makes of this very request.

import { html } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { t } from "../../core/language.js";
import { useLoaded } from "../../core/loaded.js";
import { Button } from "../../ui/button.js";
import { Field } from "../../ui/field.js";
import { TextList } from "../../ui/text_list.js";
import { SettingsForm } from "./form.js";

const COMMON = ["X-Forwarded-For", "CF-Connecting-IP", "Fly-Client-IP", "X-Real-IP"];

/** @typedef {{ realIP: string, possibleProxyHeader: string }} Seen */

/** @returns {Promise<Seen>} */
export async function whoAsks() {
  const { data } = await pb.health.check();
  return /** @type {Seen} */ (data);
}

/** @param {{ page: import("./pages.js").SettingsPage, path: string[] }} props */
export function Proxy({ page, path }) {
  const { value: seen, again } = useLoaded(whoAsks, []);
  return html`<${SettingsForm} page=${page} path=${path} onSaved=${again}
    inputs=${{ "trustedProxy.headers": Headers, "trustedProxy.useLeftmostIP": Side }}
    before=${(/** @type {import("./form.js").Form} */ { values, change }) => seen && html`<section class="card"><h2>${t("proxySeen")}</h2>
      <dl class="facts"><dt>${t("proxyIp")}</dt><dd class="mono">${seen.realIP}</dd>
        <dt>${t("proxyHeader")}</dt><dd class="mono">${seen.possibleProxyHeader || "–"}</dd></dl>
      ${seen.possibleProxyHeader && !values["trustedProxy.headers"].includes(seen.possibleProxyHeader)
        ? html`<p class="notice"><span>${t("proxyUntrusted", { name: seen.possibleProxyHeader })}</span>
          <${Button} onClick=${() => change("trustedProxy.headers", [...values["trustedProxy.headers"], seen.possibleProxyHeader])}>
            ${t("proxyTrust", { name: seen.possibleProxyHeader })}<//></p>`
        : null}
    </section>`}
    after=${() => html`<section class="card"><h2>${t("proxyPeers")}</h2><p class="quiet">${t("proxyPeersText")}</p>
      <pre><code>fastcms serve --trusted-proxies 10.0.0.0/8</code></pre></section>`} />`;
}

/** @param {import("./form.js").InputProps} props */
function Headers({ setting: _, required: __, value, ...props }) {
  return html`<${TextList} ...${props} items=${value} ordered suggestions=${COMMON} />`;
}

/** @param {import("./form.js").InputProps} props */
function Side({ label, help, value, problem, disabled, onInput }) {
  const choices = /** @type {const} */ ([["proxyRightmost", false], ["proxyLeftmost", true]]);
  return html`<${Field} ...${{ label, help, problem }} group>
    ${(/** @type {import("../../ui/field.js").Wiring} */ { id }) => choices.map(([name, wanted]) => html`<label key=${name} class="check">
      <input type="radio" name=${id} checked=${value === wanted} disabled=${disabled} onChange=${() => onInput(wanted)} />${t(name)}</label>`)}
  <//>`;
}

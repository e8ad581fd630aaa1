// The own authenticator app: enrolled with a QR code, with recovery codes that are shown once.

import { html, useState } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { download } from "../../../core/download.js";
import { t } from "../../../core/language.js";
import { useLoaded } from "../../../core/loaded.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { TextField } from "../../../ui/field.js";
import { say } from "../../../ui/toasts.js";
import { useForm } from "../../entry/form.js";
import { Offer } from "./offer.js";
import { Proof } from "./proof.js";

const ROUTE = "/api/collections/_superusers/totp";

/** @typedef {{ enabled: boolean, recoveryCodes: number, devices: { id: string }[] }} State */
/** @typedef {"enroll" | "renew" | "disable"} Question */

/** @param {{ isEnabled: boolean }} props */
export function AuthenticatorApp({ isEnabled }) {
  const { value: state, again } = useLoaded(async () => /** @type {State} */ (await pb.send(ROUTE, { method: "GET" })), [isEnabled]);
  const [asked, setAsked] = useState(/** @type {Question | null} */ (null));
  const [secret, setSecret] = useState(/** @type {{ secret: string, qr: string } | null} */ (null));
  const [codes, setCodes] = useState(/** @type {string[]} */ ([]));

  /**
   * @param {string} way
   * @param {object} body
   */
  const post = (way, body) => pb.send(`${ROUTE}/${way}`, { method: "POST", body });
  const acts = {
    /** @param {string} password */
    enroll: async (password) => setSecret(await post("enroll", { password })),
    /** @param {string} password */
    renew: async (password) => {
      setCodes((await post("recovery-codes", { password })).recoveryCodes);
      await again();
    },
    /** @param {string} password */
    disable: async (password) => {
      await post("disable", { password });
      say(t("appDisabled"));
      await again();
    },
  };
  return html`<section class="card"><h2>${t("appTitle")}</h2>
    <p class="quiet">${t("appText")}</p>
    ${!isEnabled ? html`<${Offer} option="totp" />` : state && (state.enabled
      ? html`<p>${t("appEnabled", { count: state.recoveryCodes })}</p>
        <div class="buttons"><${Button} onClick=${() => setAsked("renew")}>${t("app_renew")}<//>
          <${Button} kind="danger" onClick=${() => setAsked("disable")}>${t("app_disable")}<//></div>`
      : html`<${Button} onClick=${() => setAsked("enroll")}>${t("app_enroll")}<//>`)}
    ${asked && html`<${Proof} title=${t(`app_${asked}`)} action=${t(`app_${asked}`)} act=${acts[asked]} onClose=${() => setAsked(null)} />`}
    ${secret && html`<${Enrollment} ...${secret} onClose=${() => setSecret(null)} onDone=${(/** @type {string[]} */ found) => {
      setSecret(null);
      setCodes(found);
      void again();
    }} />`}
    ${codes.length > 0 && html`<${Codes} codes=${codes} onClose=${() => setCodes([])} />`}
  </section>`;
}

/** @param {{ secret: string, qr: string, onClose: () => void, onDone: (codes: string[]) => void }} props */
function Enrollment({ secret, qr, onClose, onDone }) {
  const form = useForm({ code: "" }, async ({ code }) => {
    const { recoveryCodes } = await pb.send(`${ROUTE}/confirm`, { method: "POST", body: { code: code.replace(/\s/g, "") } });
    onDone(recoveryCodes);
  });
  return html`<${Dialog} title=${t("app_enroll")} onClose=${onClose}>
    <form onSubmit=${form.onSubmit}>
      <p>${t("appScan")}</p>
      <p><img class="qr" alt="" width="200" height="200" src=${`data:image/svg+xml,${encodeURIComponent(qr)}`} /></p>
      <p class="mono">${secret}</p>
      <${TextField} label=${t("appCode")} inputmode="numeric" autocomplete="one-time-code" required autofocus ...${form.field("code")} />
      ${form.problem && html`<p class="problem" role="alert">${form.problem}</p>`}
      <div class="buttons"><${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} type="submit" kind="main" busy=${form.busy}>${t("confirm")}<//></div>
    </form>
  <//>`;
}

/** @param {{ codes: string[], onClose: () => void }} props */
function Codes({ codes, onClose }) {
  return html`<${Dialog} title=${t("recoveryTitle")} onClose=${onClose}>
    <p>${t("recoveryText")}</p>
    <ul class="mono">${codes.map((code) => html`<li key=${code}>${code}</li>`)}</ul>
    <div class="buttons"><${Button} onClick=${() => download("recovery-codes.txt", [`${codes.join("\n")}\n`], "text/plain")}>${t("recoverySave")}<//>
      <${Button} kind="main" onClick=${onClose}>${t("close")}<//></div>
  <//>`;
}

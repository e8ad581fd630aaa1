// The own passkeys: made, named, removed.

import { html, useState } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { localTime, t } from "../../../core/language.js";
import { useLoaded } from "../../../core/loaded.js";
import { Button, IconButton } from "../../../ui/button.js";
import { confirm } from "../../../ui/dialog.js";
import { List } from "../../../ui/list.js";
import { complain, say } from "../../../ui/toasts.js";
import { Offer } from "./offer.js";
import { Proof } from "./proof.js";

const ROUTE = "/api/collections/_superusers/passkeys";

/** @typedef {{ id: string, name: string, created: string, lastUsed: string, suspect: boolean }} Passkey */

/** @param {{ isEnabled: boolean }} props */
export function Passkeys({ isEnabled }) {
  const [isMade, setIsMade] = useState(false);
  const { value: items, again } = useLoaded(async () => {
    const found = await pb.send(ROUTE, { method: "GET" });
    return /** @type {Passkey[]} */ (found.items);
  }, [isEnabled]);

  /**
   * @param {string} password
   * @param {string} name
   */
  async function make(password, name) {
    const { publicKey } = await pb.send(`${ROUTE}/options`, { method: "POST", body: { password } });
    const options = PublicKeyCredential.parseCreationOptionsFromJSON(publicKey);
    const credential = /** @type {PublicKeyCredential} */ (await navigator.credentials.create({ publicKey: options }));
    await pb.send(ROUTE, { method: "POST", body: { credential: credential.toJSON(), name } });
    say(t("passkeyMade", { name }));
    await again();
  }
  /** @param {Passkey} passkey */
  async function remove({ id, name }) {
    if (!(await confirm({ title: t("passkeyRemoveTitle"), text: t("passkeyRemoveText", { name }), action: t("passkeyRemove"), typed: name }))) return;
    try {
      await pb.send(`${ROUTE}/${encodeURIComponent(id)}`, { method: "DELETE" });
      await again();
    } catch (error) {
      complain(error);
    }
  }
  return html`<section class="card"><h2>${t("passkeysTitle")}</h2>
    <p class="quiet">${t("passkeysText")}</p>
    ${!isEnabled ? html`<${Offer} option="passkey" />` : html`
      <${List} label=${t("passkeysTitle")} rows=${items} keyOf=${(/** @type {Passkey} */ one) => one.id} empty=${t("passkeysNone")} columns=${[
        { title: t("passkeyName"), cell: (/** @type {Passkey} */ one) => html`${one.name} ${one.suspect && html`<span class="chip">${t("passkeySuspect")}</span>`}` },
        { title: t("passkeyMadeAt"), cell: (/** @type {Passkey} */ one) => localTime(one.created) },
        { title: t("passkeyUsed"), cell: (/** @type {Passkey} */ one) => (one.lastUsed ? localTime(one.lastUsed) : "–") },
        { title: "", end: true, cell: (/** @type {Passkey} */ one) => html`<${IconButton} icon="trash" label=${t("passkeyRemoveOf", { name: one.name })} onClick=${() => remove(one)} />` },
      ]} />
      <div class="buttons"><${Button} onClick=${() => setIsMade(true)}>${t("passkeyMake")}<//></div>`}
    ${isMade && html`<${Proof} title=${t("passkeyMake")} action=${t("passkeyMake")} name=${t("passkeyName")} act=${make} onClose=${() => setIsMade(false)} />`}
  </section>`;
}

// What stands where a way to sign in is not allowed for superusers: the switch for it.

import { html } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { loadCollections } from "../../../core/collections.js";
import { t } from "../../../core/language.js";
import { Button } from "../../../ui/button.js";
import { complain } from "../../../ui/toasts.js";

/** @param {{ option: "totp" | "passkey" }} props */
export function Offer({ option }) {
  async function allow() {
    try {
      await pb.collections.update("_superusers", { [option]: { enabled: true } });
      await loadCollections();
    } catch (error) {
      complain(error);
    }
  }
  return html`<p>${t("accountOff")}</p><${Button} onClick=${allow}>${t(`accountAllow_${option}`)}<//>`;
}

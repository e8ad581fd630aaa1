// A token of somebody else's account, shown once and kept nowhere.

import { html, useState } from "../../../vendor/preact.js";
import { base, messageOf, pb } from "../../../core/client.js";
import { titleOf } from "../../../core/collections.js";
import { t } from "../../../core/language.js";
import { Button } from "../../../ui/button.js";
import { CodeArea } from "../../../ui/code.js";
import { Dialog } from "../../../ui/dialog.js";
import { TextField } from "../../../ui/field.js";
import { complain, say } from "../../../ui/toasts.js";

const MINUTES = 10;

/**
 * @param {{ collection: import("../../../core/client.js").CollectionModel,
 *   record: import("../../../core/client.js").RecordModel, onClose: () => void }} props
 */
export function Impersonate({ collection, record, onClose }) {
  const [seconds, setSeconds] = useState(String(MINUTES * 60));
  const [token, setToken] = useState("");
  const [problem, setProblem] = useState("");

  async function make() {
    setProblem("");
    try {
      const client = await pb.collection(collection.id).impersonate(record.id, Number(seconds) || 0);
      setToken(client.authStore.token);
    } catch (error) {
      setProblem(messageOf(error, t("unreachable")));
    }
  }
  async function copy() {
    try {
      await navigator.clipboard.writeText(token);
      say(t("copied"));
    } catch (error) {
      complain(error);
    }
  }
  return html`<${Dialog} title=${t("impersonateTitle", { name: titleOf(record) })} onClose=${onClose}
    footer=${token
      ? html`<${Button} onClick=${copy}>${t("impersonateCopy")}<//><${Button} kind="main" onClick=${onClose}>${t("close")}<//>`
      : html`<${Button} onClick=${onClose}>${t("cancel")}<//><${Button} kind="main" onClick=${make}>${t("impersonateMake")}<//>`}>
    ${token
      ? html`<p class="notice" role="status">${t("impersonateOnce")}</p>
          <p><label for="impersonation-token"><strong>${t("impersonateToken")}</strong></label></p>
          <textarea id="impersonation-token" class="mono" readonly rows="5" value=${token}></textarea>
          <p><strong>${t("impersonateUse")}</strong></p>
          <${CodeArea} language="javascript" readOnly minLines=${4} aria-label=${t("impersonateUse")} value=${snippet(token)} />`
      : html`<p>${t("impersonateText")}</p>
          <form novalidate onSubmit=${(/** @type {Event} */ event) => {
            event.preventDefault();
            event.stopPropagation();
            void make();
          }}>
            <${TextField} label=${t("impersonateSeconds")} help=${t("impersonateSecondsHelp")} type="number" min="0" step="1"
              value=${seconds} onInput=${setSeconds} problem=${problem} />
          </form>`}
  <//>`;
}

/** @param {string} token */
function snippet(token) {
  return `import PocketBase from "pocketbase";

const pb = new PocketBase("${base}");
pb.authStore.save("${token}");
`;
}

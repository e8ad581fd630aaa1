// What one can do with a record besides changing its fields.

import { html, useState } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { download } from "../../core/download.js";
import { t } from "../../core/language.js";
import { confirm } from "../../ui/dialog.js";
import { Icon } from "../../ui/icon.js";
import { Lazy } from "../../ui/lazy.js";
import { Menu } from "../../ui/menu.js";
import { complain, say } from "../../ui/toasts.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("../../core/client.js").RecordModel} RecordModel */
/** @typedef {{ title: string, icon: import("../../ui/icon.js").Shape, act: () => unknown }} Action */

const loadImpersonate = async () => (await import("./account/impersonate.js")).Impersonate;

/**
 * @param {{ collection: CollectionModel, record: RecordModel, onRecord: (record: RecordModel) => void,
 *   onDelete?: (id: string) => void, onCopy?: () => void }} props
 */
export function More({ collection, record, onRecord, onDelete, onCopy }) {
  const [impersonates, setImpersonates] = useState(false);
  const { expand: _, ...plain } = record;
  const text = JSON.stringify(plain, null, 2);
  const records = pb.collection(collection.id);

  /**
   * @param {Promise<unknown>} done
   * @param {string} said
   */
  async function tell(done, said) {
    try {
      await done;
      say(said);
    } catch (error) {
      complain(error);
    }
  }
  async function resetTokens() {
    const isSure = await confirm({ title: t("resetTokens"), text: t("resetTokensText"), action: t("resetTokens") });
    if (!isSure) return;
    try {
      onRecord(await records.update(record.id, { "tokenKey:autogenerate": "" }));
      say(t("tokensReset"));
    } catch (error) {
      complain(error);
    }
  }
  /** @type {(Action | false | undefined)[]} */
  const actions = [
    { title: t("copyJson"), icon: "copy", act: () => tell(navigator.clipboard.writeText(text), t("copied")) },
    { title: t("downloadRecord"), icon: "download", act: () => download(`${record.id}.json`, [text], "application/json") },
    onCopy && { title: t("duplicateRecord"), icon: "add", act: onCopy },
  ];
  /** @type {(Action | false)[]} */
  const account = collection.type === "auth" ? [
    Boolean(record.email) && !record.verified && collection.name !== "_superusers" && {
      title: t("sendVerification"), icon: "check", act: () => tell(records.requestVerification(record.email), t("accountMailSent")),
    },
    Boolean(record.email) && {
      title: t("sendReset"), icon: "lock", act: () => tell(records.requestPasswordReset(record.email), t("accountMailSent")),
    },
    { title: t("impersonate"), icon: "user", act: () => setImpersonates(true) },
    { title: t("resetTokens"), icon: "refresh", act: resetTokens },
  ] : [];
  return html`<${Menu} label=${t("more")} button=${html`<${Icon} name="more" />`}>
      ${(/** @type {() => void} */ close) => {
        /** @param {(Action | false | undefined)[]} some */
        const shown = (some) => some.filter((action) => !!action).map(({ title, icon, act }) => html`<button key=${title} type="button" onClick=${() => {
          close();
          void act();
        }}><${Icon} name=${icon} />${title}</button>`);
        return html`${shown(actions)}${account.length > 0 && html`<hr />${shown(account)}`}
          ${onDelete && html`<hr />${shown([{ title: t("delete"), icon: "trash", act: () => onDelete(record.id) }])}`}`;
      }}
    <//>
    ${impersonates && html`<${Lazy} load=${loadImpersonate} collection=${collection} record=${record}
      onClose=${() => setImpersonates(false)} />`}`;
}

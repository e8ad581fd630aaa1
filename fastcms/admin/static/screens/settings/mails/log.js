// The log of mails: searched, looked at, sent again.

import { html, useState } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { useEvery } from "../../../core/every.js";
import { fromNow, localTime, number, t } from "../../../core/language.js";
import { useLoaded } from "../../../core/loaded.js";
import { address } from "../../../core/router.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { SelectField, TextField } from "../../../ui/field.js";
import { List } from "../../../ui/list.js";
import { Failed } from "../../../ui/page.js";
import { Pager } from "../../../ui/pager.js";
import { State } from "../../../ui/state.js";
import { complain, say } from "../../../ui/toasts.js";
import { Preview } from "./preview.js";

/** @typedef {"sent" | "deferred" | "failed" | "expired" | "withheld"} Status */
/**
 * @typedef {{ id: string, to: string, subject: string, template: string, collection: string, record: string,
 *   status: Status, attempts: number, error: string, created: string, updated: string }} Mail
 */

const STATES = /** @type {const} */ ({ sent: "good", deferred: "busy", failed: "bad", expired: "bad", withheld: "quiet" });
const AGAIN = new Set(["verification", "password-reset"]);
const PER_PAGE = 30;
const SECONDS = 5;

export function MailLog() {
  const [text, setText] = useState("");
  const [status, setStatus] = useState("");
  const [page, setPage] = useState(1);
  const [open, setOpen] = useState(/** @type {Mail | null} */ (null));
  const { value, error, again } = useLoaded(() => load(text, status, page), [text, status, page]);
  useEvery(SECONDS, again);

  /** @param {Mail} mail */
  async function sendAgain({ id, to }) {
    try {
      await pb.send(`/api/mails/${encodeURIComponent(id)}`, { method: "POST" });
      say(t("mailSentAgain", { name: to }));
      setOpen(null);
    } catch (problem) {
      complain(problem);
    }
    await again();
  }
  return html`
    <div class="filters">
      <${TextField} type="search" label=${t("mailsSearch")} value=${text} onInput=${(/** @type {string} */ value) => {
        setText(value);
        setPage(1);
      }} />
      <${SelectField} label=${t("mailStatus")} value=${status} onInput=${(/** @type {string} */ value) => {
        setStatus(value);
        setPage(1);
      }} options=${[
        { value: "", label: t("opsAll") },
        ...Object.keys(STATES).map((name) => ({ value: name, label: t(`mail_${/** @type {Status} */ (name)}`) })),
      ]} />
    </div>
    ${error && html`<${Failed} error=${error} again=${again} />`}
    ${(value || !error) && html`<${List} label=${t("mailsSent")} rows=${value?.items ?? null} keyOf=${(/** @type {Mail} */ mail) => mail.id}
      onOpen=${setOpen} empty=${t("mailsNone")} columns=${[
        { title: t("mailSubject"), cell: (/** @type {Mail} */ mail) => mail.subject || t("mailNoSubject") },
        { title: t("mailTo"), cell: (/** @type {Mail} */ mail) => mail.to },
        { title: t("mailStatus"), cell: (/** @type {Mail} */ mail) => html`<${State} kind=${STATES[mail.status]} text=${t(`mail_${mail.status}`)} />` },
        { title: t("mailAttempts"), end: true, cell: (/** @type {Mail} */ mail) => number(mail.attempts) },
        { title: t("mailWhen"), cell: (/** @type {Mail} */ mail) => html`<span title=${localTime(mail.updated)}>${fromNow(mail.updated)}</span>` },
      ]} />`}
    <${Pager} page=${page} perPage=${PER_PAGE} total=${value?.total ?? 0} onChange=${setPage} />
    ${open && html`<${Dialog} side title=${open.subject || t("mailNoSubject")} onClose=${() => setOpen(null)} footer=${html`
      ${(open.status === "failed" || open.status === "deferred") && html`<a class="button plain" href=${address(["settings", "queue"])}>${t("queue")}</a>`}
      ${AGAIN.has(open.template) && html`<${Button} kind="main" onClick=${() => sendAgain(open)}>${t("mailSendAgain")}<//>`}`}>
      <dl class="facts">
        <dt>${t("mailTo")}</dt><dd>${open.to}</dd>
        <dt>${t("mailStatus")}</dt><dd><${State} kind=${STATES[open.status]} text=${t(`mail_${open.status}`)} /></dd>
        <dt>${t("mailAttempts")}</dt><dd>${number(open.attempts)}</dd>
        ${open.error && html`<dt>${t("queueError")}</dt><dd class="mono">${open.error}</dd>`}
        ${open.template && html`<dt>${t("mailTemplate")}</dt><dd>${open.template}</dd>`}
        ${open.record && html`<dt>${t("account")}</dt><dd>${open.collection} <code>${open.record}</code></dd>`}
        <dt>${t("queueCreated")}</dt><dd>${localTime(open.created)}</dd>
        <dt>${t("mailWhen")}</dt><dd>${localTime(open.updated)}</dd>
        <dt>${t("mailId")}</dt><dd><code>${open.id}</code></dd>
      </dl>
      ${open.template && html`<h3>${t("mailLooks")}</h3><p class="quiet">${t("mailLooksText")}</p>
        <${Preview} template=${open.template} collection=${open.collection} />`}
    <//>`}`;
}

/**
 * @param {string} text
 * @param {string} status
 * @param {number} page
 * @returns {Promise<{ items: Mail[], total: number }>}
 */
async function load(text, status, page) {
  const parts = [
    text.trim() && pb.filter("(to ~ {:text} || subject ~ {:text} || error ~ {:text})", { text: text.trim() }),
    status && pb.filter("status = {:status}", { status }),
  ];
  const query = { page, perPage: PER_PAGE, filter: parts.filter(Boolean).join(" && ") };
  const { items, totalItems } = await pb.send("/api/mails", { method: "GET", query });
  return { items, total: totalItems };
}

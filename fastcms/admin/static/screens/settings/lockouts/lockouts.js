// What failed sign-ins have locked, and the key to it.

import { html, useState } from "../../../vendor/preact.js";
import { pb, problemsOf } from "../../../core/client.js";
import { collections } from "../../../core/collections.js";
import { useEvery } from "../../../core/every.js";
import { fromNow, localTime, number, t } from "../../../core/language.js";
import { useLoaded } from "../../../core/loaded.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { TextField } from "../../../ui/field.js";
import { List } from "../../../ui/list.js";
import { Failed, Page } from "../../../ui/page.js";
import { complain, say } from "../../../ui/toasts.js";
import { emailsOf } from "../sessions/sessions.js";

/**
 * @typedef {{ id: string, scope: "pair" | "account" | "address", record: string, address: string, failures: number,
 *   until: string, collection: string, email: string }} Lock
 */

const SECONDS = 10;

export function Lockouts() {
  const { value, error, again } = useLoaded(load, [collections.value]);
  const [open, setOpen] = useState(/** @type {Lock | null} */ (null));
  useEvery(SECONDS, again);

  /** @param {Lock} lock */
  async function lift({ collection, id }) {
    try {
      await pb.send(`/api/collections/${encodeURIComponent(collection)}/lockouts/${encodeURIComponent(id)}`, { method: "DELETE" });
      say(t("lockLifted"));
    } catch (problem) {
      complain(problem);
    }
    await again();
  }
  return html`<${Page} title=${t("lockouts")} text=${t("lockoutsText")} wide>
    ${error && html`<${Failed} error=${error} again=${again} />`}
    ${(value || !error) && html`<${List} label=${t("lockouts")} rows=${value} keyOf=${(/** @type {Lock} */ lock) => lock.collection + lock.id}
      empty=${t("lockoutsNone")} columns=${[
        { title: t("lockWhat"), cell: (/** @type {Lock} */ lock) => t(`lock_${lock.scope}`) },
        { title: t("account"), cell: (/** @type {Lock} */ lock) => lock.email || lock.record || (lock.scope !== "address" ? t("lockNobody") : "") },
        { title: t("opsCollection"), cell: (/** @type {Lock} */ lock) => lock.collection },
        { title: t("sessionAddress"), cell: (/** @type {Lock} */ lock) => html`<code>${lock.address}</code>` },
        { title: t("lockFailures"), end: true, cell: (/** @type {Lock} */ lock) => number(lock.failures) },
        { title: t("lockUntil"), cell: (/** @type {Lock} */ lock) => html`<span title=${localTime(lock.until)}>${fromNow(lock.until)}</span>` },
        { title: "", end: true, cell: (/** @type {Lock} */ lock) => html`<div class="row-actions">
          <${Button} onClick=${() => lift(lock)} aria-label=${t("lockLiftName", { name: lock.email || lock.address })}>${t("lockLift")}<//>
          ${lock.record && html`<${Button} onClick=${() => setOpen(lock)}
            aria-label=${t("lockOpenName", { name: lock.email || lock.record })}>${t("lockOpen")}<//>`}</div>` },
      ]} />`}
    ${open && html`<${Unlock} lock=${open} onClose=${() => {
      setOpen(null);
      void again();
    }} />`}
  <//>`;
}

/** @returns {Promise<Lock[]>} */
async function load() {
  const auth = (collections.value ?? []).filter(({ type }) => type === "auth");
  const found = await Promise.all(auth.map(async ({ name }) => {
    const { items } = await pb.send(`/api/collections/${encodeURIComponent(name)}/lockouts`, { method: "GET" });
    const emails = await emailsOf(name, items.map((/** @type {Lock} */ lock) => lock.record));
    return items.map((/** @type {Lock} */ lock) => ({ ...lock, collection: name, email: emails.get(lock.record) ?? "" }));
  }));
  return found.flat();
}

/** @param {{ lock: Lock, onClose: () => void }} props  all locks of an account, with an address that stays open */
function Unlock({ lock, onClose }) {
  const [address, setAddress] = useState("");
  const [problems, setProblems] = useState(/** @type {import("../../../core/client.js").Problems} */ ({}));
  const name = lock.email || lock.record;

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    try {
      const path = `/api/collections/${encodeURIComponent(lock.collection)}/unlock/${encodeURIComponent(lock.record)}`;
      await pb.send(path, { method: "POST", body: address ? { address } : {} });
      say(t("lockOpened", { name }));
      onClose();
    } catch (problem) {
      setProblems(problemsOf(problem));
      if (!problemsOf(problem).address) complain(problem);
    }
  }
  return html`<${Dialog} title=${t("lockOpenTitle", { name })} onClose=${onClose}>
    <form onSubmit=${submit}>
      <p>${t("lockOpenText")}</p>
      <${TextField} label=${t("lockTrusted")} help=${t("lockTrustedHelp")} value=${address} onInput=${setAddress}
        problem=${problems.address} spellcheck=${false} />
      <div class="buttons">
        <${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} type="submit" kind="main">${t("lockOpen")}<//>
      </div>
    </form>
  <//>`;
}

// How an account gets in, and where it is in: providers, passkeys, authenticator app, sessions.

import { html } from "../../../vendor/preact.js";
import { pb, statusOf } from "../../../core/client.js";
import { fromNow, localTime, t } from "../../../core/language.js";
import { useLoaded } from "../../../core/loaded.js";
import { Button } from "../../../ui/button.js";
import { confirm } from "../../../ui/dialog.js";
import { List } from "../../../ui/list.js";
import { Failed } from "../../../ui/page.js";
import { complain, say } from "../../../ui/toasts.js";

/** @typedef {import("../../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("../../../core/client.js").RecordModel} RecordModel */
/** @typedef {{ collection: CollectionModel, record: RecordModel }} Props */
/** @typedef {{ id: string, name: string, created: string, lastUsed: string, suspect: boolean }} Passkey */
/** @typedef {{ id: string, method: string, device: string, address: string, used: string, current: boolean }} Session */

/** @param {Props} props */
export function Account(props) {
  const { totp } = props.collection;
  return html`<${Providers} ...${props} />
    <${Passkeys} ...${props} />
    ${totp?.enabled && html`<${Authenticator} ...${props} />`}
    <${Sessions} ...${props} />`;
}

/** @param {Props} props */
function Providers({ collection, record }) {
  const { value, error, again } = useLoaded(
    () => pb.collection("_externalAuths").getFullList({
      filter: pb.filter("collectionRef = {:collection} && recordRef = {:record}", { collection: collection.id, record: record.id }),
    }),
    [record.id],
  );
  /** @param {RecordModel} link */
  const drop = (link) => take({
    title: t("unlinkProviderTitle", { name: link.provider }), text: t("unlinkProviderText"), action: t("unlinkProvider"),
    act: () => pb.collection("_externalAuths").delete(link.id),
  }, again);
  return html`<${Part} title=${t("linkedProviders")} error=${error} again=${again}>
    <${List} label=${t("linkedProviders")} rows=${value} keyOf=${(/** @type {RecordModel} */ link) => link.id} empty=${t("noLinks")}
      columns=${[
        { title: t("accountProvider"), cell: (/** @type {RecordModel} */ link) => link.provider },
        { title: "id", cell: (/** @type {RecordModel} */ link) => html`<span class="mono">${link.providerId}</span>` },
        { title: "", end: true, cell: (/** @type {RecordModel} */ link) => html`<${Button}
          aria-label=${t("unlinkProviderTitle", { name: link.provider })} onClick=${() => drop(link)}>${t("unlinkProvider")}<//>` },
      ]} />
  <//>`;
}

/** @param {Props} props */
function Passkeys({ collection, record }) {
  const path = `/api/collections/${collection.id}/passkeys`;
  const { value, error, again } = useLoaded(
    async () => /** @type {Passkey[]} */ ((await pb.send(path, { method: "GET", query: { recordId: record.id } })).items),
    [record.id],
  );
  /** @param {Passkey} passkey */
  const drop = (passkey) => take({
    title: t("dropPasskey", { name: passkey.name }), text: t("dropPasskeyText"), action: t("richRemove"),
    act: () => pb.send(`${path}/${passkey.id}`, { method: "DELETE" }),
  }, again);
  return html`<${Part} title=${t("accountPasskeys")} error=${error} again=${again}>
    <${List} label=${t("accountPasskeys")} rows=${value} keyOf=${(/** @type {Passkey} */ passkey) => passkey.id} empty=${t("accountNoPasskeys")}
      columns=${[
        { title: t("accountPasskeyName"), cell: (/** @type {Passkey} */ passkey) => html`${passkey.name}
          ${passkey.suspect && html` <span class="problem">${t("accountPasskeySuspect")}</span>`}` },
        { title: t("accountLastUsed"), cell: (/** @type {Passkey} */ passkey) => html`<${When} time=${passkey.lastUsed} />` },
        { title: "", end: true, cell: (/** @type {Passkey} */ passkey) => html`<${Button}
          aria-label=${t("dropPasskey", { name: passkey.name })} onClick=${() => drop(passkey)}>${t("richRemove")}<//>` },
      ]} />
  <//>`;
}

/** @param {Props} props */
function Authenticator({ collection, record }) {
  const drop = () => take({
    title: t("dropAuthenticator"), text: t("dropAuthenticatorText"), action: t("richRemove"),
    async act() {
      try {
        await pb.send(`/api/collections/${collection.id}/totp/${record.id}`, { method: "DELETE" });
        say(t("accountAuthenticatorDropped"));
      } catch (error) {
        if (statusOf(error) !== 404) throw error;
        say(t("accountNoAuthenticator"));
      }
    },
  });
  return html`<${Part} title=${t("accountAuthenticator")}>
    <p class="quiet">${t("accountAuthenticatorText")}</p>
    <div class="buttons"><${Button} onClick=${drop}>${t("dropAuthenticator")}<//></div>
  <//>`;
}

/** @param {Props} props */
function Sessions({ collection, record }) {
  const path = `/api/collections/${collection.id}/sessions`;
  const query = { record: record.id };
  const { value, error, again } = useLoaded(
    async () => /** @type {Session[]} */ ((await pb.send(path, { method: "GET", query })).items),
    [record.id],
  );
  /** @param {Session} session */
  async function end(session) {
    try {
      await pb.send(`${path}/${session.id}`, { method: "DELETE", query });
      await again();
    } catch (problem) {
      complain(problem);
    }
  }
  const endAll = () => take({
    title: t("accountEndAll"), text: t("accountEndAllText"), action: t("accountEndAll"),
    act: () => pb.send(path, { method: "DELETE", query }),
  }, again);
  return html`<${Part} title=${t("accountSessions")} error=${error} again=${again}>
    <${List} label=${t("accountSessions")} rows=${value} keyOf=${(/** @type {Session} */ session) => session.id} empty=${t("accountNoSessions")}
      columns=${[
        { title: t("accountDevice"), cell: (/** @type {Session} */ session) => html`${session.device || "–"}
          <div class="quiet">${session.method}${session.current ? ` · ${t("accountThisSession")}` : ""}</div>` },
        { title: t("accountAddress"), cell: (/** @type {Session} */ session) => session.address },
        { title: t("accountLastUsed"), cell: (/** @type {Session} */ session) => html`<${When} time=${session.used} />` },
        { title: "", end: true, cell: (/** @type {Session} */ session) => !session.current && html`<${Button}
          aria-label=${t("accountEnd", { name: session.device || session.id })} onClick=${() => end(session)}>${t("endOne")}<//>` },
      ]} />
    ${(value?.length ?? 0) > 1 && html`<div class="buttons"><${Button} kind="danger" onClick=${endAll}>${t("accountEndAll")}<//></div>`}
  <//>`;
}

/** @param {{ title: string, error?: unknown, again?: () => unknown, children?: unknown }} props */
function Part({ title, error, again, children }) {
  return html`<section class="account-part"><h3>${title}</h3>
    ${error ? html`<${Failed} error=${error} again=${again} />` : children}
  </section>`;
}

/** @param {{ time: string }} props */
function When({ time }) {
  return time ? html`<time datetime=${time} title=${localTime(time)}>${fromNow(time)}</time>` : "–";
}

/**
 * Asks first, then does it.
 * @param {{ title: string, text: string, action: string, act: () => Promise<unknown> }} question
 * @param {() => Promise<void>} [after]
 */
async function take({ act, ...question }, after) {
  if (!(await confirm(question))) return;
  try {
    await act();
    await after?.();
  } catch (error) {
    complain(error);
  }
}

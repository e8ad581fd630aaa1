// Who is signed in, with which device, and the end of it.

import { html, useState } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { collections } from "../../../core/collections.js";
import { fromNow, localTime, t } from "../../../core/language.js";
import { useLoaded } from "../../../core/loaded.js";
import { Button } from "../../../ui/button.js";
import { confirm } from "../../../ui/dialog.js";
import { SelectField, TextField } from "../../../ui/field.js";
import { List } from "../../../ui/list.js";
import { Failed, Page } from "../../../ui/page.js";
import { Tabs } from "../../../ui/tabs.js";
import { complain, say } from "../../../ui/toasts.js";

/**
 * @typedef {{ id: string, method: string, device: string, address: string, created: string, used: string,
 *   expires: string, current: boolean, impersonatedBy: string, record: string, email: string }} Session
 */
/** @typedef {import("../../../core/client.js").RecordModel} RecordModel */

const PLACES = 200;

export function Sessions() {
  const names = (collections.value ?? []).filter(({ type }) => type === "auth").map(({ name }) => name).sort();
  const [chosen, setChosen] = useState("");
  const [tab, setTab] = useState("sessions");
  const [text, setText] = useState("");
  const collection = chosen || names.find((name) => name !== "_superusers") || names[0] || "_superusers";
  return html`<${Page} title=${t("sessions")} text=${t("sessionsText")} wide>
    <div class="filters">
      <${SelectField} label=${t("opsCollection")} value=${collection} onInput=${setChosen}
        options=${names.map((name) => ({ value: name, label: name }))} />
      <${TextField} type="search" label=${t("sessionsSearch")} value=${text} onInput=${setText} />
    </div>
    <${Tabs} label=${t("sessions")} current=${tab} onChange=${setTab} tabs=${[
      { name: "sessions", title: t("sessionsOpen") }, { name: "places", title: t("sessionsPlaces") },
    ]}>
      ${tab === "sessions" ? html`<${Open} key=${collection} ...${{ collection, text }} />`
        : html`<${Places} key=${collection} ...${{ collection, text }} />`}
    <//>
  <//>`;
}

/** @param {{ collection: string, text: string }} props */
function Open({ collection, text }) {
  const path = `/api/collections/${encodeURIComponent(collection)}/sessions`;
  const { value, error, again } = useLoaded(async () => {
    const { items } = await pb.send(path, { method: "GET", query: { all: true } });
    return /** @type {Session[]} */ (items);
  }, []);
  const [wanted, setWanted] = useState("");
  const shown = value?.filter((one) => (!wanted || one.record === wanted)
    && matches(text, one.email, one.device, one.address, one.method, one.record)) ?? null;

  /** @param {Session} session */
  async function end({ id, record }) {
    await change(`${path}/${id}?record=${encodeURIComponent(record)}`, t("sessionEnded"));
  }
  /** @param {Session} session  all of its account */
  async function endAll({ record, email }) {
    const sure = await confirm({
      title: t("sessionsEndAllTitle"), text: t("sessionsEndAllText", { name: email || record }), action: t("sessionsEndAll"),
      typed: email || record,
    });
    if (sure) await change(`${path}?record=${encodeURIComponent(record)}`, t("sessionsEnded", { name: email || record }));
  }
  /**
   * @param {string} address
   * @param {string} done
   */
  async function change(address, done) {
    try {
      await pb.send(address, { method: "DELETE" });
      say(done);
    } catch (problem) {
      complain(problem);
    }
    await again();
  }
  if (error) return html`<${Failed} error=${error} again=${again} />`;
  return html`
    ${wanted && html`<p class="notice"><span>${t("sessionsOfOne")}</span>
      <${Button} onClick=${() => setWanted("")}>${t("sessionsOfAll")}<//></p>`}
    <${List} label=${t("sessionsOpen")} rows=${shown} keyOf=${(/** @type {Session} */ one) => one.id} empty=${t("sessionsNone")} columns=${[
      { title: t("account"), cell: (/** @type {Session} */ one) => html`<button type="button" class="link-button"
          onClick=${() => setWanted(one.record)}>${one.email || one.record}</button>
        ${one.current && html` <span class="chip">${t("sessionThis")}</span>`}
        ${one.impersonatedBy && html` <span class="chip">${t("sessionImpersonated", { name: one.impersonatedBy })}</span>`}` },
      { title: t("sessionDevice"), cell: (/** @type {Session} */ one) => one.device },
      { title: t("sessionAddress"), cell: (/** @type {Session} */ one) => html`<code>${one.address}</code>` },
      { title: t("sessionMethod"), cell: (/** @type {Session} */ one) => one.method },
      { title: t("sessionUsed"), cell: (/** @type {Session} */ one) => html`<span title=${localTime(one.used)}>${fromNow(one.used)}</span>` },
      { title: t("sessionExpires"), cell: (/** @type {Session} */ one) => html`<span title=${localTime(one.expires)}>${fromNow(one.expires)}</span>` },
      { title: "", end: true, cell: (/** @type {Session} */ one) => html`<div class="row-actions">
        <${Button} kind="danger" onClick=${() => end(one)}
          aria-label=${t("sessionEndName", { name: one.email || one.record, device: one.device })}>${t("sessionEnd")}<//>
        <${Button} kind="danger" onClick=${() => endAll(one)}
          aria-label=${t("sessionsEndAllName", { name: one.email || one.record })}>${t("sessionsEndAll")}<//></div>` },
    ]} />`;
}

/** @param {{ collection: string, text: string }} props */
function Places({ collection, text }) {
  const { value, error, again } = useLoaded(async () => {
    const id = (collections.value ?? []).find(({ name }) => name === collection)?.id ?? "";
    const filter = pb.filter("collectionRef = {:id}", { id });
    const { items } = await pb.collection("_authOrigins").getList(1, PLACES, { filter, sort: "-updated" });
    return { items, emails: await emailsOf(collection, items.map(({ recordRef }) => recordRef)) };
  }, []);

  /** @param {RecordModel} place */
  async function forget({ id }) {
    try {
      await pb.collection("_authOrigins").delete(id);
    } catch (problem) {
      complain(problem);
    }
    await again();
  }
  if (error) return html`<${Failed} error=${error} again=${again} />`;
  const nameOf = (/** @type {RecordModel} */ place) => value?.emails.get(place.recordRef) || place.recordRef;
  const shown = value?.items.filter((place) => matches(text, nameOf(place), place.fingerprint)) ?? null;
  return html`<p class="quiet">${t("placesText")}</p>
    <${List} label=${t("sessionsPlaces")} rows=${shown} keyOf=${(/** @type {RecordModel} */ place) => place.id} empty=${t("placesNone")} columns=${[
      { title: t("account"), cell: nameOf },
      { title: t("placeFingerprint"), cell: (/** @type {RecordModel} */ place) => html`<code>${place.fingerprint}</code>` },
      { title: t("placeFirst"), cell: (/** @type {RecordModel} */ place) => localTime(place.created) },
      { title: t("placeLast"), cell: (/** @type {RecordModel} */ place) => localTime(place.updated) },
      { title: "", end: true, cell: (/** @type {RecordModel} */ place) => html`<${Button} onClick=${() => forget(place)}>${t("placeForget")}<//>` },
    ]} />`;
}

/**
 * The addresses of accounts, by id.
 * @param {string} collection
 * @param {string[]} ids
 * @returns {Promise<Map<string, string>>}
 */
export async function emailsOf(collection, ids) {
  const wanted = [...new Set(ids)].filter(Boolean);
  if (!wanted.length) return new Map();
  const filter = wanted.map((id) => pb.filter("id = {:id}", { id })).join(" || ");
  const { items } = await pb.collection(collection).getList(1, wanted.length, { filter, fields: "id,email" });
  return new Map(items.map(({ id, email }) => [id, email]));
}

/**
 * @param {string} text
 * @param {string[]} values
 */
function matches(text, ...values) {
  return values.some((value) => value.toLowerCase().includes(text.trim().toLowerCase()));
}

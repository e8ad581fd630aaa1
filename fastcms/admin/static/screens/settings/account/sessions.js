// Where one is signed in oneself, and the end of that.

import { html } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { fromNow, localTime, t } from "../../../core/language.js";
import { useLoaded } from "../../../core/loaded.js";
import { Button } from "../../../ui/button.js";
import { confirm } from "../../../ui/dialog.js";
import { List } from "../../../ui/list.js";
import { complain, say } from "../../../ui/toasts.js";

const ROUTE = "/api/collections/_superusers/sessions";

/** @typedef {{ id: string, method: string, device: string, address: string, created: string, used: string, current: boolean }} Session */

export function OwnSessions() {
  const { value: items, again } = useLoaded(async () => {
    const found = await pb.send(ROUTE, { method: "GET" });
    return /** @type {Session[]} */ (found.items);
  }, []);

  /**
   * @param {string} path
   * @param {string} said
   */
  async function end(path, said) {
    try {
      await pb.send(path, { method: "DELETE" });
      say(said);
      await again();
    } catch (error) {
      complain(error);
    }
  }
  async function endOthers() {
    if (await confirm({ title: t("sessionsEndOthers"), text: t("sessionsEndOthersText"), action: t("sessionsEndOthers") })) {
      await end(ROUTE, t("ownSessionsEnded"));
    }
  }
  return html`<section class="card"><h2>${t("ownSessions")}</h2>
    <p class="quiet">${t("ownSessionsText")}</p>
    <${List} label=${t("ownSessions")} rows=${items} keyOf=${(/** @type {Session} */ one) => one.id} columns=${[
      { title: t("ownSessionDevice"), cell: (/** @type {Session} */ one) => html`${one.device || "–"} ${one.current && html`<span class="chip">${t("ownSessionThis")}</span>`}` },
      { title: t("ownSessionAddress"), cell: (/** @type {Session} */ one) => html`<span class="mono">${one.address}</span>` },
      { title: t("ownSessionMethod"), cell: (/** @type {Session} */ one) => one.method },
      { title: t("ownSessionUsed"), cell: (/** @type {Session} */ one) => html`<span title=${localTime(one.used)}>${fromNow(one.used)}</span>` },
      { title: "", end: true, cell: (/** @type {Session} */ one) => !one.current && html`<${Button}
        onClick=${() => end(`${ROUTE}/${encodeURIComponent(one.id)}`, t("ownSessionEnded"))}>${t("ownSessionEnd")}<//>` },
    ]} />
    <div class="buttons"><${Button} kind="danger" onClick=${endOthers} disabled=${(items?.length ?? 0) < 2}>${t("sessionsEndOthers")}<//></div>
  </section>`;
}

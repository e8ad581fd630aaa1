// Requests, errors and latencies over the chosen time, and what was changed last.

import { html, useMemo } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { useEvery } from "../../core/every.js";
import { fromNow, t } from "../../core/language.js";
import { useLoaded } from "../../core/loaded.js";
import { address, go } from "../../core/router.js";
import { Chart } from "../../ui/chart.js";
import { Failed, Loading } from "../../ui/page.js";
import { recordOf } from "../logs/panel.js";
import { RANGES } from "../logs/span.js";
import { fetchSummary, milliseconds, slotsOf, totalOf } from "../logs/summary.js";

/** @typedef {import("../logs/span.js").Range} Range */

const REQUESTS = "data.type = 'request'";
const CHANGES = `${REQUESTS} && level < 8 && data.method != 'GET' && data.method != 'OPTIONS' && data.method != 'HEAD'`;
const AGAIN_SECONDS = { "1h": 15, "24h": 60, "7d": 300, "30d": 300 };
const RECENT = 12;

/**
 * Asks again from time to time, as long as one looks at the page.
 * @template T
 * @param {() => Promise<T>} load
 * @param {Range} range
 */
function useFresh(load, range) {
  const loaded = useLoaded(load, [range]);
  useEvery(AGAIN_SECONDS[range], loaded.again);
  return loaded;
}

/** @param {Range} range */
export function useSummary(range) {
  return useFresh(() => {
    const to = new Date();
    return fetchSummary({ from: new Date(to.valueOf() - RANGES[range] * 1000), to, isNow: true }, REQUESTS);
  }, range);
}

/** @typedef {{ range: Range, summary: ReturnType<typeof useSummary> }} Props */

/** @param {number} from @param {number} to  seconds */
function openLogs(from, to) {
  if (to > from) go(["logs"], { from: new Date(from * 1000).toISOString(), to: new Date(to * 1000).toISOString() });
}

/** @param {Props} props */
export function Requests({ summary: { value, error, again } }) {
  const shown = useMemo(() => value && slotsOf(value), [value]);
  if (error) return html`<${Failed} error=${error} again=${again} />`;
  if (!value || !shown) return html`<${Loading} />`;
  const failed = value.slots.reduce((sum, { errors }) => sum + errors, 0);
  return html`<p>${t("homeRequestCount", { count: totalOf(value) })}, ${t("homeErrorCount", { count: failed })}</p>
    <${Chart} label=${t("homeRequests")} times=${shown.times} height=${180} onRange=${openLogs} series=${[
      { label: t("homeRequests"), values: shown.slots.map((slot) => slot?.total ?? 0), kind: "bars" },
      { label: t("logErrors"), values: shown.slots.map((slot) => slot?.errors ?? 0), kind: "bars" },
    ]} />`;
}

/** @param {Props} props */
export function Latencies({ summary: { value, error, again } }) {
  const shown = useMemo(() => value && slotsOf(value), [value]);
  if (error) return html`<${Failed} error=${error} again=${again} />`;
  if (!value || !shown) return html`<${Loading} />`;
  const names = /** @type {const} */ (["p50", "p95", "p99"]);
  return html`<p class="log-latency">${names.map((name) => html`<span key=${name}>${name} <strong>${milliseconds(value.latency[name])}</strong></span>`)}</p>
    <${Chart} label=${t("homeLatencies")} times=${shown.times} height=${180} onRange=${openLogs} format=${milliseconds}
      series=${names.map((name) => ({ label: name, values: shown.slots.map((slot) => slot?.[name] ?? null) }))} />`;
}

/** @param {{ range: Range }} props */
export function Activity({ range }) {
  const { value, error, again } = useFresh(async () => {
    const query = { filter: CHANGES, sort: "-created,-@rowid", perPage: RECENT, skipTotal: true };
    return /** @type {import("../logs/entries.js").Entry[]} */ ((await pb.send("/api/logs", { query })).items);
  }, range);
  if (error) return html`<${Failed} error=${error} again=${again} />`;
  if (!value) return html`<${Loading} />`;
  if (!value.length) return html`<p class="quiet">${t("homeNoActivity")}</p>`;
  return html`<ul class="home-list">${value.map(({ id, created, data }) => html`<li key=${id}>
    <span class="chip">${verbOf(String(data.method))}</span>
    <div>
      <a href=${recordOf(data) || address(["logs"], { entry: id })}>${whatOf(String(data.url))}</a>
      <p class="quiet">${data.auth || t("homeGuest")} · ${fromNow(created)}</p>
    </div>
    <a class="quiet" href=${address(["logs"], { entry: id })}>${data.status}
      <span class="hidden-text">${t("homeLogOf", { what: whatOf(String(data.url)) })}</span></a>
  </li>`)}</ul>`;
}

/** @param {string} method */
function verbOf(method) {
  if (method === "POST") return t("homeVerb_post");
  if (method === "DELETE") return t("homeVerb_delete");
  return t("homeVerb_patch");
}

/**
 * What a request was about: a record of a collection, or else its address.
 * @param {string} url
 */
function whatOf(url) {
  const [path = ""] = url.split("?", 1);
  const [, collection, record = ""] = /^\/api\/collections\/([^/]+)\/records(?:\/([^/]+))?$/.exec(path) ?? [];
  return collection ? `${collection} ${record}`.trim() : path.replace(/^\/api\//, "");
}

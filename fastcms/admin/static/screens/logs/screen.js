// The log: how much there was over time, figures, and the entries, each with all that it says.

import { html, useEffect, useMemo, useState } from "../../vendor/preact.js";
import { messageOf, pb, statusOf } from "../../core/client.js";
import { download } from "../../core/download.js";
import { useEvery } from "../../core/every.js";
import { fromNow, number, t } from "../../core/language.js";
import { useLoaded } from "../../core/loaded.js";
import { remembered } from "../../core/remembered.js";
import { become, route } from "../../core/router.js";
import { Button, IconButton } from "../../ui/button.js";
import { Chart } from "../../ui/chart.js";
import { Choice } from "../../ui/choice.js";
import { Icon } from "../../ui/icon.js";
import { List } from "../../ui/list.js";
import { complain } from "../../ui/toasts.js";
import { quote, toFilter } from "../records/search.js";
import { createEntries } from "./entries.js";
import { LogOptions } from "./options.js";
import { EntryPanel } from "./panel.js";
import { Rows } from "./rows.js";
import { LogSearch } from "./search.js";
import { RANGES, rangeOf, spanOf, written } from "./span.js";
import { fetchSummary, milliseconds, slotsOf, totalOf } from "./summary.js";

/** @typedef {import("./entries.js").Entry} Entry */
/** @typedef {import("./summary.js").Summary} Summary */

const LIVE_SECONDS = 2;
/** What other text than a filter is looked for in. */
const FIELDS = /** @type {any[]} */ ([{ name: "message", type: "text" }, { name: "data.error", type: "text" }]);
const LEVELS = /** @type {const} */ ({ all: "", warn: "level >= 4", error: "level >= 8" });
const withSuperusers = remembered("logs-superusers", false);
const live = remembered("logs-live", true);

export function Logs() {
  const { query } = route.value;
  const search = query.get("filter") ?? "";
  const level = query.get("level") ?? "all";
  const [turn, setTurn] = useState(0);
  const [open, setOpen] = useState(/** @type {Entry | null} */ (null));
  const [options, setOptions] = useState(false);
  const [selection, setSelection] = useState(/** @type {ReadonlyMap<string, Entry>} */ (new Map()));
  const place = ["from", "to", "range"].map((name) => query.get(name) ?? "").join();
  const span = useMemo(() => spanOf(query), [place, turn]);
  const filter = [toFilter(search, FIELDS), LEVELS[/** @type {keyof typeof LEVELS} */ (level)],
    !withSuperusers.value && "data.auth != '_superusers'"].filter(Boolean).map((one) => `(${one})`).join(" && ");
  const log = useMemo(() => createEntries(span, filter), [span, filter]);
  const summary = useLoaded(() => fetchSummary(span, filter), [span, filter]);
  useEffect(() => {
    void log.older();
    return () => log.stop();
  }, [log]);
  const isLive = live.value && span.isNow;
  useEvery(isLive ? LIVE_SECONDS : 0, async () => {
    const [before] = log.entries.value;
    await log.newer().catch(() => {});
    if (log.entries.value[0] !== before) await summary.again();
  });
  const named = query.get("entry");
  useEffect(() => {
    if (named) pb.send(`/api/logs/${encodeURIComponent(named)}`, {}).then(setOpen, complain);
  }, [named]);

  /** @param {Record<string, string>} changed */
  function show(changed) {
    const kept = Object.fromEntries(["filter", "level", "range", "from", "to"].map((name) => [name, query.get(name) ?? ""]));
    become(["logs"], { ...kept, ...changed });
  }
  /** @param {number} from @param {number} to  seconds */
  function zoom(from, to) {
    if (to - from >= 1) show({ from: new Date(from * 1000).toISOString(), to: new Date(to * 1000).toISOString() });
  }
  /** @param {number} step  spans to the right */
  function pan(step) {
    const length = (span.to.valueOf() - span.from.valueOf()) / 1000;
    const [from, to] = [span.from, span.to].map((time) => time.valueOf() / 1000 + (step * length) / 2);
    zoom(from ?? 0, to ?? 0);
  }
  const { error, entries } = log;
  const problem = error.value ? (statusOf(error.value) === 400 ? t("badFilter") : messageOf(error.value, t("unreachable"))) : "";
  return html`<main class="logs">
    <header>
      <h1>${t("logs")}</h1>
      <${IconButton} icon="refresh" label=${t("refresh")} onClick=${() => setTurn(turn + 1)} />
      <${IconButton} icon="settings" label=${t("logOptions")} onClick=${() => setOptions(true)} />
    </header>
    <${LogSearch} key=${search} search=${search} problem=${problem} onSearch=${(/** @type {string} */ filter) => show({ filter })} />
    <div class="log-controls">
      <${Choice} label=${t("logLevel")} chosen=${level} onChoose=${(/** @type {string} */ name) => show({ level: name === "all" ? "" : name })}
        options=${{ all: t("logLevelAll"), warn: t("logLevelWarn"), error: t("logLevelError") }} />
      <${Choice} label=${t("logRange")} chosen=${span.isNow ? rangeOf(query.get("range") ?? "") : ""}
        onChoose=${(/** @type {string} */ range) => show({ range, from: "", to: "" })}
        options=${Object.fromEntries(Object.keys(RANGES).map((name) => [name, t(`logRange_${/** @type {keyof typeof RANGES} */ (name)}`)]))} />
      <label class="check"><input type="checkbox" checked=${withSuperusers.value} onChange=${() => {
        withSuperusers.value = !withSuperusers.value;
      }} /><span>${t("logSuperusers")}</span></label>
      <label class="check"><input type="checkbox" checked=${live.value} disabled=${!span.isNow} onChange=${() => {
        live.value = !live.value;
      }} /><span>${t("logLive")}</span></label>
      <span class="spacer"></span>
      <${IconButton} icon="back" label=${t("logEarlier")} onClick=${() => pan(-1)} />
      <${IconButton} icon="next" label=${t("logLater")} disabled=${span.isNow} onClick=${() => pan(1)} />
      ${!span.isNow && html`<${Button} onClick=${() => show({ from: "", to: "" })}>${t("logReset")}<//>`}
    </div>
    <div class="log-scroll" tabindex="0" role="region" aria-label=${t("logs")}>
      ${summary.value && html`<${Figures} summary=${summary.value} onRange=${zoom} onSearch=${(/** @type {string} */ text) => show({ filter: text })} />`}
      <${Rows} ...${{ log, selection, onOpen: setOpen, onSelect: setSelection }} />
    </div>
    <footer class="grid-foot">
      ${selection.size > 0
        ? html`<div class="bulk" role="toolbar" aria-label=${t("selected", { count: selection.size })}>
            <strong>${t("selected", { count: selection.size })}</strong>
            <${Button} onClick=${() => setSelection(new Map())}>${t("clear")}<//>
            <${Button} onClick=${() => save([...selection.values()])}><${Icon} name="download" />JSON<//>
          </div>`
        : html`<span role="status">${summary.value ? t("logCount", { count: totalOf(summary.value) }) : t("loading")}</span>`}
      ${isLive && html`<span class="live chip"><${Icon} name="live" />${t("live")}</span>`}
    </footer>
    ${open && html`<${EntryPanel} key=${open.id} entry=${open} onClose=${() => {
      setOpen(null);
      if (named) show({});
    }} onSearch=${(/** @type {string} */ text) => {
      setOpen(null);
      show({ filter: text });
    }} />`}
    ${options && html`<${LogOptions} onClose=${() => setOptions(false)} onEmptied=${() => {
      setOptions(false);
      setSelection(new Map());
      setTurn(turn + 1);
    }} />`}
  </main>`;
}

/** @param {Entry[]} entries */
function save(entries) {
  download(`logs-${entries.length}.json`, [JSON.stringify(entries, null, 2)], "application/json");
}

/** @param {{ summary: Summary, onRange: (from: number, to: number) => void, onSearch: (search: string) => void }} props */
function Figures({ summary, onRange, onSearch }) {
  const [detail, setDetail] = useState(false);
  const { times, series } = useMemo(() => {
    const { times, slots } = slotsOf(summary);
    return { times, series: [
      { label: t("logEntries"), values: slots.map((slot) => slot?.total ?? 0), kind: /** @type {const} */ ("bars") },
      { label: t("logErrors"), values: slots.map((slot) => slot?.errors ?? 0), kind: /** @type {const} */ ("bars") },
    ] };
  }, [summary]);
  const { latency, routes, errors } = summary;
  return html`
    <${Chart} label=${t("logChart")} times=${times} series=${series} height=${150}
      onRange=${(/** @type {number} */ from, /** @type {number} */ to) => onRange(from, Math.max(to, from + summary.step))} />
    <p class="log-latency">
      <span>${t("logLatency")}</span>
      ${(/** @type {const} */ (["p50", "p95", "p99"])).map((name) => html`<span key=${name}>${name} <strong>${milliseconds(latency[name])}</strong></span>`)}
      <button type="button" class="link-button" aria-expanded=${detail} onClick=${() => setDetail(!detail)}>${t("logTop")}</button>
    </p>
    ${detail && html`<div class="log-tops">
      <section><h2>${t("logRoutes")}</h2><${List} label=${t("logRoutes")} rows=${routes} keyOf=${(/** @type {Summary["routes"][0]} */ one) => one.route}
        empty=${t("nothingFound")} onOpen=${(/** @type {Summary["routes"][0]} */ { route: name }) => onSearch(urlSearch(name))} columns=${[
          { title: t("logRoute"), cell: (/** @type {Summary["routes"][0]} */ one) => one.route },
          { title: t("logEntries"), end: true, cell: (/** @type {Summary["routes"][0]} */ one) => number(one.total) },
          { title: t("logErrors"), end: true, cell: (/** @type {Summary["routes"][0]} */ one) => number(one.errors) },
          { title: t("logMean"), end: true, cell: (/** @type {Summary["routes"][0]} */ one) => milliseconds(one.mean) },
        ]} /></section>
      <section><h2>${t("logTopErrors")}</h2><${List} label=${t("logTopErrors")} rows=${errors} keyOf=${(/** @type {Summary["errors"][0]} */ one) => `${one.status} ${one.error}`}
        empty=${t("nothingFound")} onOpen=${(/** @type {Summary["errors"][0]} */ { error }) => onSearch(`data.error = ${quote(error)} || message = ${quote(error)}`)} columns=${[
          { title: t("logError"), cell: (/** @type {Summary["errors"][0]} */ one) => `${one.status || ""} ${one.error}` },
          { title: t("logEntries"), end: true, cell: (/** @type {Summary["errors"][0]} */ one) => number(one.total) },
          { title: t("logLast"), end: true, cell: (/** @type {Summary["errors"][0]} */ one) => fromNow(one.last) },
        ]} /></section>
    </div>`}`;
}

/**
 * A filter for the requests of a route.
 * @param {string} name  as "GET /api/collections/posts/records/{id}"
 */
function urlSearch(name) {
  const [method = "", url = ""] = name.split(" ");
  return `data.method = ${quote(method)} && data.url ~ ${quote(`${url.replace(/\{\w+\}/g, "%")}%`)}`;
}

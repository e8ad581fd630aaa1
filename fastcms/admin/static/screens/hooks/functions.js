// Which functions run where, how that goes, and which files could not be loaded.

import { html } from "../../vendor/preact.js";
import { fromNow, locale, localTime, number, t } from "../../core/language.js";
import { List } from "../../ui/list.js";
import { State } from "../../ui/state.js";
import { First } from "./first.js";

/** @typedef {import("./screen.js").Placed} Placed */
/** @typedef {import("./screen.js").State} HooksState */

const KINDS = /** @type {const} */ (["event", "route", "middleware", "cron", "startup", "shutdown", "command"]);

/** @param {string} kind  one that is not known here stands under its own name */
function titleOf(kind) {
  const known = KINDS.find((one) => one === kind);
  return known ? t(`hooksKind_${known}`) : kind;
}

/** @param {{ state: HooksState }} props */
export function Functions({ state }) {
  const { functions, broken, lacking, folder } = state;
  const kinds = [...new Set([...KINDS, ...functions.map(({ kind }) => kind)])]
    .filter((kind) => functions.some((one) => one.kind === kind));
  return html`
    ${broken.map(({ file, error, trace, since }) => html`<section key=${file} class="card hooks-broken" role="alert">
      <h2><${State} kind="bad" text=${t("hooksBroken", { file })} /></h2>
      <p class="problem">${error}</p>
      <p>${since ? t("hooksBrokenSince", { when: localTime(since) }) : t("hooksBrokenNothing")}</p>
      ${trace && html`<details><summary>${t("hooksTrace")}</summary><pre tabindex="0">${trace}</pre></details>`}
    </section>`)}
    ${lacking.map((line) => html`<p key=${line} class="problem" role="alert">${line}</p>`)}
    ${functions.length === 0 && broken.length === 0
      ? html`<p>${t("hooksNone")}</p><${First} folder=${folder} />`
      : html`<p class="quiet">${t("hooksCounted", { process: String(state.process ?? "") })}</p>`}
    ${kinds.map((kind) => html`<section key=${kind} aria-labelledby=${`hooks-${kind}`}>
      <h2 id=${`hooks-${kind}`}>${titleOf(kind)}</h2>
      <${List} label=${titleOf(kind)} rows=${functions.filter((one) => one.kind === kind)}
        keyOf=${(/** @type {Placed} */ one) => [one.event, one.plugin, one.file, one.line, one.name].join(" ")} columns=${columns(kind)} />
    </section>`)}`;
}

/**
 * @param {string} kind
 * @returns {import("../../ui/list.js").Column<Placed>[]}
 */
function columns(kind) {
  const counts = kind !== "command";
  const isOrdered = kind === "event" || kind === "middleware";
  return [
    { title: t("hooksWhat"), cell: ({ event, tags }) => html`<code>${event}</code>
      ${tags.map((tag) => html` <span key=${tag} class="chip">${tag}</span>`)}` },
    { title: t("hooksFunction"), cell: ({ name }) => html`<code>${name}</code>` },
    { title: t("hooksPlace"), cell: ({ plugin, file, line }) => html`<span class="mono">${file}:${line}</span>
      ${plugin && html` <span class="chip">${t("hooksPlugin", { name: plugin })}</span>`}` },
    ...(isOrdered ? [{ title: t("hooksPriority"), end: true, cell: (/** @type {Placed} */ one) => number(one.priority) }] : []),
    ...(counts ? /** @type {import("../../ui/list.js").Column<Placed>[]} */ ([
      { title: t("hooksCalls"), end: true, cell: ({ calls }) => number(calls) },
      { title: t("hooksErrors"), cell: ({ errors, lastError, lastErrorAt }) => errors === 0 ? number(0)
        : html`<${State} kind="bad" text=${number(errors)} /> <span class="hooks-error">${lastError}</span>
          <span class="quiet">${fromNow(lastErrorAt)}</span>` },
      { title: "p50", end: true, cell: ({ p50 }) => milliseconds(p50) },
      { title: "p95", end: true, cell: ({ p95 }) => milliseconds(p95) },
      { title: t("hooksSlowest"), end: true, cell: ({ slowest }) => milliseconds(slowest) },
    ]) : []),
  ];
}

/** @param {number | null} value */
export function milliseconds(value) {
  if (value === null) return "–";
  return `${new Intl.NumberFormat(locale.value, { maximumSignificantDigits: 3 }).format(value)} ms`;
}

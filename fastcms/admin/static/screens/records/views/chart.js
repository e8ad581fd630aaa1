// Numbers of the records over time, or by the value of a field.

import { html, useMemo } from "../../../vendor/preact.js";
import { byName, titleOf } from "../../../core/collections.js";
import { number, t } from "../../../core/language.js";
import { useLoaded } from "../../../core/loaded.js";
import { remembered } from "../../../core/remembered.js";
import { pb } from "../../../core/client.js";
import { Chart } from "../../../ui/chart.js";
import { SelectField } from "../../../ui/field.js";
import { Failed, Loading } from "../../../ui/page.js";
import { byTime, byValue, endOf, beginOf, fittingStep } from "./counting.js";
import { fetchFound, holdsNothing } from "./found.js";
import { datesOf, groupsOf } from "./views.js";
import { quote } from "../search.js";

/** @typedef {import("./counting.js").Way} Way */
/** @typedef {import("./counting.js").Step} Step */
/** @typedef {import("../../../core/client.js").RecordModel} RecordModel */

const MOST = 20_000; // records
const BARS = 30;
const WAYS = /** @type {const} */ (["sum", "average", "least", "most"]);
const STEPS = /** @type {const} */ (["hour", "day", "week", "month", "year"]);

/** @param {import("./views.js").ViewProps} props */
export function ChartView({ collection, filter, news, onNarrow }) {
  const dates = datesOf(collection);
  const groups = groupsOf(collection);
  const numbers = collection.fields.filter(({ type }) => type === "number");
  const [firstBy] = [...dates, ...groups];
  const chosen = remembered(`chart:${collection.id}`, { by: "", number: "", way: /** @type {Way} */ ("sum"), step: "", kind: "bars" });
  const by = [...dates, ...groups].find(({ name }) => name === chosen.value.by) ?? firstBy;
  const of = numbers.find(({ name }) => name === chosen.value.number)?.name ?? "";
  const way = of ? chosen.value.way : "count";
  const byDate = by !== undefined && dates.includes(by);
  const name = by?.name ?? "";
  const { value: found, error, again } = useLoaded(
    () => fetchFound(collection, {
      filter, sort: byDate ? `-${name}` : "", fields: ["id", name, of].filter(Boolean).join(","), most: MOST,
    }),
    [collection.id, filter, news, name, of],
  );
  /** @param {Partial<typeof chosen.value>} change */
  const choose = (change) => {
    chosen.value = { ...chosen.value, ...change };
  };
  const step = useMemo(() => {
    if (STEPS.includes(/** @type {Step} */ (chosen.value.step))) return /** @type {Step} */ (chosen.value.step);
    const times = (found?.items ?? []).map((record) => new Date(String(record[name]).replace(" ", "T")).valueOf()).filter((time) => !Number.isNaN(time));
    const span = times.reduce(({ least, most }, time) => ({ least: Math.min(least, time), most: Math.max(most, time) }), { least: Infinity, most: 0 });
    return fittingStep(span.most - span.least);
  }, [found, chosen.value.step, name]);
  const label = of ? t(`way_${/** @type {typeof WAYS[number]} */ (way)}`, { name: of }) : t("records");

  return html`<section class="view" aria-label=${t("viewChart")}>
    <div class="view-choices">
      <${SelectField} label=${t("chartBy")} value=${name} onInput=${(/** @type {string} */ value) => choose({ by: value })}
        options=${[...dates, ...groups].map((field) => ({ value: field.name, label: field.name }))} />
      <${SelectField} label=${t("chartNumber")} value=${of} onInput=${(/** @type {string} */ value) => choose({ number: value })}
        options=${[{ value: "", label: t("chartCount") }, ...numbers.map((field) => ({ value: field.name, label: field.name }))]} />
      ${of && html`<${SelectField} label=${t("chartWay")} value=${way} onInput=${(/** @type {Way} */ value) => choose({ way: value })}
        options=${WAYS.map((one) => ({ value: one, label: t(`way_${one}`, { name: of }) }))} />`}
      ${byDate && html`<${SelectField} label=${t("chartStep")} value=${chosen.value.step} onInput=${(/** @type {string} */ value) => choose({ step: value })}
        options=${[{ value: "", label: t("stepFitting") }, ...STEPS.map((one) => ({ value: one, label: t(`step_${one}`) }))]} />
      <${SelectField} label=${t("chartKind")} value=${chosen.value.kind} onInput=${(/** @type {string} */ value) => choose({ kind: value })}
        options=${[{ value: "bars", label: t("chartBars") }, { value: "line", label: t("chartLine") }]} />`}
    </div>
    ${error ? html`<${Failed} error=${error} again=${again} />` : !found ? html`<${Loading} />` : html`
      <${Cut} found=${found} />
      ${byDate
        ? html`<${OverTime} ...${{ records: found.items, date: name, of, way, step, label, kind: chosen.value.kind, onNarrow }} />`
        : html`<${ByValue} collection=${collection} records=${found.items} group=${name} of=${of} way=${way} label=${label}
            onNarrow=${onNarrow} />`}`}
  </section>`;
}

/** @param {{ found: import("./found.js").Found }} props */
export function Cut({ found }) {
  const shown = found.items.length;
  return shown < found.total ? html`<p class="notice" role="status">${t("viewCut", { shown, total: found.total })}</p>` : null;
}

/**
 * @param {{ records: RecordModel[], date: string, of: string, way: Way, step: Step, label: string, kind: string,
 *   onNarrow: (condition: string) => void }} props
 */
function OverTime({ records, date, of, way, step, label, kind, onNarrow }) {
  const { times, values } = useMemo(() => byTime(records, { date, number: of, way, step }), [records, date, of, way, step]);
  const series = useMemo(
    () => [{ label, values, kind: /** @type {"bars" | "line"} */ (kind === "line" ? "line" : "bars") }], [label, values, kind],
  );
  if (!times.length) return html`<p class="quiet">${t("nothingFound")}</p>`;
  return html`<${Chart} label=${`${label} – ${date}`} times=${times} series=${series} height=${360}
      onRange=${(/** @type {number} */ from, /** @type {number} */ to) => {
        const begin = beginOf(new Date(from * 1000), step);
        const end = endOf(beginOf(new Date(to * 1000), step), step);
        onNarrow(`${date} >= '${utc(begin)}' && ${date} < '${utc(end)}'`);
      }} />
    <p class="help">${t("chartRangeHelp")}</p>`;
}

/** @param {Date} time */
function utc(time) {
  return time.toISOString().replace("T", " ");
}

/**
 * @param {{ collection: import("./views.js").CollectionModel, records: RecordModel[], group: string, of: string, way: Way,
 *   label: string, onNarrow: (condition: string) => void }} props
 */
function ByValue({ collection, records, group, of, way, label, onNarrow }) {
  const bars = useMemo(() => byValue(records, { group, number: of, way }), [records, group, of, way]);
  const shown = bars.slice(0, BARS);
  const field = collection.fields.find(({ name }) => name === group);
  const ids = field?.type === "relation" ? shown.map(({ value }) => value).filter(Boolean) : [];
  const { value: related } = useLoaded(
    async () => (ids.length && field && byName.value.get(field.collectionId)
      ? pb.collection(field.collectionId).getFullList({ filter: ids.map((id) => `id=${quote(id)}`).join("||") })
      : []),
    [ids.join()],
  );
  const titles = new Map((related ?? []).map((record) => [record.id, titleOf(record)]));
  const most = Math.max(...shown.map((bar) => Math.abs(bar.number)), 1);
  return html`<table class="bars">
    <caption class="hidden-text">${label}</caption>
    <thead class="hidden-text"><tr><th scope="col">${group}</th><th scope="col">${label}</th></tr></thead>
    <tbody>${shown.map(({ value, number: count }) => html`<tr key=${value}>
      <th scope="row"><button type="button" class="link-button" onClick=${() => onNarrow(condition(field, value))}>
        ${value === "" ? t("empty") : field?.type === "bool" ? t(value === "true" ? "yes" : "no") : (titles.get(value) ?? value)}</button></th>
      <td><span class="bar" style=${{ width: `${(Math.abs(count) / most) * 100}%` }}></span> <span>${number(count)}</span></td>
    </tr>`)}</tbody>
  </table>
  ${bars.length > BARS && html`<p class="quiet">${t("moreValues", { count: bars.length - BARS })}</p>`}`;
}

/**
 * @param {import("./views.js").Field | undefined} field
 * @param {string} value
 */
function condition(field, value) {
  if (!field) return "";
  const { name } = field;
  if (field.type === "bool") return `${name} = ${value}`;
  if (value === "") return holdsNothing(field);
  return field.maxSelect > 1 ? `${name}:each ?= ${quote(value)}` : `${name} = ${quote(value)}`;
}

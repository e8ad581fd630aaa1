// Records along a date of theirs, by day.

import { html, useEffect, useState } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { titleOf } from "../../../core/collections.js";
import { locale, t } from "../../../core/language.js";
import { remembered } from "../../../core/remembered.js";
import { Button } from "../../../ui/button.js";
import { SelectField } from "../../../ui/field.js";
import { Failed, Loading } from "../../../ui/page.js";
import { both } from "./found.js";
import { datesOf } from "./views.js";

/** @typedef {import("../../../core/client.js").RecordModel} RecordModel */

const PAGE = 50;

/** @param {import("./views.js").ViewProps} props */
export function TimelineView({ collection, filter, news, onOpen }) {
  const dates = datesOf(collection);
  const chosen = remembered(`timeline:${collection.id}`, { date: "", newestFirst: true });
  const date = dates.find(({ name }) => name === chosen.value.date)?.name ?? dates[0]?.name ?? "";
  const { newestFirst } = chosen.value;
  const [records, setRecords] = useState(/** @type {RecordModel[] | null} */ (null));
  const [isAll, setIsAll] = useState(false);
  const [error, setError] = useState(/** @type {unknown} */ (null));

  /** @param {number} page  from 1 */
  async function load(page) {
    try {
      const { items } = await pb.collection(collection.id).getList(page, PAGE, {
        filter: both(filter, `${date} != ''`), sort: `${newestFirst ? "-" : ""}${date},id`, skipTotal: true,
      });
      setRecords((old) => (page === 1 ? items : [...(old ?? []), ...items]));
      setIsAll(items.length < PAGE);
      setError(null);
    } catch (problem) {
      setError(problem);
    }
  }
  useEffect(() => void load(1), [collection.id, filter, news, date, newestFirst]);

  const days = new Intl.DateTimeFormat(locale.value, { dateStyle: "full" });
  const hours = new Intl.DateTimeFormat(locale.value, { timeStyle: "short" });
  /** @type {{ day: string, records: { record: RecordModel, time: Date }[] }[]} */
  const grouped = [];
  for (const record of records ?? []) {
    const time = new Date(String(record[date]).replace(" ", "T"));
    const day = days.format(time);
    if (grouped.at(-1)?.day !== day) grouped.push({ day, records: [] });
    grouped.at(-1)?.records.push({ record, time });
  }
  return html`<section class="view" aria-label=${t("viewTimeline")}>
    <div class="view-choices">
      <${SelectField} label=${t("timelineDate")} value=${date} options=${dates.map(({ name }) => ({ value: name, label: name }))}
        onInput=${(/** @type {string} */ value) => {
          chosen.value = { ...chosen.value, date: value };
        }} />
      <${SelectField} label=${t("timelineOrder")} value=${String(newestFirst)}
        options=${[{ value: "true", label: t("newestFirst") }, { value: "false", label: t("oldestFirst") }]}
        onInput=${(/** @type {string} */ value) => {
          chosen.value = { ...chosen.value, newestFirst: value === "true" };
        }} />
    </div>
    ${error ? html`<${Failed} error=${error} again=${() => load(1)} />` : !records ? html`<${Loading} />` : html`
      ${records.length === 0 && html`<p class="quiet">${t("nothingFound")}</p>`}
      <ol class="timeline">${grouped.map(({ day, records: those }) => html`<li key=${those[0]?.record.id}>
        <h2>${day}</h2>
        <ul>${those.map(({ record, time }) => html`<li key=${record.id}>
          <time datetime=${time.toISOString()} title=${`${record[date]} (UTC)`}>${hours.format(time)}</time>
          <button type="button" class="link-button" onClick=${() => onOpen(record)}>${titleOf(record)}</button>
        </li>`)}</ul>
      </li>`)}</ol>
      ${!isAll && html`<${Button} onClick=${() => load(Math.ceil(records.length / PAGE) + 1)}>${t("loadMore")}<//>`}`}
  </section>`;
}

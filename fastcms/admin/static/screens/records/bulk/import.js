// A file of records: looked at, checked without a trace, then taken in.

import { html, useState } from "../../../vendor/preact.js";
import { ask, messageOf } from "../../../core/client.js";
import { t } from "../../../core/language.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { Drop } from "../../../ui/drop.js";
import { CheckField, SelectField } from "../../../ui/field.js";
import { List } from "../../../ui/list.js";
import { say } from "../../../ui/toasts.js";
import { BadRows, badRowsOf } from "./problems.js";

/** @typedef {import("./problems.js").BadRow} BadRow */
/** @typedef {{ format: string, columns: { name: string, field: string }[], rows: { row: number, cells: string[] }[] }} Look */
/** @typedef {{ rows: number, created: number, updated: number, unchanged: number, bad: number, badRows?: BadRow[], imported: boolean }} Report */

const FORMATS = ["csv", "tsv", "json", "ndjson", "xlsx", "sqlite"];
const SEEN = 10; // rows
// The server takes neither from a file.
const NOT_READ = new Set(["file", "manyToMany"]);

/**
 * @param {{ collection: import("./chosen.js").CollectionModel, onClose: () => void, onDone: () => void }} props
 */
export function Import({ collection, onClose, onDone }) {
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  const [seen, setSeen] = useState(/** @type {Look | null} */ (null));
  const [fields, setFields] = useState(/** @type {Record<string, string>} */ ({}));
  const [upsertBy, setUpsertBy] = useState("");
  const [skipBad, setSkipBad] = useState(false);
  const [keepDates, setKeepDates] = useState(false);
  const [report, setReport] = useState(/** @type {Report | null} */ (null));
  const [problem, setProblem] = useState("");
  const [step, setStep] = useState("");

  /**
   * @param {File} sent
   * @param {[string, string][]} query
   */
  async function send(sent, query) {
    const suffix = sent.name.split(".").at(-1)?.toLowerCase() ?? "";
    const format = FORMATS.includes(suffix) ? suffix : suffix === "db" ? "sqlite" : "csv";
    const answer = await ask(`/api/collections/${collection.id}/import`, {
      method: "POST", query: [["format", format], ...query], type: "application/octet-stream", body: sent,
    });
    return answer.json();
  }
  /** @param {File | undefined} next */
  async function take(next) {
    if (!next) return;
    setFile(next);
    setSeen(null);
    setReport(null);
    setProblem("");
    setStep(t("importReading"));
    try {
      const look = /** @type {Look} */ (await send(next, [["look", String(SEEN)]]));
      setFields(Object.fromEntries(look.columns.map(({ name, field }) => [name, isRead(field) ? field : ""])));
      setUpsertBy(look.columns.some(({ field }) => field === "id") ? "id" : "");
      setSeen(look);
    } catch (error) {
      setProblem(messageOf(error, t("unreachable")));
    }
    setStep("");
  }
  /** @param {string} name */
  function isRead(name) {
    return !NOT_READ.has(collection.fields.find((field) => field.name === name)?.type ?? "");
  }
  /** @param {boolean} dryRun */
  async function run(dryRun) {
    if (!file || !seen) return;
    setProblem("");
    setStep(t(dryRun ? "importChecking" : "importWriting"));
    /** @type {[string, string][]} */
    const query = [
      ["dryRun", String(dryRun)], ["skipBad", String(skipBad)], ["keepDates", String(keepDates)], ["upsertBy", upsertBy],
      ...seen.columns.map(({ name }) => /** @type {[string, string]} */ (["map", `${name}=${fields[name] ?? ""}`])),
    ];
    try {
      const found = /** @type {Report} */ (await send(file, query));
      setReport(found);
      if (!dryRun) {
        say(t("bulkImported", { count: found.created + found.updated + found.unchanged }));
        onDone();
        if (found.bad === 0) onClose();
      }
    } catch (error) {
      const bad = badRowsOf(/** @type {any} */ (error).response?.data ?? {});
      setReport(bad.length ? { rows: bad.length, created: 0, updated: 0, unchanged: 0, bad: bad.length, badRows: bad, imported: false } : null);
      setProblem(messageOf(error, t("unreachable")));
    }
    setStep("");
  }
  const unique = collection.fields.filter(({ name }) => name === "id" || (collection.indexes ?? []).some(
    (/** @type {string} */ index) => /^\s*create\s+unique/i.test(index) && new RegExp(`\\(\\s*[\`"[]?${name}[\`"\\]]?\\s*\\)`, "i").test(index)));
  const hasDates = collection.fields.some(({ type, name }) => type === "autodate" && Object.values(fields).includes(name));
  const isReady = report !== null && !report.imported && (report.bad === 0 || skipBad) && report.rows > 0;
  /**
   * What was checked is no longer what will be imported.
   * @template T
   * @param {(value: T) => void} change
   */
  const anew = (change) => (/** @type {T} */ value) => {
    change(value);
    setReport(null);
  };
  return html`<${Dialog} side title=${t("importInto", { name: collection.name })} onClose=${onClose}
    footer=${html`
      ${step && html`<span class="quiet" role="status">${step}</span>`}
      ${problem && html`<span class="problem" role="alert">${problem}</span>`}
      <${Button} onClick=${onClose}>${t(report?.imported ? "close" : "cancel")}<//>
      <${Button} onClick=${() => run(true)} disabled=${!seen || step !== ""}>${t("importCheck")}<//>
      <${Button} kind="main" onClick=${() => run(false)} disabled=${!isReady || step !== ""}>${t("importAction")}<//>`}>
    <${Drop} onFiles=${(/** @type {FileList} */ files) => take(files[0])}>
      <label>${t("importFile")} <input type="file" accept=${FORMATS.map((name) => `.${name}`).join(",") + ",.db"}
        onChange=${(/** @type {Event & { currentTarget: HTMLInputElement }} */ event) => take(event.currentTarget.files?.[0])} /></label>
      <p class="help">${t("importFormats")}</p>
    <//>
    ${seen && html`
      <h3>${t("importColumns")}</h3>
      <${List} label=${t("importColumns")} rows=${seen.columns} keyOf=${(/** @type {Look["columns"][number]} */ column) => column.name}
        columns=${[
          { title: t("column"), cell: (/** @type {Look["columns"][number]} */ { name }) => html`<strong>${name}</strong>` },
          { title: t("importSample"), cell: (/** @type {Look["columns"][number]} */ column) => sample(seen, column.name) },
          { title: t("fieldName"), cell: (/** @type {Look["columns"][number]} */ { name }) => html`<select
            aria-label=${t("fieldOfColumn", { name })} value=${fields[name]}
            onChange=${(/** @type {Event & { currentTarget: HTMLSelectElement }} */ event) => {
              anew(setFields)({ ...fields, [name]: event.currentTarget.value });
            }}>
            <option value="">${t("leaveOut")}</option>
            ${collection.fields.filter((field) => isRead(field.name)).map((field) => html`<option key=${field.id} value=${field.name}>${field.name}</option>`)}
          </select>` },
        ]} />
      <div class="import-options">
        <${SelectField} label=${t("importUpsert")} help=${t("importUpsertHelp")} value=${upsertBy} onInput=${anew(setUpsertBy)}
          options=${[{ value: "", label: t("importOnlyNew") }, ...unique.map(({ name }) => ({ value: name, label: name }))]} />
        <${CheckField} label=${t("importSkipBad")} help=${t("importSkipBadHelp")} checked=${skipBad} onInput=${setSkipBad} />
        ${hasDates && html`<${CheckField} label=${t("importKeepDates")} checked=${keepDates} onInput=${anew(setKeepDates)} />`}
      </div>`}
    ${report && html`<section aria-label=${t("importReport")} role="status">
      <p><strong>${t(report.imported ? "importDone" : "importWould", { created: report.created, updated: report.updated, unchanged: report.unchanged })}</strong></p>
      ${report.bad > 0 && html`<${BadRows} bad=${report.badRows ?? []} total=${report.bad} />`}
    </section>`}
  <//>`;
}

/**
 * @param {Look} seen
 * @param {string} column
 */
function sample(seen, column) {
  const at = seen.columns.findIndex(({ name }) => name === column);
  const texts = seen.rows.map(({ cells }) => cells[at] ?? "").filter(Boolean).slice(0, 3);
  return html`<span class="quiet">${texts.map((text) => (text.length > 40 ? `${text.slice(0, 40)}…` : text)).join(" · ") || "–"}</span>`;
}

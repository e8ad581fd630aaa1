// Jobs by the clock: when they are due, how the last run went, and a run at once.

import { html, useState } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { inWords, nextRun } from "../../../core/cron.js";
import { useEvery } from "../../../core/every.js";
import { fromNow, localTime, number, t } from "../../../core/language.js";
import { useLoaded } from "../../../core/loaded.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { List } from "../../../ui/list.js";
import { Failed, Page } from "../../../ui/page.js";
import { State } from "../../../ui/state.js";
import { complain, say } from "../../../ui/toasts.js";
import { loadCrons, loadRuns, stateOf } from "./runs.js";

/** @typedef {import("./runs.js").Cron & { last: import("./runs.js").Run | undefined }} Row */

const SYSTEM = /** @type {const} */ ({
  __pbDBOptimize__: "cronOptimize", __pbMFACleanup__: "cronFactors", __pbOTPCleanup__: "cronCodes",
  __pbLogsCleanup__: "cronLogs", __pbAutoBackup__: "cronBackup",
});
const RUNS = 100;

export function Crons() {
  const { value, error, again } = useLoaded(load, []);
  const [open, setOpen] = useState("");
  useEvery(value?.some(({ last }) => last && !last.finished) ? 1 : 30, again);
  const shown = value?.find(({ id }) => id === open);

  /** @param {Row} row */
  async function run({ id }) {
    try {
      await pb.crons.run(id);
      say(t("cronStarted", { name: id }));
      await again();
    } catch (problem) {
      complain(problem);
    }
  }
  return html`<${Page} title=${t("crons")} text=${t("cronsText")} wide>
    ${error && html`<${Failed} error=${error} again=${again} />`}
    ${(value || !error) && html`<${List} label=${t("crons")} rows=${value} keyOf=${(/** @type {Row} */ row) => row.id}
      onOpen=${(/** @type {Row} */ row) => setOpen(row.id)} columns=${[
        { title: t("job"), cell: name },
        { title: t("cronWhen"), cell: (/** @type {Row} */ { expression }) => html`${inWords(expression)}<br /><code class="quiet">${expression}</code>` },
        { title: t("cronNext"), cell: (/** @type {Row} */ { expression }) => next(expression) },
        { title: t("cronLast"), cell: (/** @type {Row} */ { last }) => last && html`<${State} ...${stateOf(last, last)} /><br />
          <span class="quiet" title=${localTime(last.started)}>${fromNow(last.started)}</span>` },
        { title: "", end: true, cell: (/** @type {Row} */ row) => html`<${Button} onClick=${() => run(row)}
          aria-label=${t("cronRunName", { name: row.id })}>${t("cronRun")}<//>` },
      ]} />`}
    ${shown && html`<${History} cron=${shown} onClose=${() => setOpen("")} />`}
  <//>`;
}

/** @returns {Promise<Row[]>} */
async function load() {
  const crons = await loadCrons();
  return Promise.all(crons.map(async (cron) => ({ ...cron, last: (await loadRuns(cron.id, 1))[0] })));
}

/** @param {Row} row */
function name({ id }) {
  const text = /** @type {Record<string, import("../../../core/language.js").Key>} */ (SYSTEM)[id];
  return text ? t(text) : id;
}

/** @param {string} expression */
function next(expression) {
  const due = nextRun(expression);
  if (!due) return t("cronNever");
  const text = due.toISOString();
  return html`${fromNow(text)}<br /><span class="quiet">${localTime(text)}</span>`;
}

/** @param {{ cron: Row, onClose: () => void }} props */
function History({ cron, onClose }) {
  const { value, error, again } = useLoaded(() => loadRuns(cron.id, RUNS), [cron.id, cron.last?.id, cron.last?.finished]);
  return html`<${Dialog} side title=${name(cron)} onClose=${onClose}>
    <dl class="facts">
      <dt>${t("cronId")}</dt><dd><code>${cron.id}</code></dd>
      <dt>${t("cronWhen")}</dt><dd>${inWords(cron.expression)} <code>${cron.expression}</code></dd>
    </dl>
    ${error ? html`<${Failed} error=${error} again=${again} />` : html`<${List} label=${t("runs")} rows=${value}
      keyOf=${(/** @type {import("./runs.js").Run} */ run) => String(run.id)} empty=${t("runsNone")} columns=${[
        { title: t("runStarted"), cell: (/** @type {import("./runs.js").Run} */ run) => localTime(run.started) },
        { title: t("runBy"), cell: (/** @type {import("./runs.js").Run} */ run) => t(run.scheduled ? "runByClock" : "runByHand") },
        { title: t("runSeconds"), end: true, cell: (/** @type {import("./runs.js").Run} */ run) => (run.finished ? number(run.seconds) : "") },
        { title: t("runEnd"), cell: (/** @type {import("./runs.js").Run} */ run) => html`<${State} ...${stateOf(run, value?.[0])} />
          ${run.error && html`<p class="problem">${run.error}</p>`}` },
      ]} />`}
  <//>`;
}

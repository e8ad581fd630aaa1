// What the server is doing beside requests, and what it has done.

import { html, useState } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { useEvery } from "../../../core/every.js";
import { fromNow, localTime, number, t } from "../../../core/language.js";
import { useLoaded } from "../../../core/loaded.js";
import { CheckField, SelectField } from "../../../ui/field.js";
import { List } from "../../../ui/list.js";
import { Failed, Loading, Page } from "../../../ui/page.js";
import { Progress } from "../../../ui/progress.js";
import { State } from "../../../ui/state.js";
import { loadProgress } from "../backups/known.js";
import { loadCrons, loadRuns, stateOf } from "../crons/runs.js";

/** @typedef {import("../crons/runs.js").Run} Run */
/** @typedef {import("../backups/known.js").Progress} BackupProgress */
/** @typedef {{ id: string, what: string, started: string, progress?: BackupProgress }} Work */

const RUNS = 100;
const SHOWN = 200;

export function Jobs() {
  const { value, error, again } = useLoaded(load, []);
  const [job, setJob] = useState("");
  const [onlyFailed, setOnlyFailed] = useState(false);
  useEvery(value?.works.length ? 1 : 5, again);
  const runs = value?.runs.filter((run) => (!job || run.job === job) && (!onlyFailed || run.error)) ?? [];
  return html`<${Page} title=${t("jobs")} text=${t("jobsText")} wide>
    ${error && html`<${Failed} error=${error} again=${again} />`}
    ${!value ? !error && html`<${Loading} />` : html`
      <h2>${t("jobsNow")}</h2>
      <${List} label=${t("jobsNow")} rows=${value.works} keyOf=${(/** @type {Work} */ work) => work.id} empty=${t("jobsIdle")} columns=${[
        { title: t("job"), cell: (/** @type {Work} */ work) => work.what },
        { title: t("runStarted"), cell: (/** @type {Work} */ work) => (work.started ? fromNow(work.started) : "") },
        { title: t("opsProgress"), cell: (/** @type {Work} */ work) => work.progress
          ? html`<${Progress} ...${work.progress} />` : html`<${State} kind="busy" text=${t("runRuns")} />` },
      ]} />
      <h2>${t("jobsPast")}</h2>
      <div class="filters">
        <${SelectField} label=${t("job")} value=${job} onInput=${setJob} options=${[
          { value: "", label: t("opsAll") }, ...value.jobs.map((id) => ({ value: id, label: id })),
        ]} />
        <${CheckField} label=${t("jobsFailed")} checked=${onlyFailed} onInput=${setOnlyFailed} />
      </div>
      <${List} label=${t("jobsPast")} rows=${runs.slice(0, SHOWN)} keyOf=${(/** @type {Run} */ run) => String(run.id)} empty=${t("runsNone")} columns=${[
        { title: t("job"), cell: (/** @type {Run} */ run) => html`<code>${run.job}</code>` },
        { title: t("runStarted"), cell: (/** @type {Run} */ run) => localTime(run.started) },
        { title: t("runBy"), cell: (/** @type {Run} */ run) => t(run.scheduled ? "runByClock" : "runByHand") },
        { title: t("runSeconds"), end: true, cell: (/** @type {Run} */ run) => (run.finished ? number(run.seconds) : "") },
        { title: t("runEnd"), cell: (/** @type {Run} */ run) => html`
          <${State} ...${stateOf(run, value.runs.find((other) => other.job === run.job))} />
          ${run.error && html`<p class="problem">${run.error}</p>`}` },
      ]} />`}
  <//>`;
}

/** @returns {Promise<{ works: Work[], runs: Run[], jobs: string[] }>} */
async function load() {
  const [crons, progress, tasks] = await Promise.all([
    loadCrons(),
    loadProgress(),
    pb.send("/api/queue", { method: "GET", query: { state: "running", perPage: RUNS } }),
  ]);
  const all = await Promise.all(crons.map(({ id }) => loadRuns(id, RUNS)));
  const running = all.flatMap(([newest]) => (newest && !newest.finished ? [newest] : []));
  /** @type {Work[]} */
  const works = [
    ...(progress.action ? [{ id: "backup", what: whatOf(progress), started: progress.started, progress }] : []),
    ...running.map((run) => ({ id: `run ${run.id}`, what: run.job, started: run.started })),
    ...tasks.items.map((/** @type {{ id: number, label: string }} */ task) => ({ id: `task ${task.id}`, what: task.label, started: "" })),
  ];
  const runs = all.flat().sort((one, other) => other.id - one.id);
  return { works, runs, jobs: crons.map(({ id }) => id) };
}

/** @param {BackupProgress} progress */
function whatOf({ action, key }) {
  return t(action === "restore" ? "backupRestoring" : "backupMaking", { name: key });
}

// What runs by the clock, and what became of its runs.

import { pb } from "../../../core/client.js";
import { t } from "../../../core/language.js";

/** @typedef {{ id: string, expression: string }} Cron */
/** @typedef {{ id: number, job: string, scheduled: boolean, started: string, finished: string, seconds: number, error: string }} Run */

/** @returns {Promise<Cron[]>} */
export function loadCrons() {
  return pb.crons.getFullList();
}

/**
 * The newest runs of a job, the last one first.
 * @param {string} job
 * @param {number} most
 * @returns {Promise<Run[]>}
 */
export async function loadRuns(job, most) {
  const path = `/api/crons/${encodeURIComponent(job)}/runs`;
  const { items } = await pb.send(path, { method: "GET", query: { perPage: most, page: 1 } });
  return items;
}

/**
 * How a run ended.
 * @param {Run} run
 * @param {Run | undefined} newest  of the same job
 * @returns {{ kind: import("../../../ui/state.js").Kind, text: string }}
 */
export function stateOf(run, newest) {
  if (run.error) return { kind: "bad", text: t("runFailed") };
  if (run.finished) return { kind: "good", text: t("runDone") };
  // The server does not say when it was stopped amid a run.
  return newest?.id === run.id ? { kind: "busy", text: t("runRuns") } : { kind: "quiet", text: t("runCutOff") };
}

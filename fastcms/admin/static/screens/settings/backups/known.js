// What is known of backups: those that are kept, what is under way, how those by the clock went.

import { pb } from "../../../core/client.js";
import { t } from "../../../core/language.js";
import { remembered } from "../../../core/remembered.js";
import { loadRuns } from "../crons/runs.js";

/** @typedef {{ key: string, size: number, modified: string }} Backup */
/** @typedef {{ action: string, key: string, step: string, done: number, total: number, started: string, error: string }} Progress */
/** @typedef {{ at: string, problems: string[], files: number, rows: number }} Verdict */
/** @typedef {{ backups: Backup[], progress: Progress, cron: string, keep: number, failure: import("../crons/runs.js").Run | null }} Known */

const JOB = "__pbAutoBackup__";
const verdicts = remembered("backups:verdicts", /** @type {Record<string, Verdict>} */ ({}));

/** @returns {Promise<Known>} */
export async function loadBackups() {
  const [backups, progress, settings] = await Promise.all([
    pb.backups.getFullList(), loadProgress(), pb.settings.getAll(),
  ]);
  const { cron, cronMaxKeep } = settings.backups;
  const [last] = cron ? await loadRuns(JOB, 1) : [];
  backups.sort((one, other) => other.modified.localeCompare(one.modified));
  return { backups, progress, cron, keep: cronMaxKeep, failure: last?.error ? last : null };
}

/** @returns {Promise<Progress>} */
export function loadProgress() {
  return pb.send("/api/backups-progress", { method: "GET" });
}

/** @param {string} key */
export function kindOf(key) {
  if (key.startsWith("@auto_")) return t("backupAutomatic");
  const series = /^([a-z0-9-]+)_.*_\d{14}\.zip$/.exec(key)?.[1];
  return series && series !== "pb" ? t("backupSeries", { name: series }) : t("backupByHand");
}

/** @param {Backup} backup  what this browser saw when it was examined, if it is still the same one */
export function verdictOf({ key, modified }) {
  return verdicts.value[`${key} ${modified}`];
}

/**
 * Unpacks a backup and looks at all of it.
 * @param {Backup} backup
 * @returns {Promise<Verdict>}
 */
export async function verify({ key, modified }) {
  const found = await pb.send(`/api/backups/${encodeURIComponent(key)}/verify`, { method: "POST" });
  const verdict = { at: new Date().toISOString(), problems: found.problems, files: found.files, rows: found.rows };
  verdicts.value = { ...verdicts.value, [`${key} ${modified}`]: verdict };
  return verdict;
}

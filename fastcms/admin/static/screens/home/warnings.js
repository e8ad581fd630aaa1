// What somebody should look at, each with the place where it is mended.

import { html } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { fromNow, t } from "../../core/language.js";
import { address } from "../../core/router.js";
import { useLoaded } from "../../core/loaded.js";
import { Button } from "../../ui/button.js";
import { Failed, Loading } from "../../ui/page.js";
import { backUp } from "../palette/actions.js";

/** @typedef {{ kind: string, what: string, problem: string, remedy: string, severity: "error" | "warning" | "hint" }} Finding */

/** A backup older than that is no longer a recent one. */
const RECENT_DAYS = 7;
const ORDER = ["error", "warning", "hint"];

/** @returns {Promise<Finding[]>} the gravest first */
async function find() {
  const [findings, backup] = await Promise.all([pb.send("/api/health/findings", {}), missingBackup()]);
  const all = /** @type {Finding[]} */ ([...findings, ...backup]);
  return all.sort((one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity));
}

/** @returns {Promise<Finding[]>} */
async function missingBackup() {
  const backups = await pb.backups.getFullList();
  const newest = backups.map(({ modified }) => modified).sort().at(-1);
  const oldest = new Date(Date.now() - RECENT_DAYS * 86_400_000).toISOString().replace("T", " ");
  if (newest && newest > oldest) return [];
  const problem = newest ? t("homeOldBackup", { when: fromNow(newest) }) : t("homeNoBackup");
  return [{ kind: "backup", what: "", problem, remedy: t("homeBackupRemedy"), severity: "warning" }];
}

/**
 * Where it is mended, "" if that is not in the dashboard.
 * @param {Finding} finding
 */
function placeOf({ kind, what }) {
  if (kind === "rules" || kind === "superusers") return address(["schema", what]);
  if (kind === "hooks") return address(["hooks"]);
  const page = {
    backup: "automatic-backups",
    job: what === "__pbAutoBackup__" ? "automatic-backups" : "crons",
    mail: "mail",
    queue: "queue",
    setting: what === "secrets" ? "encryption" : "application",
  }[kind];
  return page ? address(["settings", page]) : "";
}

/** @param {string} kind */
function titleOf(kind) {
  if (kind === "backup" || kind === "disk" || kind === "hooks" || kind === "job" || kind === "mail" || kind === "queue" || kind === "rules"
    || kind === "setting" || kind === "superusers") return t(`homeKind_${kind}`);
  return kind;
}

export function Warnings() {
  const { value, error, again } = useLoaded(find, []);
  if (error) return html`<${Failed} error=${error} again=${again} />`;
  if (!value) return html`<${Loading} />`;
  if (!value.length) return html`<p class="quiet">${t("homeNoWarnings")}</p>`;
  return html`<ul class="home-list">${value.map((finding) => html`<li key=${`${finding.kind} ${finding.what} ${finding.problem}`}>
    <span class=${`chip home-${finding.severity}`}>${t(`homeSeverity_${finding.severity}`)}</span>
    <div>
      <strong>${titleOf(finding.kind)}${finding.what && `: ${finding.what}`}</strong>
      <p>${finding.problem}</p>
      <p class="quiet">${finding.remedy}</p>
    </div>
    ${finding.kind === "backup" && html`<${Button} onClick=${async () => {
      await backUp();
      await again();
    }}>${t("paletteBackup")}<//>`}
    ${placeOf(finding) && html`<a class="button plain" href=${placeOf(finding)}
      aria-label=${t("homeMendWhat", { what: finding.what || titleOf(finding.kind) })}>${t("homeMend")}</a>`}
  </li>`)}</ul>`;
}

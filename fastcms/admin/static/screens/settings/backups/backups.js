// Backups: made, sent here, examined, fetched, restored, deleted.

import { html, useRef, useState } from "../../../vendor/preact.js";
import { pb, problemsOf } from "../../../core/client.js";
import { inWords, nextRun } from "../../../core/cron.js";
import { useEvery } from "../../../core/every.js";
import { fromNow, localTime, size, t } from "../../../core/language.js";
import { useLoaded } from "../../../core/loaded.js";
import { address } from "../../../core/router.js";
import { Button } from "../../../ui/button.js";
import { Dialog, confirm } from "../../../ui/dialog.js";
import { TextField } from "../../../ui/field.js";
import { Icon } from "../../../ui/icon.js";
import { List } from "../../../ui/list.js";
import { Menu } from "../../../ui/menu.js";
import { Failed, Page } from "../../../ui/page.js";
import { Progress } from "../../../ui/progress.js";
import { State } from "../../../ui/state.js";
import { complain, say } from "../../../ui/toasts.js";
import { kindOf, loadBackups, verdictOf, verify } from "./known.js";
import { Restore } from "./restore.js";
import { sendFile } from "./send.js";

/** @typedef {import("./known.js").Backup} Backup */

export function Backups() {
  const { value, error, again } = useLoaded(loadBackups, []);
  const [open, setOpen] = useState(/** @type {"" | "new" | "restore"} */ (""));
  const [chosen, setChosen] = useState("");
  const [making, setMaking] = useState("");
  const [examined, setExamined] = useState("");
  const progress = value?.progress.action ? value.progress : null;
  useEvery(making || progress ? 1 : 15, again);

  /** @param {string} name  "" for one that the server finds */
  async function make(name) {
    setMaking(name || "…");
    try {
      await pb.backups.create(name);
      say(t("backupMade"));
    } finally {
      setMaking("");
      await again();
    }
  }
  /** @param {Backup} backup */
  async function examine(backup) {
    setExamined(backup.key);
    try {
      const { problems } = await verify(backup);
      if (problems.length) say(t("backupUnsound", { name: backup.key, problem: problems.join(" ") }), { kind: "bad" });
      else say(t("backupSound", { name: backup.key }));
    } catch (problem) {
      complain(problem);
    }
    setExamined("");
  }
  /** @param {Backup} backup */
  async function fetchIt({ key }) {
    try {
      const link = document.createElement("a");
      link.href = pb.backups.getDownloadURL(await pb.files.getToken(), key);
      link.download = key;
      link.click();
    } catch (problem) {
      complain(problem);
    }
  }
  /** @param {Backup} backup */
  async function remove({ key }) {
    const sure = await confirm({ title: t("backupDeleteTitle"), text: t("backupDeleteText"), action: t("delete"), typed: key });
    if (!sure) return;
    try {
      await pb.backups.delete(key);
      say(t("backupDeleted", { name: key }));
    } catch (problem) {
      complain(problem);
    }
    await again();
  }
  const isBusy = making !== "" || progress !== null;
  return html`<${Page} title=${t("backups")} text=${t("backupsText")} wide actions=${html`
    <${Upload} onDone=${again} />
    <${Button} kind="main" disabled=${isBusy} onClick=${() => setOpen("new")}>${t("backupNew")}<//>`}>
    ${error && html`<${Failed} error=${error} again=${again} />`}
    ${value && html`<${Plan} known=${value} />`}
    ${value?.progress.error && html`<p class="notice" role="alert"><${Icon} name="warning" />
      <span>${t("backupRestoreFailed", { name: value.progress.key, reason: value.progress.error })}</span></p>`}
    ${progress ? html`<div class="notice"><span>${t(progress.action === "restore" ? "backupRestoring" : "backupMaking", { name: progress.key })}
      <${Progress} ...${progress} /></span></div>` : making && html`<p class="notice" role="status">${t("backupBegins")}</p>`}
    ${(value || !error) && html`<${List} label=${t("backups")} rows=${value?.backups ?? null} keyOf=${(/** @type {Backup} */ one) => one.key}
      empty=${t("backupsNone")} columns=${[
        { title: t("backupName"), cell: (/** @type {Backup} */ one) => html`<span class="mono">${one.key}</span>` },
        { title: t("backupTime"), cell: (/** @type {Backup} */ one) => html`${localTime(one.modified)}<br /><span class="quiet">${fromNow(one.modified)}</span>` },
        { title: t("backupSize"), end: true, cell: (/** @type {Backup} */ one) => size(one.size) },
        { title: t("backupKind"), cell: (/** @type {Backup} */ one) => kindOf(one.key) },
        { title: t("backupVerdict"), cell: (/** @type {Backup} */ one) => html`<${Verdict} backup=${one} isBusy=${examined === one.key} />` },
        { title: "", end: true, cell: (/** @type {Backup} */ one) => html`<${Menu} label=${t("backupActions", { name: one.key })}
          button=${html`<${Icon} name="more" />`}>${(/** @type {() => void} */ close) => {
            const item = (/** @type {string} */ text, /** @type {() => unknown} */ act) => html`<button type="button" onClick=${() => {
              close();
              void act();
            }}>${text}</button>`;
            return html`
              ${item(t("backupVerify"), () => examine(one))}
              ${item(t("backupDownload"), () => fetchIt(one))}
              ${item(t("backupRestore"), () => {
                setChosen(one.key);
                setOpen("restore");
              })}
              ${item(t("delete"), () => remove(one))}`;
          }}<//>` },
      ]} />`}
    ${open === "new" && html`<${NewBackup} make=${make} onClose=${() => setOpen("")} />`}
    ${open === "restore" && html`<${Restore} name=${chosen} onClose=${() => {
      setOpen("");
      void again();
    }} />`}
  <//>`;
}

/** @param {{ known: import("./known.js").Known }} props  what happens by the clock */
function Plan({ known: { cron, keep, failure } }) {
  const next = cron ? nextRun(cron) : null;
  const link = html`<a href=${address(["settings", "automatic-backups"])}>${t("backupPlanChange")}</a>`;
  return html`<p class="notice"><span>${cron
      ? t("backupPlan", { when: inWords(cron), next: next ? localTime(next.toISOString()) : t("cronNever"), keep })
      : t("backupNoPlan")}</span> ${link}</p>
    ${failure && html`<p class="notice" role="alert"><${Icon} name="warning" />
      <span>${t("backupFailed", { when: localTime(failure.finished), reason: failure.error })}</span></p>`}`;
}

/** @param {{ backup: Backup, isBusy: boolean }} props */
function Verdict({ backup, isBusy }) {
  if (isBusy) return html`<${State} kind="busy" text=${t("backupExamining")} />`;
  const verdict = verdictOf(backup);
  if (!verdict) return html`<span class="quiet">${t("backupNotExamined")}</span>`;
  const { problems, files, rows } = verdict;
  return problems.length
    ? html`<${State} kind="bad" text=${t("backupIsUnsound")} /><p class="problem">${problems.join(" ")}</p>`
    : html`<${State} kind="good" text=${t("backupIsSound")} /><br /><span class="quiet">${t("backupHolds", { rows, files })}</span>`;
}

/** @param {{ make: (name: string) => Promise<void>, onClose: () => void }} props */
function NewBackup({ make, onClose }) {
  const [name, setName] = useState("");
  const [problem, setProblem] = useState("");
  const [isBusy, setIsBusy] = useState(false);

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    setIsBusy(true);
    setProblem("");
    try {
      await make(name && !name.endsWith(".zip") ? `${name}.zip` : name);
      onClose();
    } catch (error) {
      const { name: wrong } = problemsOf(error);
      if (wrong) setProblem(wrong);
      else complain(error);
      setIsBusy(false);
    }
  }
  return html`<${Dialog} title=${t("backupNew")} onClose=${onClose}>
    <form onSubmit=${submit}>
      <${TextField} label=${t("backupName")} help=${t("backupNameHelp")} value=${name} onInput=${setName} problem=${problem}
        spellcheck=${false} autocomplete="off" />
      ${isBusy && html`<p role="status">${t("backupBegins")}</p>`}
      <div class="buttons">
        <${Button} onClick=${onClose}>${t(isBusy ? "close" : "cancel")}<//>
        <${Button} type="submit" kind="main" busy=${isBusy}>${t("backupMake")}<//>
      </div>
    </form>
  <//>`;
}

/** @param {{ onDone: () => unknown }} props */
function Upload({ onDone }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [share, setShare] = useState(-1);
  const [stop, setStop] = useState(() => () => {});

  /** @param {Event & { currentTarget: HTMLInputElement }} event */
  async function take(event) {
    const { currentTarget } = event;
    const [file] = currentTarget.files ?? [];
    if (!file) return;
    setShare(0);
    const sending = sendFile("/api/backups/upload", file, setShare);
    setStop(() => sending.stop);
    try {
      await sending.done;
      say(t("backupUploaded", { name: file.name }));
      await onDone();
    } catch (problem) {
      complain(problem);
    }
    setShare(-1);
    currentTarget.value = "";
  }
  return html`<input ref=${input} type="file" accept=".zip,application/zip" hidden aria-label=${t("backupUpload")} onChange=${take} />
    ${share < 0 ? html`<${Button} onClick=${() => input.current?.click()}>${t("backupUpload")}<//>` : html`
      <progress value=${share} max="1" aria-label=${t("backupUpload")}></progress>
      <${Button} onClick=${stop}>${t("cancel")}<//>`}`;
}

// How the server is: what it complains of, what it takes, and how much there is.

import { html, useState } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { collections } from "../../core/collections.js";
import { number, size, t } from "../../core/language.js";
import { useLoaded } from "../../core/loaded.js";
import { address } from "../../core/router.js";
import { Button } from "../../ui/button.js";
import { Failed, Loading } from "../../ui/page.js";
import { complain } from "../../ui/toasts.js";

const COUNTED = 30;

/** @typedef {ReturnType<typeof useLoaded<any>>} Details */

/** @returns {Details} */
export function useDetails() {
  return useLoaded(() => pb.send("/api/health/details", {}), []);
}

/** @param {{ details: Details }} props */
export function Health({ details: { value, error, again } }) {
  if (error) return html`<${Failed} error=${error} again=${again} />`;
  if (!value) return html`<${Loading} />`;
  const { problems, versions, server, queue, mail, backup, storage } = value;
  return html`
    ${problems.length === 0
      ? html`<p><span class="chip">${t("homeWell")}</span></p>`
      : html`<ul class="home-list">${problems.map((/** @type {any} */ one) => html`<li key=${one.name}>
          <span class="chip home-warning">${t("homeSeverity_warning")}</span>
          <div><strong>${one.name}</strong><p>${one.problem}</p><p class="quiet">${one.remedy}</p></div>
        </li>`)}</ul>`}
    <dl class="home-facts">
      <dt>${t("homeVersions")}</dt><dd>FastCMS ${versions.fastcms}, Python ${versions.python}, SQLite ${versions.sqlite}</dd>
      <dt>${t("homeWorkers")}</dt><dd>${number(server.workers)}</dd>
      ${queue && html`<dt>${t("homeQueue")}</dt><dd>${Object.entries(queue).filter(([, count]) => typeof count === "number")
        .map(([name, count]) => `${name} ${number(/** @type {number} */ (count))}`).join(", ")}</dd>`}
      <dt>${t("homeMail")}</dt><dd>${mail.configured ? mail.by : t("no")}</dd>
      <dt>${t("homeStorage")}</dt><dd>${storage.place}</dd>
      ${backup && html`<dt>${t("homeBackup")}</dt><dd>${backup.action} ${backup.key}</dd>`}
    </dl>`;
}

/** @param {{ details: Details }} props */
export function Storage({ details: { value, error, again } }) {
  const [files, setFiles] = useState(/** @type {any} */ (null));
  if (error) return html`<${Failed} error=${error} again=${again} />`;
  if (!value) return html`<${Loading} />`;
  const { database, disk } = value;
  async function count() {
    try {
      setFiles((await pb.send("/api/health/details", { query: { files: true } })).storage);
    } catch (problem) {
      complain(problem);
    }
  }
  return html`<dl class="home-facts">
      <dt>${t("homeDatabase")}</dt><dd>${size(database.bytes + database.walBytes)}</dd>
      <dt>${t("homeLog")}</dt><dd>${size(database.logBytes)}</dd>
      <dt>${t("homeFiles")}</dt><dd>${files
        ? t(files.isAll ? "homeFilesAll" : "homeFilesSome", { count: files.files ?? 0, size: size(files.bytes ?? 0) })
        : html`<${Button} onClick=${count}>${t("homeCountFiles")}<//>`}</dd>
      <dt id="home-disk">${t("homeDisk")}</dt><dd>${t("homeDiskFree", { free: size(disk.free), total: size(disk.total) })}</dd>
    </dl>
    <meter class="home-meter" aria-labelledby="home-disk" min="0" max=${disk.total} high=${disk.total * 0.9} value=${disk.total - disk.free}></meter>`;
}

/** How many records each collection has. */
export function Counts() {
  const own = (collections.value ?? []).filter(({ system }) => !system).slice(0, COUNTED);
  const { value, error, again } = useLoaded(() => Promise.all(own.map(async ({ id }) => {
    const page = await pb.collection(id).getList(1, 1, { fields: "id" });
    return page.totalItems;
  })), [own.map(({ id }) => id).join()]);
  if (error) return html`<${Failed} error=${error} again=${again} />`;
  return html`<ul class="home-counts">${own.map(({ id, name }, index) => html`<li key=${id}>
    <a href=${address(["collections", name])}>${name}</a><strong>${number(value?.[index] ?? 0)}</strong>
  </li>`)}</ul>`;
}

// The definitions of chosen collections, as a file.

import { html, useState } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { collections } from "../../../core/collections.js";
import { download } from "../../../core/download.js";
import { t } from "../../../core/language.js";
import { useLoaded } from "../../../core/loaded.js";
import { Button } from "../../../ui/button.js";
import { CheckField } from "../../../ui/field.js";
import { Icon } from "../../../ui/icon.js";
import { Failed, Loading, Page } from "../../../ui/page.js";
import { loadSheet } from "../../../ui/sheet.js";
import { complain, say } from "../../../ui/toasts.js";

void loadSheet("styles/transfer.css");

export function ExportCollections() {
  const all = collections.value ?? [];
  const [left, setLeft] = useState(/** @type {ReadonlySet<string>} */ (new Set()));
  const chosen = all.filter(({ id }) => !left.has(id));
  const { value, error, again } = useLoaded(
    () => pb.send("/api/collections/export", { method: "GET", query: { collections: chosen.map(({ id }) => id).join(",") } }),
    [chosen.map(({ id, updated }) => `${id} ${updated}`).join()],
  );
  const text = chosen.length && value ? JSON.stringify(value, null, 2) : "";
  /** @param {string[]} ids @param {boolean} on */
  function choose(ids, on) {
    setLeft(new Set(on ? [...left].filter((id) => !ids.includes(id)) : [...left, ...ids]));
  }
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      say(t("copied"));
    } catch (problem) {
      complain(problem);
    }
  }
  return html`<${Page} wide title=${t("exportCollections")} text=${t("exportText")} actions=${html`
      <${Button} disabled=${!text} onClick=${copy}><${Icon} name="copy" />${t("exportCopy")}<//>
      <${Button} kind="main" disabled=${!text} onClick=${() => download("collections.json", [text], "application/json")}>
        <${Icon} name="download" />${t("exportDownload")}<//>`}>
    <div class="transfer">
      <fieldset><legend>${t("collections")}</legend>
        <${CheckField} label=${t("exportAll")} checked=${left.size === 0}
          onInput=${(/** @type {boolean} */ on) => choose(all.map(({ id }) => id), on)} />
        <hr />
        ${all.map(({ id, name }) => html`<${CheckField} key=${id} label=${name} checked=${!left.has(id)}
          onInput=${(/** @type {boolean} */ on) => choose([id], on)} />`)}
      </fieldset>
      ${error ? html`<${Failed} error=${error} again=${again} />`
        : !value ? html`<${Loading} />`
          : text ? html`<pre class="file-text" tabindex="0" role="region" aria-label=${t("exportPreview")}>${text}</pre>`
            : html`<p class="quiet">${t("exportNothing")}</p>`}
    </div>
  <//>`;
}

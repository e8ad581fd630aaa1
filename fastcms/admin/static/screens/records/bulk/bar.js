// What can be done with the records that are selected.

import { html, useState } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { t } from "../../../core/language.js";
import { Button } from "../../../ui/button.js";
import { confirm } from "../../../ui/dialog.js";
import { Icon } from "../../../ui/icon.js";
import { Lazy } from "../../../ui/lazy.js";
import { complain, say } from "../../../ui/toasts.js";
import { idsOf, inWords } from "./chosen.js";
import { loadExport, loadUpdate } from "./dialogs.js";

/** @typedef {import("../../../core/client.js").RecordModel} RecordModel */
/** @typedef {import("./chosen.js").Chosen} Chosen */

const AT_ONCE = 6; // requests, as many as a browser sends to one server

/**
 * @param {{ collection: import("../../../core/client.js").CollectionModel, selection: ReadonlyMap<string, RecordModel>,
 *   setSelection: (selection: ReadonlyMap<string, RecordModel>) => void, rows: import("../rows.js").Rows,
 *   found: Chosen, remove: (ids: string[]) => void }} props  `found`: all that the search finds
 */
export function BulkBar({ collection, selection, setSelection, rows, found, remove }) {
  // All that is found, of which only the loaded ones can be ticked.
  const [everything, setEverything] = useState(false);
  const [dialog, setDialog] = useState(/** @type {"export" | "update" | null} */ (null));
  const isView = collection.type === "view";
  const ticked = { ...found, ids: [...selection.keys()], count: selection.size };
  const chosen = everything ? found : ticked;
  const more = found.count > selection.size && !everything;

  async function removeChosen() {
    if (!everything) {
      remove([...selection.keys()]);
      return;
    }
    const isSure = await confirm({
      title: t("deleteTitle", { name: collection.name }), text: t("deleteSure", { which: inWords(found) }),
      action: t("delete"), typed: collection.name,
    });
    if (!isSure) return;
    try {
      const ids = await idsOf(collection, found);
      let done = 0;
      for (; done < ids.length; done += AT_ONCE) {
        await Promise.all(ids.slice(done, done + AT_ONCE).map((id) => pb.collection(collection.id).delete(id)));
      }
      say(t("deleted", { count: ids.length }));
      setSelection(new Map());
    } catch (error) {
      complain(error);
    }
    void rows.refresh();
  }
  return html`<div class="bulk" role="toolbar" aria-label=${t("selected", { count: chosen.count })}>
    <strong role="status">${t("selected", { count: chosen.count })}</strong>
    ${more && html`<button type="button" class="link-button" onClick=${() => setEverything(true)}>
      ${t("selectAllFound", { count: found.count })}</button>`}
    <${Button} onClick=${() => setSelection(new Map())}>${t("clear")}<//>
    <${Button} onClick=${() => setDialog("export")}><${Icon} name="download" />${t("exportAction")}<//>
    ${!isView && html`<${Button} onClick=${() => setDialog("update")}><${Icon} name="edit" />${t("bulkChange")}<//>
      <${Button} kind="danger" onClick=${removeChosen}><${Icon} name="trash" />${t("delete")}<//>`}
    ${dialog === "export" && html`<${Lazy} quietly load=${loadExport} collection=${collection} choices=${[chosen]}
      onClose=${() => setDialog(null)} />`}
    ${dialog === "update" && html`<${Lazy} quietly load=${loadUpdate} collection=${collection} chosen=${chosen} onClose=${() => setDialog(null)}
      onDone=${() => {
        setSelection(new Map());
        void rows.refresh();
      }} />`}
  </div>`;
}

// What can be done with a whole collection's records: from a file, into a file.

import { html, useState } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { Icon } from "../../../ui/icon.js";
import { Lazy } from "../../../ui/lazy.js";
import { Menu } from "../../../ui/menu.js";
import { loadExport, loadImport } from "./dialogs.js";

/**
 * @param {{ collection: import("../../../core/client.js").CollectionModel, found: import("./chosen.js").Chosen,
 *   onImported: () => void }} props  `found`: all that the search finds
 */
export function RecordsActions({ collection, found, onImported }) {
  const [dialog, setDialog] = useState(/** @type {"export" | "import" | null} */ (null));
  const choices = found.filter ? [found, { ...found, filter: "", count: 0 }] : [found];
  return html`<${Menu} label=${t("more")} button=${html`<${Icon} name="more" />`}>
      ${(/** @type {() => void} */ close) => html`
        ${collection.type !== "view" && html`<button type="button" onClick=${() => {
          close();
          setDialog("import");
        }}><${Icon} name="upload" />${t("importMenu")}</button>`}
        <button type="button" onClick=${() => {
          close();
          setDialog("export");
        }}><${Icon} name="download" />${t("exportMenu")}</button>`}
    <//>
    ${dialog === "export" && html`<${Lazy} quietly load=${loadExport} collection=${collection} choices=${choices} onClose=${() => setDialog(null)} />`}
    ${dialog === "import" && html`<${Lazy} quietly load=${loadImport} collection=${collection} onClose=${() => setDialog(null)} onDone=${onImported} />`}`;
}

// Records as a file, made by the server.

import { html, useState } from "../../../vendor/preact.js";
import { ask, messageOf } from "../../../core/client.js";
import { download } from "../../../core/download.js";
import { t } from "../../../core/language.js";
import { remembered } from "../../../core/remembered.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { CheckField, SelectField } from "../../../ui/field.js";
import { isShown, layoutOf, ordered } from "../columns.js";
import { inWords } from "./chosen.js";

/** @typedef {import("./chosen.js").Chosen} Chosen */

const FORMATS = /** @type {const} */ ([
  { value: "csv", label: "CSV" }, { value: "json", label: "JSON" }, { value: "ndjson", label: "NDJSON" },
  { value: "xlsx", label: "XLSX (Excel)" }, { value: "tsv", label: "TSV" }, { value: "sqlite", label: "SQLite" },
]);
const format = remembered("exportFormat", "csv");

/** @param {{ collection: import("./chosen.js").CollectionModel, choices: Chosen[], onClose: () => void }} props */
export function Export({ collection, choices, onClose }) {
  const [which, setWhich] = useState(0);
  const [allFields, setAllFields] = useState(true);
  const [hidden, setHidden] = useState(false);
  const [escaped, setEscaped] = useState(true);
  const [problem, setProblem] = useState("");
  const isText = format.value === "csv" || format.value === "tsv";

  async function save() {
    setProblem("");
    const chosen = /** @type {Chosen} */ (choices[which]);
    const layout = layoutOf(collection).value;
    const shown = ordered(collection, layout).filter((field) => isShown(layout, field) && (hidden || !field.hidden));
    /** @type {[string, string][]} */
    const query = [["format", format.value], ["sort", chosen.sort], ["hidden", String(hidden)]];
    if (!chosen.ids) query.push(["filter", chosen.filter]);
    if (!allFields) query.push(["fields", shown.map(({ name }) => name).join(",")]);
    if (isText) query.push(["escapeFormulas", String(escaped)]);
    try {
      const answer = await ask(`/api/collections/${collection.id}/export`, chosen.ids
        ? { method: "POST", query, type: "application/json", body: JSON.stringify({ ids: chosen.ids }) }
        : { query });
      download(`${collection.name}.${format.value}`, [await answer.blob()], answer.headers.get("content-type") ?? "");
      onClose();
    } catch (error) {
      setProblem(messageOf(error, t("unreachable")));
    }
  }
  return html`<${Dialog} title=${t("exportTitle", { name: collection.name })} onClose=${onClose}
    footer=${html`${problem && html`<span class="problem" role="alert">${problem}</span>`}
      <${Button} onClick=${onClose}>${t("cancel")}<//>
      <${Button} kind="main" onClick=${save}>${t("exportAction")}<//>`}>
    <${SelectField} label=${t("exportWhich")} value=${String(which)} onInput=${(/** @type {string} */ value) => setWhich(Number(value))}
      options=${choices.map((chosen, at) => ({ value: String(at), label: inWords(chosen) }))} />
    <${SelectField} label=${t("fileFormat")} value=${format.value} options=${FORMATS} onInput=${(/** @type {string} */ value) => {
      format.value = value;
    }} />
    <${CheckField} label=${t("exportAllFields")} help=${t("exportAllFieldsHelp")} checked=${allFields} onInput=${setAllFields} />
    ${collection.fields.some((field) => field.hidden) && html`<${CheckField} label=${t("exportHidden")}
      help=${t("exportHiddenHelp")} checked=${hidden} onInput=${setHidden} />`}
    ${isText && html`<${CheckField} label=${t("exportEscape")} help=${t("exportEscapeHelp")} checked=${escaped} onInput=${setEscaped} />`}
  <//>`;
}

// The same values for many records, in one step: all of them, or none.

import { html, useState } from "../../../vendor/preact.js";
import { ask, messageOf, statusOf } from "../../../core/client.js";
import { t } from "../../../core/language.js";
import { Button, IconButton } from "../../../ui/button.js";
import { Dialog, confirm } from "../../../ui/dialog.js";
import { SelectField } from "../../../ui/field.js";
import { say } from "../../../ui/toasts.js";
import { inputOf } from "../inputs/inputs.js";
import { idsOf, inWords } from "./chosen.js";
import { BadRows, badRowsOf } from "./problems.js";

/** @typedef {import("../../../core/collections.js").Field} Field */
/** @typedef {import("./problems.js").BadRow} BadRow */

// Files and passwords are one record's own.
const NOT_SET = new Set(["autodate", "file", "manyToMany", "password"]);

/**
 * @param {{ collection: import("./chosen.js").CollectionModel, chosen: import("./chosen.js").Chosen,
 *   onClose: () => void, onDone: () => void }} props
 */
export function Update({ collection, chosen, onClose, onDone }) {
  const fields = collection.fields.filter(({ type, name }) => !NOT_SET.has(type) && name !== "id" && name !== "tokenKey");
  const [values, setValues] = useState(/** @type {Record<string, any>} */ ({}));
  const [problems, setProblems] = useState(/** @type {Record<string, string>} */ ({}));
  const [problem, setProblem] = useState("");
  const [bad, setBad] = useState(/** @type {BadRow[]} */ ([]));
  const set = fields.filter(({ name }) => name in values);
  const others = fields.filter(({ name }) => !(name in values));

  async function save() {
    setProblem("");
    setBad([]);
    /** @type {Record<string, string>} */
    const found = {};
    /** @type {Record<string, unknown>} */
    const row = {};
    for (const field of set) {
      try {
        row[field.name] = inputOf(field).give(values[field.name], field) ?? null;
      } catch (error) {
        found[field.name] = messageOf(error, "");
      }
    }
    setProblems(found);
    if (Object.keys(found).length) return;
    if (!chosen.ids && !(await confirm({
      title: t("updateTitle", { name: collection.name }), text: t("updateSure", { which: inWords(chosen) }), action: t("updateAction"),
    }))) return;
    try {
      const ids = await idsOf(collection, chosen);
      const answer = await ask(`/api/collections/${collection.id}/import`, {
        method: "POST",
        query: [["format", "ndjson"], ["upsertBy", "id"]],
        type: "application/x-ndjson",
        body: ids.map((id) => JSON.stringify({ ...row, id })).join("\n"),
      });
      const { updated, unchanged } = await answer.json();
      say(t("bulkUpdated", { count: updated + unchanged }));
      onDone();
      onClose();
    } catch (error) {
      const { data = {} } = /** @type {any} */ (error).response ?? {};
      setBad(statusOf(error) === 400 ? badRowsOf(data) : []);
      setProblem(messageOf(error, t("unreachable")));
    }
  }
  return html`<${Dialog} side title=${t("updateTitle", { name: collection.name })} onClose=${onClose}
    footer=${html`${problem && html`<span class="problem" role="alert">${problem}</span>`}
      <${Button} onClick=${onClose}>${t("cancel")}<//>
      <${Button} kind="main" onClick=${save} disabled=${set.length === 0}>${t("updateAction")}<//>`}>
    <p class="quiet">${t("updateText", { which: inWords(chosen) })}</p>
    <form onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      if (set.length) void save();
    }}>
      ${set.map((field) => {
        const { Input } = inputOf(field);
        return html`<div class="set-field" key=${field.id}>
          <${Input} field=${field} record=${null} value=${values[field.name]} problem=${problems[field.name] ?? ""} disabled=${false}
            onInput=${(/** @type {unknown} */ value) => setValues((old) => ({ ...old, [field.name]: value }))} />
          <${IconButton} icon="close" label=${t("leaveField", { name: field.name })}
            onClick=${() => setValues(({ [field.name]: _, ...rest }) => rest)} />
        </div>`;
      })}
      ${others.length > 0 && html`<${SelectField} label=${t("addFieldToSet")} value=""
        options=${[{ value: "", label: "–" }, ...others.map(({ name }) => ({ value: name, label: name }))]}
        onInput=${(/** @type {string} */ name) => {
          const field = others.find((one) => one.name === name);
          if (field) setValues((old) => ({ ...old, [name]: inputOf(field).take(undefined, field) }));
        }} />`}
      <button type="submit" hidden></button>
    </form>
    ${bad.length > 0 && html`<${BadRows} bad=${bad} total=${bad.length} />`}
  <//>`;
}

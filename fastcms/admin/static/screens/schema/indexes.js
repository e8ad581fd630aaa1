// The indexes of a collection: which there are, and a dialog for one of them.

import { html, useState } from "../../vendor/preact.js";
import { t } from "../../core/language.js";
import { Button } from "../../ui/button.js";
import { Code } from "../../ui/code.js";
import { Dialog } from "../../ui/dialog.js";
import { CheckField } from "../../ui/field.js";
import { Icon } from "../../ui/icon.js";
import { fieldsIn, keptIndexes } from "./edited.js";
import { buildIndex, fieldOf, indexName, parseIndex } from "./index_sql.js";
import { problemAt } from "./problems.js";

/** Types whose values say too little to be looked up. */
const NOT_INDEXED = new Set(["editor", "file", "json", "password", "geoPoint"]);

/** @param {{ form: import("./builder.js").Form }} props */
export function Indexes({ form }) {
  const { edited, problems, change } = form;
  const [open, setOpen] = useState(/** @type {number | "new" | null} */ (null));
  const kept = new Set(keptIndexes(edited).map(({ at }) => at));
  const listProblem = problems.indexes ?? "";
  /**
   * @param {number} at
   * @param {string | null} sql  null takes it away
   */
  function put(at, sql) {
    change((old) => {
      const next = [...old.indexes];
      if (sql === null) next.splice(at, 1);
      else next[at] = sql;
      return { ...old, indexes: next };
    }, sql === null ? "indexes" : `indexes.${at}`);
    setOpen(null);
  }
  return html`<p class="quiet">${t("indexesHelp")}</p>
    ${listProblem && html`<p class="problem" role="alert">${listProblem}</p>`}
    <ul class="index-chips" aria-label=${t("schemaIndexes")}>${edited.indexes.map((sql, at) => {
      const index = parseIndex(sql);
      const problem = problemAt(problems, `indexes.${at}`);
      return html`<li key=${`${at}-${sql}`} class=${kept.has(at) ? "" : "gone"}>
        <button type="button" class=${`chip ${problem ? "wrong" : ""}`} aria-invalid=${problem !== ""} onClick=${() => setOpen(at)}>
          ${index?.unique && html`<strong>${t("badge_unique")}</strong>`}
          <span class="mono">${index ? index.columns.map((column) => fieldOf(column) || column).join(", ") : sql}</span>
        </button>
        ${!kept.has(at) && html`<span class="help">${t("goesWithField")}</span>`}
        ${problem && html`<p class="problem" role="alert">${problem}</p>`}
      </li>`;
    })}</ul>
    ${edited.indexes.length === 0 && html`<p class="quiet">${t("noIndexes")}</p>`}
    <${Button} onClick=${() => setOpen("new")}><${Icon} name="add" />${t("newIndex")}<//>
    ${open !== null && html`<${IndexDialog} key=${open} form=${form} at=${open === "new" ? edited.indexes.length : open}
      isNew=${open === "new"} onClose=${() => setOpen(null)} onPut=${put} />`}`;
}

/**
 * @param {{ form: import("./builder.js").Form, at: number, isNew: boolean, onClose: () => void,
 *   onPut: (at: number, sql: string | null) => void }} props
 */
function IndexDialog({ form, at, isNew, onClose, onPut }) {
  const { edited } = form;
  const [sql, setSql] = useState(
    () => edited.indexes[at] ?? buildIndex({ name: indexName(edited.name, []), unique: false, columns: [], where: "" }, edited.name),
  );
  const index = parseIndex(sql);
  const fields = fieldsIn(edited).filter(({ type, name }) => name && !NOT_INDEXED.has(type));
  const stored = problemAt(form.problems, `indexes.${at}`);
  const [problem, setProblem] = useState(sql === edited.indexes[at] ? stored : "");
  /** @param {Partial<import("./index_sql.js").Index>} part */
  function rebuild(part) {
    if (index) setSql(buildIndex({ ...index, ...part }, edited.name));
  }
  function done() {
    if (!index?.columns.length) setProblem(t("indexUnreadable"));
    else onPut(at, sql.trim());
  }
  const columns = index?.columns ?? [];
  return html`<${Dialog} title=${t(isNew ? "newIndex" : "changeIndex")} onClose=${onClose} footer=${html`
      ${!isNew && html`<${Button} kind="danger" onClick=${() => onPut(at, null)}><${Icon} name="trash" />${t("removeIndex")}<//>`}
      <span class="spacer"></span>
      <${Button} onClick=${onClose}>${t("cancel")}<//>
      <${Button} kind="main" onClick=${done}>${t("schemaTake")}<//>`}>
    <${CheckField} label=${t("uniqueIndex")} help=${t("uniqueIndexHelp")} checked=${index?.unique ?? false} disabled=${!index}
      onInput=${(/** @type {boolean} */ unique) => rebuild({ unique })} />
    <div class="field" role="group" aria-label=${t("indexColumns")}>
      <span class="label">${t("indexColumns")}</span>
      <div class="presets">${fields.map(({ name }) => {
        const on = columns.some((column) => fieldOf(column) === name);
        return html`<button type="button" key=${name} class="button plain" aria-pressed=${on} disabled=${!index}
          onClick=${() => rebuild({
            columns: on ? columns.filter((column) => fieldOf(column) !== name) : [...columns, `\`${name}\``],
          })}>${on && html`<${Icon} name="check" />`}${name}</button>`;
      })}</div>
    </div>
    <${Code} label="SQL" language="sql" value=${sql} minLines=${4} help=${t("indexSqlHelp")} problem=${problem}
      onInput=${(/** @type {string} */ typed) => {
        setSql(typed);
        setProblem("");
      }} />
  <//>`;
}

// The SQL console: what is typed is run, shown, kept and exported. It reads unless told to write.

import { html, useRef, useState } from "../../../vendor/preact.js";
import { messageOf, pb, problemsOf } from "../../../core/client.js";
import { loadCollections } from "../../../core/collections.js";
import { sqlCompletions } from "../../../core/completions.js";
import { t } from "../../../core/language.js";
import { remembered } from "../../../core/remembered.js";
import { Button } from "../../../ui/button.js";
import { Code } from "../../../ui/code.js";
import { confirm } from "../../../ui/dialog.js";
import { CheckField } from "../../../ui/field.js";
import { Page } from "../../../ui/page.js";
import { History, remember } from "./history.js";
import { placesOf } from "./places.js";
import { Results } from "./results.js";
import { Saved } from "./saved.js";

/** @typedef {import("./results.js").Result} Result */

const WRITES = "validation_query_writes";
const draft = remembered("sql:draft", "");
const readsOnly = remembered("sql:readsOnly", true);

export function SqlConsole() {
  const [result, setResult] = useState(/** @type {Result | null} */ (null));
  const [problem, setProblem] = useState("");
  const [ran, setRan] = useState({ sql: "", from: 0 });
  const [isBusy, setIsBusy] = useState(false);
  const selection = useRef({ from: 0, to: 0 });
  const value = draft.value;

  async function run() {
    const { from, to } = selection.current;
    const part = value.slice(from, to);
    const sql = part.trim() ? part : value;
    if (!sql.trim() || isBusy) return;
    setIsBusy(true);
    setProblem("");
    setRan({ sql, from: part.trim() ? from : 0 });
    try {
      const found = await ask(sql);
      if (found) {
        setResult(found);
        remember(sql, true);
      }
    } catch (error) {
      setResult(null);
      setProblem(reasonOf(error));
      remember(sql, false);
    }
    setIsBusy(false);
  }
  /** @param {string} sql */
  function take(sql) {
    draft.value = sql;
    selection.current = { from: 0, to: 0 };
    setProblem("");
  }
  const problems = problem && value.slice(ran.from, ran.from + ran.sql.length) === ran.sql
    ? placesOf(problem, ran.sql).map(({ from, to }) => ({ from: ran.from + from, to: ran.from + to, message: problem })) : [];
  return html`<${Page} title=${t("sql")} text=${t("sqlText")} wide>
    <div class="console"><div>
      <${Code} language="sql" label=${t("sqlQuery")} help=${t("sqlKeys")} value=${value} minLines=${6} completions=${sqlCompletions}
        problems=${problems} problem=${problems.length ? "" : problem} onEnter=${run} onInput=${(/** @type {string} */ text) => {
          draft.value = text;
        }} onSelect=${(/** @type {{ from: number, to: number }} */ range) => {
          selection.current = range;
        }} />
      <div class="filters">
        <${Button} kind="main" busy=${isBusy} onClick=${run}>${t("sqlRun")}<//>
        <${CheckField} label=${t("sqlReadOnly")} checked=${readsOnly.value} onInput=${(/** @type {boolean} */ checked) => {
          readsOnly.value = checked;
        }} />
      </div>
      ${result && html`<${Results} result=${result} />`}
    </div>
    <aside>
      <${Saved} current=${value} onTake=${take} />
      <${History} onTake=${take} />
    </aside></div>
  <//>`;
}

/**
 * Runs SQL; null where the person thought better of it.
 * @param {string} sql
 * @returns {Promise<Result | null>}
 */
async function ask(sql) {
  try {
    return await pb.send("/api/sql", { method: "POST", body: { query: sql, readOnly: true } });
  } catch (error) {
    // The server knows what writes; no text is searched for words.
    if (codeOf(error) !== WRITES) throw error;
  }
  if (readsOnly.value) throw new Error(t("sqlWritesRefused"));
  const sure = await confirm({ title: t("sqlWritesTitle"), text: t("sqlWritesText"), action: t("sqlWritesRun"), details: html`<pre class="text">${sql}</pre>` });
  if (!sure) return null;
  const found = await pb.send("/api/sql", { method: "POST", body: { query: sql } });
  void loadCollections().catch(() => {});
  return { ...found, wrote: true };
}

/** @param {unknown} error */
function codeOf(error) {
  return /** @type {{ response?: { data?: { query?: { code?: string } } } }} */ (error)?.response?.data?.query?.code;
}

/** @param {unknown} error */
function reasonOf(error) {
  const text = problemsOf(error).query ?? messageOf(error, t("unreachable"));
  return text.replace(/^Failed to execute query\. Raw error:\s*/, "");
}

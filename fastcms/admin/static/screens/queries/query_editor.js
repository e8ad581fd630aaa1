// The query of a view: with names to choose from, checked while it is written, and what it shows.

import { html, useEffect, useState } from "../../vendor/preact.js";
import { messageOf, pb } from "../../core/client.js";
import { sqlCompletions } from "../../core/completions.js";
import { t } from "../../core/language.js";
import { Code } from "../../ui/code.js";
import { Icon } from "../../ui/icon.js";
import { List } from "../../ui/list.js";
import { loadSheet } from "../../ui/sheet.js";

void loadSheet("styles/rules.css");

/** @typedef {{ fields: { name: string, type: string }[], sample: Record<string, unknown>[] }} Shown */

const PAUSE = 400; // milliseconds without a key

/**
 * @param {{ value: string, onInput: (value: string) => void, problem?: string, params?: Record<string, unknown>,
 *   label?: string, help?: string }} props  `params` are the defaults of the query's parameters
 */
export function QueryEditor({ value, onInput, problem = "", params, label = t("queryLabel"), help = t("queryHelp") }) {
  const { shown, fault, isCurrent } = useShown(value, params);
  const said = problem || fault;
  return html`<div class="query-editor">
    <${Code} ...${{ label, help, value, onInput }} language="sql" minLines=${8} required completions=${sqlCompletions} problem=${said} />
    <details class="query-rules"><summary>${t("queryCaveats")}</summary>
      <ul>${["queryCaveat_id", "queryCaveat_star", "queryCaveat_brackets", "queryCaveat_union", "queryCaveat_types", "queryCaveat_secrets", "queryCaveat_parameters"].map((key) => html`
        <li key=${key}>${t(/** @type {import("../../core/language.js").Key} */ (key))}</li>`)}</ul>
    </details>
    <p role="status" class="query-state">${!said && value.trim() && (isCurrent
      ? html`<${Icon} name="check" />${t("queryValid", { count: shown?.sample.length ?? 0 })}`
      : html`<span class="quiet">${t("queryChecking")}</span>`)}</p>
    ${shown && html`<${Sample} shown=${shown} />`}
  </div>`;
}

/** @param {{ shown: Shown }} props */
function Sample({ shown: { fields, sample } }) {
  const columns = fields.map(({ name, type }) => ({
    title: name,
    cell: (/** @type {{ row: Record<string, unknown> }} */ { row }) => html`<span title=${type}>${textOf(row[name])}</span>`,
  }));
  return html`<p class="quiet">${t("queryFields")} ${fields.map(({ name, type }) => html`<span class="chip mono" key=${name}>${name}: ${type}</span> `)}</p>
    <${List} label=${t("querySample")} columns=${columns} rows=${sample.map((row, at) => ({ row, at }))}
      keyOf=${(/** @type {{ at: number }} */ { at }) => String(at)} empty=${t("queryNothing")} />`;
}

/** @param {unknown} value */
function textOf(value) {
  if (value === null || value === undefined) return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/**
 * What the query shows; the last good answer stays while a new one is on its way.
 * @param {string} query
 * @param {Record<string, unknown>} [viewParams]
 */
function useShown(query, viewParams) {
  const now = JSON.stringify({ query, viewParams });
  const [shown, setShown] = useState(/** @type {Shown | null} */ (null));
  const [fault, setFault] = useState("");
  const [asked, setAsked] = useState("");
  useEffect(() => {
    let isOver = false;
    if (!query.trim()) {
      setShown(null);
      setFault("");
      return undefined;
    }
    const timer = setTimeout(async () => {
      try {
        const found = await pb.send("/api/collections/meta/dry-run-view", { method: "POST", body: JSON.parse(now) });
        if (isOver) return;
        setShown(found);
        setFault("");
      } catch (error) {
        if (!isOver) setFault(messageOf(error, t("unreachable")));
      }
      if (!isOver) setAsked(now);
    }, PAUSE);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [now]);
  return { shown, fault: asked === now ? fault : "", isCurrent: asked === now };
}

// What a view shows: its query, the parameters of the query, and whether its rows are kept.

import { html } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { t } from "../../core/language.js";
import { Button } from "../../ui/button.js";
import { TextField } from "../../ui/field.js";
import { complain, say } from "../../ui/toasts.js";
import { QueryEditor } from "../queries/query_editor.js";
import { OptionInput } from "./option.js";
import { problemAt } from "./problems.js";
import { valueAt } from "./edited.js";

/** @typedef {import("./option.js").Option} Option */

const PLACE = /\{:(\w+)\}/g;

/** @param {string} query  the names of its parameters */
const namesIn = (query) => [...new Set([...query.matchAll(PLACE)].map(([, name = ""]) => name))];

/** @type {Option} */
const MODE = { key: "viewCache.mode", kind: "choice", text: "viewMode", choices: ["", "onDemand", "schedule", "onChange"] };
/** @type {readonly Option[]} */
const SCHEDULE = [
  { key: "viewCache.every", kind: "seconds", text: "viewEvery", placeholder: "300" },
  { key: "viewCache.cron", kind: "code", text: "viewCron", placeholder: "0 3 * * *" },
];

/** @param {{ form: import("./builder.js").Form }} props */
export function Query({ form }) {
  const { edited, stored, problems, change, put } = form;
  const names = namesIn(edited.viewQuery ?? "");
  const parameters = edited.viewParams ?? {};
  const mode = edited.viewCache?.mode ?? "";
  async function refresh() {
    try {
      const { totalItems } = await pb.send(`/api/collections/${stored?.id}/refresh`, { method: "POST" });
      say(t("viewRefreshed", { count: totalItems }));
    } catch (error) {
      complain(error);
    }
  }
  /** @param {string} viewQuery  each of its parameters has a default, and nothing else has one */
  function setQuery(viewQuery) {
    change((old) => {
      const next = namesIn(viewQuery).map((name) => [name, old.viewParams?.[name] ?? ""]);
      return { ...old, viewQuery, ...((next.length > 0 || old.viewParams) && { viewParams: Object.fromEntries(next) }) };
    }, "viewQuery");
  }
  return html`<${QueryEditor} value=${edited.viewQuery ?? ""} params=${parameters}
      problem=${problemAt(problems, "viewQuery")} onInput=${setQuery} />
    ${names.length > 0 && html`<h2>${t("viewParameters")}</h2>
      <p class="help">${t("viewParametersHelp")}</p>
      <div class="option-grid">${names.map((name) => html`<${TextField} key=${name} label=${name} class="mono"
        problem=${problemAt(problems, `viewParams.${name}`)} value=${textOf(parameters[name] ?? "")}
        onInput=${(/** @type {string} */ typed) => put(`viewParams.${name}`, defaultFrom(typed))} />`)}</div>`}
    ${problems.viewParams && html`<p class="problem" role="alert">${problems.viewParams}</p>`}
    <h2>${t("viewKept")}</h2>
    <p class="help">${t("viewKeptHelp")}</p>
    <div class="option-grid">${[MODE, ...(mode === "schedule" ? SCHEDULE : [])].map((option) => html`<${OptionInput}
      key=${option.key} option=${option} value=${valueAt(edited, option.key)} problem=${problemAt(problems, option.key)}
      onInput=${(/** @type {unknown} */ value) => (option === MODE
        ? put("viewCache", value ? { mode: value } : null)
        : put(option.key, value))} />`)}</div>
    ${problems.viewCache && html`<p class="problem" role="alert">${problems.viewCache}</p>`}
    ${stored?.viewCache && html`<${Button} onClick=${refresh}>${t("refreshView")}<//>`}`;
}

/** @param {unknown} value */
function textOf(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * Numbers, true and false are what they look like; all else is text.
 * @param {string} typed
 */
function defaultFrom(typed) {
  if (typed === "true" || typed === "false") return typed === "true";
  return /^-?\d+(\.\d+)?$/.test(typed) ? Number(typed) : typed;
}

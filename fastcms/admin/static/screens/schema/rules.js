// Who may do what with the records of a collection: a rule for each.

import { html } from "../../vendor/preact.js";
import { t } from "../../core/language.js";
import { kindsOf } from "../rules/kinds.js";
import { RuleEditor } from "../rules/rule_editor.js";
import { asCollection } from "./edited.js";
import { problemAt } from "./problems.js";

/** @param {{ form: import("./builder.js").Form }} props */
export function Rules({ form }) {
  const { edited, stored, put } = form;
  const collection = asCollection(edited, stored);
  // The rule of the second step stands with the step.
  return html`<p class="quiet">${t("rulesHelp")}</p>
    ${kindsOf(edited).filter(({ name }) => !name.includes(".")).map(({ name }) => html`<${RuleEditor} key=${name} ...${{ collection, name }}
      value=${edited[name] ?? null} problem=${problemAt(form.problems, name)}
      onInput=${(/** @type {string | null} */ value) => put(name, value)} />`)}`;
}

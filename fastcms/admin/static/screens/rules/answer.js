// What the server says of a question about a rule: yes or no, why, and the worth of each clause.

import { html } from "../../vendor/preact.js";
import { t } from "../../core/language.js";
import { Icon } from "../../ui/icon.js";

/** @typedef {{ message: string, position: number | null }} Fault */
/**
 * @typedef {object} Clause
 * @property {"clause" | "all" | "any"} kind
 * @property {string} text
 * @property {boolean | null} value  null where no record is asked about
 * @property {Fault} [fault]
 * @property {Clause[]} [items]
 */
/**
 * @typedef {object} Explanation
 * @property {boolean} allowed
 * @property {string} reason
 * @property {string} message
 * @property {string} ruleName
 * @property {string | null} rule
 * @property {Clause | null} expression
 * @property {{ text: string, plan: { id: number, detail: string }[] } | null} sql
 */

const KNOWN = new Set([
  "superuser", "no_rule", "empty_rule", "rule_holds", "rule_fails", "rule_filters", "rule_broken", "no_record",
  "bad_query", "unsupported",
]);

/** @param {{ answer: Explanation }} props */
export function Answer({ answer }) {
  const { allowed, reason, message, expression, sql } = answer;
  const why = KNOWN.has(reason) ? t(/** @type {import("../../core/language.js").Key} */ (`ruleReason_${reason}`)) : message;
  return html`<section class=${`rule-answer ${allowed ? "yes" : "no"}`} role="status" aria-label=${t("ruleAnswer")}>
    <p><strong><${Icon} name=${allowed ? "check" : "close"} />${t(allowed ? "ruleAllowed" : "ruleDenied")}</strong> ${why}</p>
    ${reason === "rule_broken" || reason === "bad_query" ? html`<p class="problem">${message}</p>` : null}
    ${expression && html`<ul class="clauses" aria-label=${t("ruleClauses")}><${Part} clause=${expression} /></ul>`}
    ${sql?.text && html`<details><summary>${t("ruleSql")}</summary><pre tabindex="0">${sql.text}</pre>
      <ul class="mono">${sql.plan.map((step) => html`<li key=${step.id}>${step.detail}</li>`)}</ul></details>`}
  </section>`;
}

/** @param {{ clause: Clause }} props */
function Part({ clause }) {
  const { kind, text, value, fault, items = [] } = clause;
  const worth = value === null ? "ruleUnknown" : value ? "ruleTrue" : "ruleFalse";
  return html`<li class=${value === null ? "" : value ? "yes" : "no"}>
    <span class="worth"><${Icon} name=${value === null ? "more" : value ? "check" : "close"} />${t(worth)}</span>
    ${kind === "clause" ? html`<code>${text}</code>` : html`<span>${t(kind === "all" ? "ruleAll" : "ruleAny")}</span>`}
    ${fault && html`<span class="problem">${fault.message}</span>`}
    ${items.length > 0 && html`<ul>${items.map((item, at) => html`<${Part} key=${at} clause=${item} />`)}</ul>`}
  </li>`;
}

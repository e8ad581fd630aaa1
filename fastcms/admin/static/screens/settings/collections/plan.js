// What an import would do, as the server answers it before it does anything.

import { html } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { Icon } from "../../../ui/icon.js";
import { compare, shortened } from "./diff.js";

/** @typedef {{ key: string, before: unknown, after: unknown }} Change */
/**
 * @typedef {object} CollectionChange
 * @property {"create" | "update" | "delete"} action
 * @property {string} name
 * @property {string} type
 * @property {string} was
 * @property {{ action: "add" | "change" | "remove", name: string, type: string, was: string, options: Change[] }[]} fields
 * @property {string[]} order
 * @property {{ action: "add" | "remove", name: string }[]} indexes
 * @property {Change[]} rules
 * @property {Change[]} options
 */
/** @typedef {{ collections: CollectionChange[], unchanged: string[], losses: { name: string, reason: string, records: number }[] }} Plan */
/** @typedef {import("./ids.js").Entry} Entry */

const MARKS = /** @type {const} */ ({ create: "add", add: "add", update: "more", change: "more", delete: "trash", remove: "trash" });

/**
 * @param {{ plan: Plan, before: (name: string) => Entry | undefined, after: (name: string) => Entry | undefined }} props
 *   the definitions of a collection, for the comparison
 */
export function PlanView({ plan, before, after }) {
  const { collections, unchanged, losses } = plan;
  return html`<section class="plan" aria-label=${t("importPlan")}>
    <h2>${t("importPlan")}</h2>
    ${collections.length === 0 && html`<p role="status">${t("importNothing")}</p>`}
    ${losses.length > 0 && html`<div class="notice losses" role="alert"><${Icon} name="warning" /><div><strong>${t("importLosses")}</strong>
      <ul>${losses.map(({ name, reason, records }) => html`<li key=${name}><code>${name}</code>: ${t("importLoss", { count: records })} (${reason})</li>`)}</ul></div></div>`}
    <ul class="changes">${collections.map((change) => html`<li key=${`${change.action} ${change.name}`} class=${change.action}>
      <p><${Mark} action=${change.action} /> <strong>${change.name}</strong> <span class="quiet">(${change.type})</span>
        ${change.was && html` <span class="quiet">${t("importWas", { name: change.was })}</span>`}</p>
      <ul>
        ${change.fields.map((field) => html`<li key=${`field ${field.action} ${field.name}`} class=${field.action}>
          <${Mark} action=${field.action} /> ${t("importField", { name: field.name })} <span class="quiet">(${field.type})</span>
          ${field.was && html` <span class="quiet">${t("importWas", { name: field.was })}</span>`}
          ${field.action === "change" && html` <${Values} changes=${field.options} />`}</li>`)}
        ${change.indexes.map((index) => html`<li key=${`index ${index.action} ${index.name}`} class=${index.action}>
          <${Mark} action=${index.action} /> ${t("importIndex", { name: index.name })}</li>`)}
        ${change.order.length > 0 && html`<li>${t("importOrder", { names: change.order.join(", ") })}</li>`}
        ${change.action === "update" && html`<${Values} changes=${[...change.rules, ...change.options]} isList />`}
      </ul>
      ${change.action === "update" && html`<${Compared} before=${before(change.was || change.name)} after=${after(change.name)} />`}
    </li>`)}</ul>
    ${unchanged.length > 0 && html`<p class="quiet">${t("importUnchanged", { names: unchanged.join(", ") })}</p>`}
  </section>`;
}

/** @param {{ action: keyof typeof MARKS }} props */
function Mark({ action }) {
  return html`<span class="chip"><${Icon} name=${MARKS[action]} />${t(`importAction_${action}`)}</span>`;
}

/** @param {{ changes: Change[], isList?: boolean }} props */
function Values({ changes, isList = false }) {
  return changes.map(({ key, before, after }) => {
    const text = html`<code>${key}</code>: <code>${JSON.stringify(before)}</code> → <code>${JSON.stringify(after)}</code>`;
    return isList ? html`<li key=${key}>${text}</li>` : html`<span key=${key}>${text} </span>`;
  });
}

/** @param {{ before: Entry | undefined, after: Entry | undefined }} props */
function Compared({ before, after }) {
  if (!before || !after) return null;
  const lines = shortened(compare(JSON.stringify(before, null, 2), JSON.stringify(after, null, 2)));
  return html`<details><summary>${t("importCompare")}</summary>
    <div class="list-place" tabindex="0" role="region" aria-label=${t("importCompare")}><table class="compared">
      <thead><tr><th scope="col">${t("importHere")}</th><th scope="col">${t("importAfter")}</th></tr></thead>
      <tbody>${lines.map((line, at) => (line
        ? html`<tr key=${at} class=${line.same ? "" : "differs"}><${Side} text=${line.left} same=${line.same} sign="−" /><${Side} text=${line.right} same=${line.same} sign="+" /></tr>`
        : html`<tr key=${at}><td class="quiet">…</td><td class="quiet">…</td></tr>`))}</tbody>
    </table></div></details>`;
}

/** @param {{ text: string | null, same: boolean, sign: string }} props */
function Side({ text, same, sign }) {
  return html`<td class=${text === null || same ? "" : sign === "+" ? "come" : "gone"}>${text !== null && html`<code>${same ? " " : sign} ${text}</code>`}</td>`;
}

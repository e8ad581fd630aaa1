// What came of a trial: each function in its turn, what it changed, and what would have been written.

import { html } from "../../vendor/preact.js";
import { t } from "../../core/language.js";
import { State } from "../../ui/state.js";
import { milliseconds } from "./functions.js";

/**
 * @typedef {object} Step  one call of a function
 * @property {string} event
 * @property {string} file
 * @property {number} line
 * @property {string} name
 * @property {{ field: string, before: unknown, after: unknown }[]} changes
 * @property {{ what: "mail" | "message" | "request" | "background", to: string }[]} sent
 * @property {number} milliseconds
 * @property {boolean} wentOn
 * @property {string} error
 * @property {string} errorFile
 * @property {number} errorLine
 * @property {string} trace
 */
/**
 * @typedef {object} Outcome
 * @property {number} status
 * @property {unknown} body
 * @property {Step[]} steps
 * @property {{ action: "create" | "update" | "delete", collection: string, record: Record<string, unknown> }[]} writes
 */

/** @param {unknown} value */
const pretty = (value) => JSON.stringify(value, null, 2);

/** @param {{ outcome: Outcome }} props */
export function Tried({ outcome }) {
  const { status, body, steps, writes } = outcome;
  return html`<section class="hooks-tried" aria-labelledby="hooks-tried">
    <h2 id="hooks-tried">${t("hooksOutcome")}</h2>
    <p role="status"><${State} kind=${status < 400 ? "good" : "bad"}
      text=${t(status < 400 ? "hooksAnswered" : "hooksRefused", { status: String(status) })} /> ${t("hooksNothingStays")}</p>
    <details open=${status >= 400}><summary>${t("hooksBody")}</summary><pre tabindex="0">${pretty(body)}</pre></details>
    <h3>${t("hooksSteps", { count: steps.length })}</h3>
    ${steps.length === 0 && html`<p class="quiet">${t("hooksNoSteps")}</p>`}
    <ol class="hooks-steps">${steps.map((step, at) => html`<${OneStep} key=${at} step=${step} />`)}</ol>
    <h3>${t("hooksWrites", { count: writes.length })}</h3>
    <ul class="hooks-writes">${writes.map(({ action, collection, record }, at) => html`<li key=${at}><details>
      <summary>${t(`hooksWrite_${action}`, { collection, id: String(record["id"]) })}</summary><pre tabindex="0">${pretty(record)}</pre>
    </details></li>`)}</ul>
  </section>`;
}

/** @param {{ step: Step }} props */
function OneStep({ step }) {
  const { event, file, line, name, changes, sent, wentOn, error, errorFile, errorLine, trace } = step;
  return html`<li class="card">
    <p class="hooks-step-head"><code>${event}</code> <strong class="mono">${name}</strong>
      <span class="mono quiet">${file}:${line}</span> <span class="quiet">${milliseconds(step.milliseconds)}</span>
      <${State} kind=${error ? "bad" : wentOn ? "good" : "quiet"} text=${t(error ? "hooksFailed" : wentOn ? "hooksWentOn" : "hooksStopped")} /></p>
    ${error && html`<div class="problem"><p>${error}${errorFile && html` <span class="mono">${errorFile}:${errorLine}</span>`}</p>
      ${trace && html`<details><summary>${t("hooksTrace")}</summary><pre tabindex="0">${trace}</pre></details>`}</div>`}
    ${changes.length > 0 && html`<dl class="hooks-changes" aria-label=${t("hooksChanged")}>${changes.map(({ field, before, after }, at) => html`
      <div key=${at}><dt class="mono">${field}</dt><dd>
        <del><span class="hidden-text">${t("hooksBefore")} </span>${JSON.stringify(before)}</del>
        <ins><span class="hidden-text">${t("hooksAfter")} </span>${JSON.stringify(after)}</ins>
      </dd></div>`)}</dl>`}
    ${sent.length > 0 && html`<ul>${sent.map(({ what, to }, at) => html`<li key=${at}>${t(`hooksSent_${what}`, { to })}</li>`)}</ul>`}
  </li>`;
}

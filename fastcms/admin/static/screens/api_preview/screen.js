// How programs use a collection: every operation with examples that can be copied.

import { html } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { byName, collections } from "../../core/collections.js";
import { t } from "../../core/language.js";
import { useLoaded } from "../../core/loaded.js";
import { remembered } from "../../core/remembered.js";
import { address } from "../../core/router.js";
import { Button } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { List } from "../../ui/list.js";
import { Failed, Loading, Page } from "../../ui/page.js";
import { loadSheet } from "../../ui/sheet.js";
import { Tabs } from "../../ui/tabs.js";
import { complain, say } from "../../ui/toasts.js";
import { State } from "../rules/state.js";
import { LANGUAGES, exampleIn } from "./languages.js";
import { operationsOf } from "./operations.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("../../core/language.js").Key} Key */
/** @typedef {import("./operations.js").Operation} Operation */
/** @typedef {import("./languages.js").Language} Language */

void loadSheet("styles/api_preview.css");
const language = remembered("api:language", /** @type {Language} */ ("curl"));

/** @param {{ path: string[] }} props  behind `api`: the collection and the operation */
export function ApiPlace({ path: [name = "", operation = ""] }) {
  const settings = useLoaded(() => pb.settings.getAll(), []);
  const collection = byName.value.get(name);
  if (collections.value && !collection) return html`<${Page} title=${t("noCollection", { name })} />`;
  if (settings.error) return html`<div class="page"><${Failed} error=${settings.error} again=${settings.again} /></div>`;
  if (!collection || !settings.value) return html`<div class="page"><${Loading} /></div>`;
  const operations = operationsOf(collection, { batch: settings.value.batch?.enabled === true });
  const current = operations.find((one) => one.name === operation) ?? operations[0];
  return html`<${Page} wide title=${t("apiOf", { name: collection.name })} text=${t("apiText")} actions=${html`
      <a class="button plain" href=${address(["collections", collection.name])}>${t("rulesRecords")}</a>
      <a class="button plain" href=${address(["rules", collection.name])}>${t("overviewRules")}</a>`}>
    <div class="api">
      <nav aria-label=${t("apiOperations")}><ul>${operations.map((one) => html`<li key=${one.name}>
        <a href=${address(["api", collection.name, one.name])} aria-current=${one === current ? "page" : undefined}>
          ${titleOf(one)}${!one.isOn && html` <span class="chip">${t("apiOff")}</span>`}</a></li>`)}</ul></nav>
      ${current && html`<${Shown} key=${current.name} collection=${collection} operation=${current} />`}
    </div>
  <//>`;
}

/** @param {Operation} operation */
function titleOf({ name }) {
  return t(/** @type {Key} */ (`apiOperation_${name.replaceAll("-", "_")}`));
}

/** @param {{ collection: CollectionModel, operation: Operation }} props */
function Shown({ collection, operation }) {
  const { method, path, isOn, needs, rule, params = [], replies } = operation;
  const code = exampleIn(operation, language.value, collection.name);
  return html`<section aria-label=${titleOf(operation)}>
    <h2>${titleOf(operation)}</h2>
    ${!isOn && html`<p class="notice"><${Icon} name="warning" /><span>${t(operation.name === "batch" ? "apiBatchOff" : "apiMethodOff")}</span></p>`}
    <p class="api-route"><span class=${`chip method ${method.toLowerCase()}`}>${method}</span> <code>${path}</code></p>
    <p>${needs === "signedIn" ? html`<span class="chip"><${Icon} name="user" />${t("apiSignedIn")}</span>`
      : html`<${State} state=${needs}>${t(`apiNeeds_${needs}`)}<//>`} ${needs === "condition" && rule && html`<code>${rule}</code>`}</p>
    <${Tabs} label=${t("apiLanguage")} current=${language.value} tabs=${Object.entries(LANGUAGES).map(([name, title]) => ({ name, title }))}
      onChange=${(/** @type {Language} */ name) => {
        language.value = name;
      }}>
      <${Text} label=${t("apiExample")} text=${code} />
    <//>
    ${params.length > 0 && html`<h3>${t("apiParams")}</h3>
      <${List} label=${t("apiParams")} rows=${params} keyOf=${(/** @type {[string, Key]} */ [name]) => name} columns=${[
        { title: t("apiName"), cell: (/** @type {[string, Key]} */ [name]) => html`<code>${name}</code>` },
        { title: t("apiMeaning"), cell: (/** @type {[string, Key]} */ [, text]) => t(text) },
      ]} />`}
    <h3>${t("apiAnswers")}</h3>
    ${replies.map(({ status, body }, at) => html`<details key=${`${status} ${at}`} open=${at === 0}>
      <summary><span class="chip">${String(status)}</span> ${t(status < 300 ? "apiGood" : "apiBad")}</summary>
      ${body === null ? html`<p class="quiet">${t("apiNoBody")}</p>` : html`<${Text} label=${t("apiAnswer", { status: String(status) })} text=${JSON.stringify(body, null, 2)} />`}
    </details>`)}
  </section>`;
}

/** @param {{ label: string, text: string }} props */
function Text({ label, text }) {
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      say(t("copied"));
    } catch (error) {
      complain(error);
    }
  }
  return html`<div class="api-text"><pre tabindex="0" role="region" aria-label=${label}>${text}</pre>
    <${Button} class="button plain small" aria-label=${t("apiCopy", { name: label })} onClick=${copy}><${Icon} name="copy" />${t("apiCopyShort")}<//></div>`;
}

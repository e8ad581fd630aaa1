// The rules of one collection: who can do what, the rules as texts, and a trial as anybody.

import { html, useLayoutEffect, useState } from "../../vendor/preact.js";
import { messageOf, pb, problemsOf } from "../../core/client.js";
import { byName, collections, loadCollections } from "../../core/collections.js";
import { t } from "../../core/language.js";
import { read, write } from "../../core/remembered.js";
import { address, become, route } from "../../core/router.js";
import { Button } from "../../ui/button.js";
import { Loading, Page } from "../../ui/page.js";
import { Tabs } from "../../ui/tabs.js";
import { say } from "../../ui/toasts.js";
import { kindsOf, ruleOf } from "./kinds.js";
import { RuleEditor } from "./rule_editor.js";
import { Try } from "./try.js";
import { WhoCan } from "./who_can.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("../../core/client.js").Problems} Problems */

/** @param {{ path: string[] }} props  behind `rules` */
export function RulesPlace({ path: [name = ""] }) {
  if (!collections.value) return html`<div class="page"><${Loading} /></div>`;
  const collection = byName.value.get(name);
  if (!collection) return html`<${Page} title=${t("noCollection", { name })} />`;
  return html`<${Rules} key=${collection.id} collection=${collection} />`;
}

/** @param {{ collection: CollectionModel }} props */
function Rules({ collection }) {
  const tab = route.value.query.get("tab") ?? "who";
  const actions = kindsOf(collection).flatMap(({ action }) => action ?? []);
  return html`<${Page} title=${t("rulesOf", { name: collection.name })} text=${t("rulesText")} actions=${html`
      <a class="button plain" href=${address(["collections", collection.name])}>${t("rulesRecords")}</a>
      <a class="button plain" href=${address(["api", collection.name])}>API</a>`}>
    <${Tabs} label=${t("rulesOf", { name: collection.name })} current=${tab}
      tabs=${[{ name: "who", title: t("rulesWho") }, { name: "edit", title: t("rulesEdit") }, { name: "try", title: t("rulesTry") }]}
      onChange=${(/** @type {string} */ next) => become(["rules", collection.name], { tab: next === "who" ? "" : next })}>
      ${tab === "edit" ? html`<${Edit} collection=${collection} />`
        : tab === "try" ? html`<${Try} collection=${collection} actions=${actions} />`
          : html`<${WhoCan} collection=${collection} />`}
    <//>
  <//>`;
}

/** @param {{ collection: CollectionModel }} props */
function Edit({ collection }) {
  const draftName = `draft:rules:${collection.id}`;
  const [changes, setChanges] = useState(/** @type {Record<string, string | null>} */ (read(draftName, {})));
  const [problems, setProblems] = useState(/** @type {Problems} */ ({}));
  const [problem, setProblem] = useState("");
  const kinds = kindsOf(collection);
  const changed = kinds.filter(({ name }) => name in changes && changes[name] !== ruleOf(collection, name));
  // At once: the page may go before there is time for an effect.
  useLayoutEffect(() => write(draftName, changed.length ? changes : undefined), [changes]);

  async function save() {
    setProblem("");
    setProblems({});
    const body = Object.fromEntries(changed.map(({ name }) => (
      name === "mfa.rule" ? ["mfa", { ...collection.mfa, rule: changes[name] ?? "" }] : [name, changes[name]])));
    try {
      await pb.collections.update(collection.id, body);
    } catch (error) {
      setProblems(problemsOf(error));
      setProblem(messageOf(error, t("unreachable")));
      return;
    }
    write(draftName, undefined);
    await loadCollections();
    setChanges({});
    say(t("rulesSaved"));
  }
  return html`<form onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    void save();
  }}>
    ${kinds.map(({ name }) => html`<${RuleEditor} key=${name} ...${{ collection, name }} problem=${problems[name] ?? ""}
      value=${name in changes ? changes[name] : ruleOf(collection, name)}
      onInput=${(/** @type {string | null} */ value) => setChanges((old) => ({ ...old, [name]: value }))} />`)}
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}
    <div class="buttons">
      <${Button} disabled=${changed.length === 0} onClick=${() => setChanges({})}>${t("discard")}<//>
      <${Button} type="submit" kind="main" disabled=${changed.length === 0}>${t("save")}<//>
    </div>
  </form>`;
}

// The test bench: a request of records with the functions around it, of which nothing stays.

import { html, useState } from "../../vendor/preact.js";
import { messageOf, pb, problemsOf } from "../../core/client.js";
import { byName, collections } from "../../core/collections.js";
import { t } from "../../core/language.js";
import { Button } from "../../ui/button.js";
import { Code } from "../../ui/code.js";
import { SelectField } from "../../ui/field.js";
import { RecordField } from "../rules/record_field.js";
import { Tried } from "./tried.js";

/** @typedef {import("./tried.js").Outcome} Outcome */
/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */

const ACTIONS = /** @type {const} */ (["create", "update", "delete", "view", "list"]);
const WITH_BODY = new Set(["create", "update"]);
const WITH_RECORD = new Set(["update", "delete", "view"]);
/** What a field holds in a draft, by its type; the others hold a text. @type {Record<string, unknown>} */
const EMPTY = { bool: false, file: undefined, geoPoint: { lon: 0, lat: 0 }, json: null, number: 0 };

/**
 * A draft with the fields that somebody would fill in.
 * @param {CollectionModel | undefined} collection
 */
function draftOf(collection) {
  const fields = (collection?.fields ?? []).filter(({ name, type, system }) =>
    type !== "autodate" && name !== "id" && (!system || name === "email" || name === "password"));
  const several = (/** @type {any} */ { type, maxSelect }) => (type === "select" || type === "relation") && maxSelect > 1;
  const values = fields.map((field) => [field.name, several(field) ? [] : field.type in EMPTY ? EMPTY[field.type] : ""]);
  return JSON.stringify(Object.fromEntries(values), null, 2);
}

export function Bench() {
  const all = (collections.value ?? []).filter(({ name }) => !name.startsWith("_"));
  const [chosen, setChosen] = useState("");
  const [action, setAction] = useState(/** @type {(typeof ACTIONS)[number]} */ ("create"));
  const [record, setRecord] = useState("");
  const [draft, setDraft] = useState(/** @type {string | null} */ (null));
  const [who, setWho] = useState("me");
  const [person, setPerson] = useState("");
  const [outcome, setOutcome] = useState(/** @type {Outcome | null} */ (null));
  const [problem, setProblem] = useState("");
  const name = chosen || all[0]?.name || "";
  const isView = byName.value.get(name)?.type === "view";
  const actions = isView ? ACTIONS.filter((one) => one === "view" || one === "list") : ACTIONS;
  const asked = actions.find((one) => one === action) ?? "list";
  const sent = draft ?? (asked === "create" ? draftOf(byName.value.get(name)) : "{}");

  async function ask() {
    setOutcome(null);
    setProblem("");
    try {
      setOutcome(await pb.send("/api/hooks/try", { method: "POST", body: {
        collection: name, action: asked,
        ...(WITH_RECORD.has(asked) ? { record } : {}),
        ...(WITH_BODY.has(asked) ? { body: JSON.parse(sent || "{}") } : {}),
        ...(who === "me" ? {} : { auth: who ? { collection: who, id: person } : null }),
      } }));
    } catch (error) {
      const told = Object.values(problemsOf(error)).join(" ");
      setProblem(error instanceof SyntaxError ? t("noJsonValue") : told || messageOf(error, t("unreachable")));
    }
  }
  if (!name) return html`<p class="quiet">${t("hooksNoCollections")}</p>`;
  const callers = (collections.value ?? []).filter(({ type, name }) => type === "auth" && name !== "_superusers");
  return html`<p class="quiet">${t("hooksBenchText")}</p>
    <form class="hooks-bench" onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      void ask();
    }}>
      <div class="filters">
        <${SelectField} label=${t("hooksCollection")} value=${name} onInput=${(/** @type {string} */ value) => {
          setChosen(value);
          setRecord("");
          setDraft(null);
        }} options=${all.map((one) => ({ value: one.name, label: one.name }))} />
        <${SelectField} label=${t("hooksRequest")} value=${asked} onInput=${(/** @type {(typeof ACTIONS)[number]} */ value) => {
          setAction(value);
          setDraft(null);
        }} options=${actions.map((one) => ({ value: one, label: t(`hooksRequest_${one}`) }))} />
        <${SelectField} label=${t("hooksWho")} value=${who} onInput=${(/** @type {string} */ value) => {
          setWho(value);
          setPerson("");
        }} options=${[{ value: "me", label: t("hooksWhoMe") }, { value: "", label: t("hooksWhoGuest") },
          ...callers.map((one) => ({ value: one.name, label: t("hooksWhoOneOf", { name: one.name }) }))]} />
        ${who && who !== "me" && html`<${RecordField} key=${who} label=${t("hooksPerson")} collection=${who} value=${person} onInput=${setPerson} />`}
        ${WITH_RECORD.has(asked) && html`<${RecordField} key=${name} label=${t("hooksRecord")} collection=${name} value=${record} onInput=${setRecord} />`}
      </div>
      ${WITH_BODY.has(asked) && html`<${Code} key=${`${name} ${asked}`} label=${t(asked === "create" ? "hooksDraft" : "hooksChanges")}
        language="json" minLines=${5} value=${sent} onInput=${setDraft} onEnter=${ask} help=${t("hooksDraftHelp")} />`}
      <div class="buttons"><${Button} type="submit" kind="main">${t("hooksTry")}<//></div>
      ${problem && html`<p class="problem" role="alert">${problem}</p>`}
    </form>
    ${outcome && html`<${Tried} outcome=${outcome} />`}`;
}

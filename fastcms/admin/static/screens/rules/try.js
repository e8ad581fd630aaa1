// A rule asked for one person and one record: the answer, and what each clause is worth.

import { html, useState } from "../../vendor/preact.js";
import { messageOf, pb, problemsOf } from "../../core/client.js";
import { collections } from "../../core/collections.js";
import { t } from "../../core/language.js";
import { Button } from "../../ui/button.js";
import { Code } from "../../ui/code.js";
import { SelectField } from "../../ui/field.js";
import { Answer } from "./answer.js";
import { RecordField } from "./record_field.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("./kinds.js").Action} Action */

const WITH_BODY = new Set(["create", "update", "manage"]);

/**
 * @param {{ collection: CollectionModel, actions: readonly Action[], rule?: string | null }} props
 *   `rule` is asked in place of the stored one
 */
export function Try({ collection, actions, rule }) {
  const [action, setAction] = useState(actions[0] ?? "list");
  const [who, setWho] = useState("");
  const [person, setPerson] = useState("");
  const [record, setRecord] = useState("");
  const [sent, setSent] = useState("{}");
  const [answer, setAnswer] = useState(/** @type {import("./answer.js").Explanation | null} */ (null));
  const [problem, setProblem] = useState("");
  const callers = (collections.value ?? []).filter(({ type }) => type === "auth");

  /** @template T @param {(value: T) => void} set @returns {(value: T) => void}  what was answered before is of something else */
  const changing = (set) => (value) => {
    set(value);
    setAnswer(null);
    setProblem("");
  };
  async function ask() {
    setAnswer(null);
    setProblem("");
    try {
      setAnswer(await pb.send("/api/rules/explain", { method: "POST", body: {
        collection: collection.id, action,
        auth: who ? { collection: who, id: person } : null,
        ...(record && action !== "create" ? { record } : {}),
        ...(WITH_BODY.has(action) ? { body: JSON.parse(sent || "{}") } : {}),
        ...(rule === undefined ? {} : { rule }),
      } }));
    } catch (error) {
      const told = Object.values(problemsOf(error)).join(" ");
      setProblem(error instanceof SyntaxError ? t("noJsonValue") : told || messageOf(error, t("unreachable")));
    }
  }
  return html`<form class="rule-try" onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    // It may stand in the form of the collection.
    event.stopPropagation();
    void ask();
  }}>
    ${actions.length > 1 && html`<${SelectField} label=${t("ruleAction")} value=${action} onInput=${changing(setAction)}
      options=${actions.map((one) => ({ value: one, label: t(`ruleAction_${one}`) }))} />`}
    <${SelectField} label=${t("ruleWho")} value=${who}
      onInput=${changing((/** @type {string} */ value) => {
        setWho(value);
        setPerson("");
      })}
      options=${[{ value: "", label: t("ruleGuest") }, ...callers.map(({ name }) => ({ value: name, label: t("ruleOneOf", { name }) }))]} />
    ${who && html`<${RecordField} key=${who} label=${t("rulePerson")} collection=${who} value=${person} onInput=${changing(setPerson)} />`}
    ${action !== "create" && html`<${RecordField} label=${t("ruleRecord")} collection=${collection.name} value=${record}
      help=${action === "list" ? t("ruleRecordOfList") : ""} onInput=${changing(setRecord)} />`}
    ${WITH_BODY.has(action) && html`<${Code} label=${t(action === "create" ? "ruleDraft" : "ruleBody")} language="json"
      minLines=${4} value=${sent} onInput=${changing(setSent)} />`}
    <div class="buttons"><${Button} type="submit" kind="main">${t("ruleAsk")}<//></div>
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}
    ${answer && html`<${Answer} answer=${answer} />`}
  </form>`;
}

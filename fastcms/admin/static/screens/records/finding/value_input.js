// The input of a condition's value, by type of field.

import { html, useEffect, useState } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { titleOf } from "../../../core/collections.js";
import { MACROS } from "../../../core/completions.js";
import { t } from "../../../core/language.js";
import { isMoment } from "./operators.js";

/** @typedef {import("../../../core/collections.js").Field} Field */
/** @typedef {Event & { currentTarget: HTMLInputElement & HTMLSelectElement }} Change */
/** @typedef {{ field: Field, text: string, onText: (text: string) => void }} Props */

const SUGGESTED = 100;
const MOMENTS = MACROS.filter(([name]) => /^@(now|yesterday|tomorrow|\w+Start|\w+End)$/.test(name));

/** @param {Props} props */
export function ValueInput({ field, text, onText }) {
  if (field.type === "bool") {
    return html`<${Choice} text=${text} onText=${onText} choices=${[["true", t("yes")], ["false", t("no")]]} />`;
  }
  if (field.type === "select") {
    const values = /** @type {string[]} */ (field.values ?? []);
    const known = text && !values.includes(text) ? [text, ...values] : values;
    return html`<${Choice} text=${text} onText=${onText} choices=${["", ...known].map((value) => [value, value])} />`;
  }
  if (isMoment(field)) return html`<${Moment} text=${text} onText=${onText} />`;
  if (field.type === "relation" || field.type === "manyToMany") return html`<${Related} ...${{ field, text, onText }} />`;
  return html`<input aria-label=${t("conditionValue")} type=${field.type === "number" ? "number" : "text"} step="any"
    autocomplete="off" spellcheck=${false} value=${text}
    onInput=${(/** @type {Change} */ event) => onText(event.currentTarget.value)} />`;
}

/** @param {{ text: string, choices: string[][], onText: (text: string) => void }} props */
function Choice({ text, choices, onText }) {
  return html`<select aria-label=${t("conditionValue")} onChange=${(/** @type {Change} */ event) => onText(event.currentTarget.value)}>
    ${choices.map(([value, label]) => html`<option key=${value} value=${value} selected=${value === text}>${label}</option>`)}
  </select>`;
}

/** @param {{ text: string, onText: (text: string) => void }} props */
function Moment({ text, onText }) {
  const local = toLocal(text);
  // A part of a time, which the language takes as well, is no moment.
  const isPart = text !== "" && !text.startsWith("@") && local === "";
  const macro = text.startsWith("@") ? text : "";
  return html`<span class="moment">
    <select aria-label=${t("conditionMoment")} onChange=${(/** @type {Change} */ event) => onText(event.currentTarget.value)}>
      <option value="" selected=${!macro}>${t("momentAt")}</option>
      ${MOMENTS.map(([name, info]) => html`<option key=${name} value=${name} selected=${name === macro}>${t(info)}</option>`)}
    </select>
    ${!macro && html`<input aria-label=${t("conditionValue")} type=${isPart ? "text" : "datetime-local"} step="1" value=${isPart ? text : local}
      onInput=${(/** @type {Change} */ event) => onText(isPart ? event.currentTarget.value : toStored(event.currentTarget.value))} />`}
  </span>`;
}

/** @param {string} text  as the API writes a time */
function toLocal(text) {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z$/.test(text)) return "";
  const moment = new Date(text.replace(" ", "T"));
  return new Date(moment.valueOf() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** @param {string} local */
function toStored(local) {
  return local ? new Date(local).toISOString().replace("T", " ") : "";
}

/** @param {Props} props  the id of a record, of which some are suggested by their titles */
function Related({ field, text, onText }) {
  const [found, setFound] = useState(/** @type {import("../../../core/client.js").RecordModel[]} */ ([]));
  useEffect(() => {
    let isOver = false;
    pb.collection(field.collectionId).getList(1, SUGGESTED, { skipTotal: true }).then(
      ({ items }) => {
        if (!isOver) setFound(items);
      },
      // One can still type it.
      () => {},
    );
    return () => {
      isOver = true;
    };
  }, [field.collectionId]);
  const list = `suggested-${field.id}`;
  return html`<input aria-label=${t("conditionValue")} type="text" list=${list} autocomplete="off" spellcheck=${false}
      placeholder=${t("conditionRecord")} value=${text} onInput=${(/** @type {Change} */ event) => onText(event.currentTarget.value)} />
    <datalist id=${list}>${found.map((one) => html`<option key=${one.id} value=${one.id}>${titleOf(one)}</option>`)}</datalist>`;
}

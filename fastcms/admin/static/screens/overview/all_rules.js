// The rules of all collections in one table.

import { html, useState } from "../../vendor/preact.js";
import { t } from "../../core/language.js";
import { address } from "../../core/router.js";
import { CheckField, SelectField } from "../../ui/field.js";
import { List } from "../../ui/list.js";
import { KINDS, ruleOf, ruleText, stateOf, stateText } from "../rules/kinds.js";
import { State } from "../rules/state.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */

/** @param {{ boxes: CollectionModel[] }} props */
export function AllRules({ boxes }) {
  const [kind, setKind] = useState("");
  const [onlyOpen, setOnlyOpen] = useState(false);
  const kinds = KINDS.filter(({ name }) => !kind || name === kind);
  const rows = boxes.filter((box) => kinds.some(({ types, name }) => types.includes(box.type)
    && (!onlyOpen || stateOf(ruleOf(box, name)) === "open")));
  return html`<div class="overview-choice">
      <${SelectField} label=${t("overviewKind")} value=${kind} onInput=${setKind}
        options=${[{ value: "", label: t("overviewAllKinds") }, ...KINDS.map(({ name }) => ({ value: name, label: ruleText(name, "title") }))]} />
      <${CheckField} label=${t("overviewOnlyOpen")} checked=${onlyOpen} onInput=${setOnlyOpen} />
    </div>
    <${List} label=${t("overviewRules")} rows=${rows} keyOf=${(/** @type {CollectionModel} */ { id }) => id} empty=${t("nothingFound")} columns=${[
      { title: t("overviewCollection"), cell: (/** @type {CollectionModel} */ { name }) => html`<a class="collection-name" href=${address(["rules", name])}>${name}</a>` },
      ...kinds.map(({ name, types }) => ({ title: ruleText(name, "title"), cell: (/** @type {CollectionModel} */ box) => (
        types.includes(box.type) ? html`<${Rule} name=${name} rule=${ruleOf(box, name)} />` : html`<span class="quiet">–</span>`) })),
    ]} />`;
}

/** @param {{ name: string, rule: string | null }} props */
function Rule({ name, rule }) {
  const state = stateOf(rule);
  return html`<${State} state=${state}>${stateText(name, state)}<//>${state === "condition" && html` <code>${rule}</code>`}`;
}

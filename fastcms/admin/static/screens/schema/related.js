// Options of fields that point to other collections: which ones, and by which junction.

import { html } from "../../vendor/preact.js";
import { byName, collections } from "../../core/collections.js";
import { t } from "../../core/language.js";
import { address } from "../../core/router.js";
import { SelectField } from "../../ui/field.js";
import { CheckGroup, optionText } from "./option.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/**
 * @typedef {{ option: import("./option.js").Option, field: Record<string, any>, isStored: boolean,
 *   onInput: (value: any) => void, problem: string }} Props  `isStored`: the server holds it already
 */

/** @param {Props & { isView: boolean }} props */
export function RelatedInput({ option, field, isStored, onInput, problem, isView }) {
  const { key, kind, text } = option;
  const said = { label: optionText(text), help: optionText(text, "_help"), problem };
  const all = (collections.value ?? []).filter(({ type }) => isView || type !== "view");
  if (kind === "collections") {
    return html`<${CheckGroup} ...${said} chosen=${field[key] ?? []} onInput=${onInput} choices=${named(all)} />`;
  }
  if (kind === "end") {
    const ends = (byName.value.get(field.junctionId)?.fields ?? []).filter(({ type }) => type === "relation");
    return html`<${SelectField} ...${said} value=${field[key] ?? ""} onInput=${onInput}
      options=${[{ value: "", label: t("firstThatFits") }, ...ends.map(({ id, name }) => ({ value: id, label: name }))]} />`;
  }
  const offered = kind === "junction" ? all.filter(({ type }) => type === "base") : all;
  return html`<${SelectField} ...${said} required value=${field[key] ?? ""} onInput=${onInput}
      disabled=${isStored && kind === "collection"}
      options=${[{ value: "", label: t("chooseCollection") }, ...named(offered)]} />
    ${!isStored && kind === "collection" && html`<p class="help"><a href=${address(["schema"])} target="_blank" rel="noopener">${t("newCollection")}</a></p>`}`;
}

/** @param {CollectionModel[]} all */
function named(all) {
  return all.map(({ id, name }) => ({ value: id, label: name }));
}

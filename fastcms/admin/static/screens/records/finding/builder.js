// Conditions and groups of them, as rows of inputs: another way to write what stands in the search,
// and to read it.

import { html, useLayoutEffect, useRef, useState } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { Button, IconButton } from "../../../ui/button.js";
import { Icon } from "../../../ui/icon.js";
import { isExpression, toFilter } from "../search.js";
import { readFilter, writeFilter } from "./expression.js";
import { TITLES, isMoment, literalOf, needsValue, operatorsOf, toComparison, toSaid } from "./operators.js";
import { pathsOf, placeAt } from "./paths.js";
import { ValueInput } from "./value_input.js";

/** @typedef {import("../../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("./expression.js").Item} Item */
/** @typedef {import("./expression.js").Join} Join */
/** @typedef {import("./operators.js").Said} Said */
/** @typedef {{ id: number } & ({ said: Said } | { raw: string } | { join: Join, rows: Row[] })} Row */
/** @typedef {{ id: number, join: Join, rows: Row[] }} GroupRow */

let last = 0;
const newId = () => (last += 1);

/**
 * @param {{ collection: CollectionModel, text: string, onText: (text: string) => void }} props
 */
export function FilterBuilder({ collection, text, onText }) {
  const [root, setRoot] = useState(() => read(collection, text));
  // What the rows say; another text was typed.
  const written = useRef(text);
  useLayoutEffect(() => {
    if (text === written.current) return;
    written.current = text;
    setRoot(read(collection, text));
  }, [text]);

  /** @param {GroupRow} next */
  function change(next) {
    written.current = writeFilter(toItem(collection, next));
    setRoot(next);
    onText(written.current);
  }
  return html`<div class="builder" role="region" aria-label=${t("filterBuilder")}>
    ${root
      ? html`<${Group} collection=${collection} group=${root} onChange=${change} />`
      : html`<p class="notice" role="status"><${Icon} name="warning" /><span>${t("filterUnread")}</span></p>`}
    <div class="buttons"><${Button} type="submit" kind="main">${t("search")}<//></div>
  </div>`;
}

/**
 * @param {CollectionModel} collection
 * @param {string} text
 * @returns {GroupRow | null}
 */
function read(collection, text) {
  const group = readFilter(isExpression(text) ? text : toFilter(text, collection.fields));
  return group && toGroup(collection, group);
}

/**
 * @param {CollectionModel} collection
 * @param {import("./expression.js").Group} group
 * @returns {GroupRow}
 */
function toGroup(collection, { join, items }) {
  const rows = items.map((item) => {
    if ("items" in item) return toGroup(collection, item);
    const said = toSaid(item, (path) => placeAt(collection, path));
    return { id: newId(), ...(said ? { said } : { raw: writeFilter(item) }) };
  });
  return { id: newId(), join, rows };
}

/**
 * @param {CollectionModel} collection
 * @param {Row} row
 * @returns {Item}
 */
function toItem(collection, row) {
  if ("raw" in row) return { raw: row.raw };
  if ("rows" in row) return { join: row.join, items: row.rows.map((one) => toItem(collection, one)) };
  const place = placeAt(collection, row.said.path);
  return (place && toComparison(row.said, place)) ?? { raw: "" };
}

/** @param {CollectionModel} collection @returns {Row} */
function newRow(collection) {
  const [first] = pathsOf(collection)[0]?.paths.filter(({ field }) => !field.system || field.name !== "id") ?? [];
  return { id: newId(), said: begun(collection, first?.path ?? "id") };
}

/**
 * A condition on a path that was just chosen.
 * @param {CollectionModel} collection
 * @param {string} path
 * @returns {Said}
 */
function begun(collection, path) {
  const field = placeAt(collection, path)?.field;
  const [operator = "="] = field ? operatorsOf(field) : [];
  if (field?.type === "bool") return { path, operator, value: { kind: "word", text: "true" } };
  return { path, operator, value: { kind: "text", text: "" } };
}

/**
 * @param {{ collection: CollectionModel, group: GroupRow, onChange: (group: GroupRow) => void, onRemove?: () => void }} props
 */
function Group({ collection, group, onChange, onRemove }) {
  const { join, rows } = group;
  /** @param {Row} next */
  const replace = (next) => onChange({ ...group, rows: rows.map((one) => (one.id === next.id ? next : one)) });
  /** @param {number} id */
  const remove = (id) => onChange({ ...group, rows: rows.filter((one) => one.id !== id) });
  /** @param {Row} row */
  const add = (row) => onChange({ ...group, rows: [...rows, row] });
  return html`<div class="condition-group" role="group" aria-label=${t("conditionGroup")}>
    <div class="condition-join">
      <select aria-label=${t("conditionJoin")} onChange=${(/** @type {Event & { currentTarget: HTMLSelectElement }} */ event) =>
        onChange({ ...group, join: /** @type {Join} */ (event.currentTarget.value) })}>
        <option value="&&" selected=${join === "&&"}>${t("conditionAll")}</option>
        <option value="||" selected=${join === "||"}>${t("conditionAny")}</option>
      </select>
      ${onRemove && html`<${IconButton} icon="trash" label=${t("removeGroup")} onClick=${onRemove} />`}
    </div>
    ${rows.map((row) => "rows" in row
      ? html`<${Group} key=${row.id} collection=${collection} group=${row} onChange=${replace} onRemove=${() => remove(row.id)} />`
      : html`<${Condition} key=${row.id} collection=${collection} row=${row} onChange=${replace} onRemove=${() => remove(row.id)} />`)}
    <div class="condition-add">
      <${Button} onClick=${() => add(newRow(collection))}><${Icon} name="add" />${t("addCondition")}<//>
      <${Button} onClick=${() => add({ id: newId(), join: join === "&&" ? "||" : "&&", rows: [newRow(collection)] })}>
        <${Icon} name="add" />${t("addGroup")}<//>
    </div>
  </div>`;
}

/**
 * @param {{ collection: CollectionModel, row: Row & ({ said: Said } | { raw: string }),
 *   onChange: (row: Row) => void, onRemove: () => void }} props
 */
function Condition({ collection, row, onChange, onRemove }) {
  const remove = html`<${IconButton} icon="close" label=${t("removeCondition")} onClick=${onRemove} />`;
  if ("raw" in row) {
    return html`<div class="condition" role="group" aria-label=${t("condition")}>
      <code class="raw-condition">${row.raw}</code><span class="help">${t("conditionKept")}</span>${remove}
    </div>`;
  }
  const { said } = row;
  const field = placeAt(collection, said.path)?.field;
  if (!field) return null;
  const operators = operatorsOf(field);
  /** @param {Partial<Said>} changed */
  const change = (changed) => onChange({ id: row.id, said: { ...said, ...changed } });
  return html`<div class="condition" role="group" aria-label=${t("condition")}>
    <${PathSelect} collection=${collection} path=${said.path} label=${t("conditionField")}
      onPath=${(/** @type {string} */ path) => onChange({ id: row.id, said: begun(collection, path) })} />
    <select aria-label=${t("conditionOperator")} onChange=${(/** @type {Event & { currentTarget: HTMLSelectElement }} */ event) => {
      const operator = /** @type {import("./operators.js").Operator} */ (event.currentTarget.value);
      change({ operator, value: literalOf(field, operator, said.value.text) });
    }}>
      ${operators.map((one) => html`<option key=${one} value=${one} selected=${one === said.operator}>${t(TITLES[one])}</option>`)}
    </select>
    ${needsValue(said.operator) && html`<${ValueInput} key=${`${said.path} ${isMoment(field)}`} field=${field} text=${said.value.text}
      onText=${(/** @type {string} */ text) => change({ value: literalOf(field, said.operator, text) })} />`}
    ${remove}
  </div>`;
}

/**
 * @param {{ collection: CollectionModel, path: string, label: string, onPath: (path: string) => void,
 *   only?: (field: import("../../../core/collections.js").Field) => boolean }} props
 */
export function PathSelect({ collection, path, label, onPath, only = () => true }) {
  const groups = pathsOf(collection).map(({ title, paths }) => ({ title, paths: paths.filter(({ field }) => only(field)) }));
  const isListed = groups.some(({ paths }) => paths.some((one) => one.path === path));
  return html`<select aria-label=${label} onChange=${(/** @type {Event & { currentTarget: HTMLSelectElement }} */ event) =>
    onPath(event.currentTarget.value)}>
    ${!isListed && html`<option value=${path} selected>${path}</option>`}
    ${groups.map(({ title, paths }) => {
      const options = paths.map((one) => html`<option key=${one.path} value=${one.path} selected=${one.path === path}>${one.path}</option>`);
      return title ? html`<optgroup key=${title} label=${title}>${options}</optgroup>` : options;
    })}
  </select>`;
}

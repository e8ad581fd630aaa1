// One field in the list: its name in place, what is special about it, and all of its options.

import { html } from "../../vendor/preact.js";
import { t } from "../../core/language.js";
import { CheckField, TextField } from "../../ui/field.js";
import { IconButton } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { Menu } from "../../ui/menu.js";
import { nameFrom, settled } from "./edited.js";
import { typeTitle } from "./fields.js";
import { isUnique } from "./index_sql.js";
import { OptionInput } from "./option.js";
import { problemAt } from "./problems.js";
import { RelatedInput } from "./related.js";
import { typeOf } from "./types.js";

/** @typedef {import("./edited.js").Row} Row */
/** @typedef {import("./option.js").Option} Option */

const RELATED = new Set(["collection", "collections", "end", "junction"]);
/** What the server insists on, whatever one says. */
const FIXED = new Set(["autodate"]);

/**
 * @param {{ form: import("./builder.js").Form, row: Row, isOpen: boolean, isDragged: boolean,
 *   drop: "" | "before" | "after", onToggle: () => void, onGrip: (event: PointerEvent) => void,
 *   onMove: (step: number) => void, onChange: (row: Row) => void, onDuplicate: () => void, onRemove: () => void }} props
 */
export function FieldRow({ form, row, isOpen, isDragged, drop, onToggle, onGrip, onMove, onChange, onDuplicate, onRemove }) {
  const { field, key, was, removed } = row;
  const { change } = form;
  const { icon } = typeOf(field.type);
  const path = `fields.${key}`;
  const nameProblem = problemAt(form.problems, `${path}.name`);
  const problem = problemAt(form.problems, path);
  // Not the name that is just being typed.
  const label = row.linked || typeTitle(field.type);
  const settingsId = `${key}-settings`;
  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    onMove(event.key === "ArrowUp" ? -1 : 1);
  }
  /** @param {InputEvent & { currentTarget: HTMLInputElement }} event */
  function rename(event) {
    const { value } = event.currentTarget;
    // An input method is still at work.
    onChange({ ...row, field: { ...field, name: event.isComposing ? value : nameFrom(value) } });
  }
  const style = `field-row ${drop && `drop-${drop}`} ${removed ? "gone" : ""} ${isDragged ? "dragged" : ""} ${problem ? "wrong" : ""}`;
  return html`<li class=${style} data-row=${key} aria-label=${label}>
    <div class="field-line">
      <button type="button" class="icon-button grip" aria-label=${t("moveField", { name: label })} title=${t("moveHelp")}
        onPointerDown=${onGrip} onKeyDown=${onKeyDown}><${Icon} name="grip" /></button>
      <span class="field-type" title=${typeTitle(field.type)}><${Icon} name=${icon} /><span class="hidden-text">${typeTitle(field.type)}</span></span>
      <input class="mono" aria-label=${t("nameOfField", { name: label })} value=${field.name} data-new=${!was}
        readonly=${field.system || removed} autocomplete="off" spellcheck=${false} maxlength="100"
        aria-invalid=${nameProblem !== ""} aria-describedby=${problem ? `${key}-problem` : undefined}
        onInput=${rename} onChange=${() => change(settled)}
        onCompositionEnd=${(/** @type {any} */ event) => rename(event)} />
      <span class="badges">${badgesOf(row, form).map((name) => html`<span class="chip" key=${name}>
        ${t(/** @type {import("../../core/language.js").Key} */ (`badge_${name}`))}</span>`)}</span>
      ${removed
        ? html`<button type="button" class="button plain" onClick=${() => onChange({ ...row, removed: false })}>${t("restoreField", { name: label })}</button>`
        : html`<${IconButton} icon="settings" label=${t("fieldSettings", { name: label })} aria-expanded=${isOpen}
            aria-controls=${settingsId} onClick=${onToggle} />
          <${Menu} label=${t("moreOf", { name: label })} button=${html`<${Icon} name="more" />`}>
            ${(/** @type {() => void} */ close) => html`
              <button type="button" onClick=${() => {
                close();
                onDuplicate();
              }}><${Icon} name="copy" />${t("schemaDuplicate")}</button>
              ${!field.system && html`<button type="button" onClick=${() => {
                close();
                onRemove();
              }}><${Icon} name="trash" />${t("schemaRemove")}</button>`}`}
          <//>`}
    </div>
    ${problem && html`<p class="problem" id=${`${key}-problem`} role="alert">${problem}</p>`}
    ${(isOpen || (problem && !nameProblem)) && !removed && html`<div id=${settingsId} class="field-settings">
      <${Settings} ...${{ form, row, onChange }} />
    </div>`}
  </li>`;
}

/** @param {{ form: import("./builder.js").Form, row: Row, onChange: (row: Row) => void }} props */
function Settings({ form, row, onChange }) {
  const { field, key, was } = row;
  const { options, own } = typeOf(field.type);
  const isDescribed = field.type !== "autodate";
  /**
   * @param {string} name
   * @param {unknown} value
   */
  function put(name, value) {
    onChange({ ...row, field: { ...field, [name]: value } });
  }
  /** @param {string} name */
  const problemOf = (name) => problemAt(form.problems, `fields.${key}.${name}`);
  /** @param {"required" | "presentable" | "hidden"} name */
  const flag = (name, locked = false) => html`<${CheckField} label=${t(`option_${name}`)} help=${t(`option_${name}_help`)}
    checked=${Boolean(field[name])} disabled=${locked} problem=${problemOf(name)}
    onInput=${(/** @type {boolean} */ on) => put(name, on)} />`;
  return html`
    <p class="quiet">${typeTitle(field.type)}${field.system && html` · ${t("systemField")}`}${own && html` · ${t("ownTypeHelp")}`}</p>
    <div class="option-grid">
      ${isDescribed && flag("required", field.system)}
      ${flag("hidden", field.system)}
      ${flag("presentable")}
      ${options.map((option) => html`<div key=${option.key}>${RELATED.has(option.kind)
        ? html`<${RelatedInput} ...${{ option, field }} isStored=${was !== "" || field.system} isView=${form.edited.type === "view"}
            problem=${problemOf(option.key)} onInput=${(/** @type {unknown} */ value) => put(option.key, value)} />`
        : html`<${OptionInput} option=${sized(option, field)} value=${field[option.key]} problem=${problemOf(option.key)}
            disabled=${field.system && FIXED.has(field.type)} onInput=${(/** @type {unknown} */ value) => put(option.key, value)} />`}</div>`)}
      ${isDescribed && html`<div class="wide"><${Help} value=${field.help ?? ""} problem=${problemOf("help")}
        onInput=${(/** @type {string} */ value) => put("help", value)} /></div>`}
    </div>`;
}

/** @param {{ value: string, problem: string, onInput: (value: string) => void }} props */
function Help({ value, problem, onInput }) {
  return html`<${TextField} label=${t("option_help")} help=${t("option_help_help")} value=${value} problem=${problem}
    onInput=${onInput} maxlength="300" />`;
}

/**
 * Of a select there are no more at once than there are values.
 * @param {Option} option
 * @param {Record<string, any>} field
 * @returns {Option}
 */
function sized(option, field) {
  if (option.kind !== "several" || field.type !== "select") return option;
  return { ...option, most: Math.max(field.values?.length ?? 0, 2) };
}

/**
 * @param {Row} row
 * @param {import("./builder.js").Form} form
 */
function badgesOf({ field, was, linked }, { edited: { indexes }, stored }) {
  return [
    stored && !was && "new",
    field.primaryKey && "primaryKey",
    field.system && !field.primaryKey && "system",
    field.required && "required",
    isUnique(indexes, linked || field.name) && "unique",
    field.presentable && "presentable",
    field.hidden && "hidden",
    field.protected && "protected",
    (field.maxSelect > 1 || field.type === "manyToMany") && "multiple",
  ].filter((name) => typeof name === "string");
}

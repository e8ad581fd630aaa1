// A cell that is changed in its place. What is typed stays until it is saved or given up, whatever
// happens to the row meanwhile.

import { html, signal, useLayoutEffect, useRef } from "../../vendor/preact.js";
import { hidesControls } from "../../core/appearance.js";
import { messageOf, pb, problemsOf } from "../../core/client.js";
import { t } from "../../core/language.js";
import { complain } from "../../ui/toasts.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("../../core/client.js").RecordModel} RecordModel */
/** @typedef {import("../../core/collections.js").Field} Field */
/** @typedef {ReturnType<typeof createEdit>} Edit */

const EDITED = new Set(["bool", "date", "email", "json", "number", "text", "url"]);

/**
 * @param {CollectionModel} collection
 * @param {Field} field
 */
export function isEditable(collection, field) {
  if (collection.type === "view" || hidesControls.value || field.primaryKey || field.name === "id" || field.name === "tokenKey") return false;
  return EDITED.has(field.type) || (field.type === "select" && !(field.maxSelect > 1));
}

/**
 * @param {CollectionModel} collection
 * @param {(record: RecordModel) => void} onSaved
 */
export function createEdit(collection, onSaved) {
  const cell = signal(/** @type {{ record: RecordModel, field: Field } | null} */ (null));
  const value = signal(/** @type {any} */ (""));
  const problem = signal("");
  /** @type {Promise<boolean> | null} */
  let saving = null;
  // Inputs come with the first cell that is changed.
  const loadInputs = () => import("./inputs/inputs.js");

  /** @returns {Promise<boolean>} whether it is closed */
  async function save() {
    const open = cell.peek();
    if (!open) return true;
    const { record, field } = open;
    const { take, give } = (await loadInputs()).inputOf(field);
    if (value.peek() === take(record[field.name], field)) {
      cell.value = null;
      return true;
    }
    try {
      const saved = await pb.collection(collection.id).update(record.id, { [field.name]: give(value.peek(), field) });
      onSaved(saved);
      if (cell.peek() === open) cell.value = null;
      return true;
    } catch (error) {
      problem.value = problemsOf(error)[field.name] ?? messageOf(error, t("unreachable"));
      return false;
    }
  }

  return {
    cell,
    problem,
    value,
    /** @param {RecordModel} record @param {Field} field */
    async begin(record, field) {
      if (!(await this.commit())) {
        const input = /** @type {HTMLElement | null} */ (document.querySelector(".cell-edit :is(input, textarea, select)"));
        if (input) {
          input.focus();
          return;
        }
        // Its row is gone, and with it the place to say this.
        complain(new Error(problem.peek()));
      }
      const { take } = (await loadInputs()).inputOf(field);
      problem.value = "";
      value.value = take(record[field.name], field);
      cell.value = { record, field };
    },
    /** Saves what was changed; one that is under way is waited for. */
    commit() {
      saving ??= save().finally(() => {
        saving = null;
      });
      return saving;
    },
    cancel() {
      cell.value = null;
    },
  };
}

/**
 * @param {{ edit: Edit, record: RecordModel, field: Field, onDone: (then: "stay" | "next" | "previous") => void }} props
 *   `record` as it is now; `onDone` is called when keys have closed it
 */
export function CellEdit({ edit, record, field, onDone }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const value = edit.value.value;
  const problem = edit.problem.value;
  const begun = edit.cell.value?.record[field.name];
  const isOther = JSON.stringify(begun) !== JSON.stringify(record[field.name]);
  useLayoutEffect(() => {
    input.current?.focus();
    if (input.current && "select" in input.current) input.current.select();
  }, []);
  useLayoutEffect(() => {
    // The row may have been moved, which takes the focus.
    if (document.activeElement === document.body && !problem) input.current?.focus();
  });

  /** @param {"stay" | "next" | "previous"} then */
  async function finish(then) {
    if (await edit.commit()) onDone(then);
  }
  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      edit.cancel();
      onDone("stay");
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void finish("stay");
    } else if (event.key === "Tab") {
      event.preventDefault();
      void finish(event.shiftKey ? "previous" : "next");
    }
  }
  function onBlur() {
    // A row that is only moved gets the focus back at once.
    setTimeout(() => {
      if (input.current?.isConnected && document.activeElement !== input.current) void edit.commit();
    });
  }
  /** @param {Event & { currentTarget: HTMLInputElement }} event */
  function onInput({ currentTarget }) {
    edit.value.value = field.type === "bool" ? currentTarget.value === "true" : currentTarget.value;
    edit.problem.value = "";
  }
  const shared = {
    ref: input, onInput, onBlur, "aria-label": field.name, "aria-invalid": problem !== "",
    "aria-describedby": problem || isOther ? "cell-problem" : undefined,
  };
  return html`<div class="cell-edit" onKeyDown=${onKeyDown} onClick=${(/** @type {Event} */ event) => event.stopPropagation()}
    onDblClick=${(/** @type {Event} */ event) => event.stopPropagation()}>
    ${inputFor(field, value, shared)}
    ${(problem || isOther) && html`<p id="cell-problem" class=${`cell-note ${problem ? "problem" : ""}`} role="alert">
      ${problem || t("changedMeanwhile")}</p>`}
  </div>`;
}

/**
 * @param {Field} field
 * @param {any} value
 * @param {Record<string, unknown>} shared
 */
function inputFor(field, value, shared) {
  if (field.type === "bool" || field.type === "select") {
    const choices = field.type === "bool"
      ? [["true", t("yes")], ["false", t("no")]]
      : ["", ...(field.values ?? [])].map((/** @type {string} */ one) => [one, one]);
    return html`<select ...${shared}>${choices.map(([choice, label]) =>
      html`<option key=${choice} value=${choice} selected=${String(value) === choice}>${label}</option>`)}</select>`;
  }
  if (field.type === "text" || field.type === "json") {
    return html`<textarea ...${shared} rows="1" class=${field.type === "json" ? "mono" : ""} spellcheck=${field.type === "text"} value=${value}></textarea>`;
  }
  const type = { date: "datetime-local", number: "number" }[field.type] ?? "text";
  return html`<input ...${shared} type=${type} step=${field.type === "date" ? "0.001" : "any"} autocomplete="off" value=${value} />`;
}

// The fields of a collection: put in order, named, added, taken away.

import { html, useLayoutEffect, useRef, useState } from "../../vendor/preact.js";
import { t } from "../../core/language.js";
import { Icon } from "../../ui/icon.js";
import { moved, useSorting } from "../../ui/sorting.js";
import { rowOf } from "./edited.js";
import { FieldRow } from "./field_row.js";
import { TYPES } from "./types.js";

/** @typedef {import("../../core/language.js").Key} Key */
/** @typedef {import("./edited.js").Row} Row */

const NEW = "new:";

/** @param {{ form: import("./builder.js").Form }} props */
export function Fields({ form }) {
  const { edited, change } = form;
  const rows = edited.fields;
  const [open, setOpen] = useState(/** @type {readonly string[]} */ ([]));
  const [said, setSaid] = useState("");
  const focused = useRef(/** @type {{ key: string, part: "input" | ".grip" } | null} */ (null));
  const { list, drag, begin } = useSorting((what, to) => {
    if (what.startsWith(NEW)) add(what.slice(NEW.length), to);
    else put(what, to);
  });
  // What was moved or made keeps the focus, wherever it is now.
  useLayoutEffect(() => {
    if (!focused.current) return;
    const { key, part } = focused.current;
    const target = /** @type {HTMLElement | null | undefined} */ (list.current?.querySelector(`[data-row="${key}"] ${part}`));
    if (!target) return;
    target.focus();
    if (target instanceof HTMLInputElement) target.select();
    focused.current = null;
  });

  /** @param {(rows: Row[]) => Row[]} act */
  function set(act) {
    change((old) => ({ ...old, fields: act(old.fields) }), "fields");
  }
  /**
   * @param {string} key
   * @param {number} to
   */
  function put(key, to) {
    const from = rows.findIndex((row) => row.key === key);
    const next = moved(rows, from, to);
    const at = next.findIndex((row) => row.key === key);
    if (at === from) return;
    focused.current = { key, part: ".grip" };
    set(() => next);
    setSaid(t("fieldMovedTo", { name: rows[from]?.field.name ?? "", place: at + 1, count: rows.length }));
  }
  /**
   * @param {string} type
   * @param {number} [to]
   */
  function add(type, to = placeOfNew(rows)) {
    const first = TYPES.find((one) => one.type === type)?.first ?? {};
    const row = rowOf({ name: freeName(rows, type), type, ...first });
    focused.current = { key: row.key, part: "input" };
    set((old) => [...old.slice(0, to), row, ...old.slice(to)]);
    setOpen([...open, row.key]);
    setSaid(t("fieldAdded", { name: row.field.name }));
  }
  return html`<div class="schema-fields">
    <div>
      <ul class="field-rows" ref=${list} aria-label=${t("schemaFields")}>
        ${rows.map((row, at) => html`<${FieldRow} key=${row.key} ...${{ form, row }}
          isOpen=${open.includes(row.key)} drop=${drag?.to === at ? "before" : drag?.to === rows.length && at === rows.length - 1 ? "after" : ""}
          isDragged=${drag?.what === row.key}
          onToggle=${() => setOpen(open.includes(row.key) ? open.filter((key) => key !== row.key) : [...open, row.key])}
          onGrip=${(/** @type {PointerEvent} */ event) => begin(event, row.key)}
          onMove=${(/** @type {number} */ step) => put(row.key, step < 0 ? Math.max(at - 1, 0) : at + 2)}
          onChange=${(/** @type {Row} */ next) => set((old) => old.map((one) => (one.key === row.key ? next : one)))}
          onDuplicate=${() => {
            const { id: _, system: _system, primaryKey: _key, ...field } = row.field;
            const copy = rowOf({ ...field, name: freeName(rows, `${field.name}_copy`) });
            focused.current = { key: copy.key, part: "input" };
            set((old) => [...old.slice(0, at + 1), copy, ...old.slice(at + 1)]);
          }}
          onRemove=${() => set((old) => (row.was
            ? old.map((one) => (one.key === row.key ? { ...one, removed: true } : one))
            : old.filter((one) => one.key !== row.key)))} />`)}
      </ul>
      <p class="hidden-text" role="status">${said}</p>
      <p class="help">${t("schemaFieldsHelp")}</p>
    </div>
    <section class="type-place" aria-labelledby="type-title">
      <h2 id="type-title">${t("addField")}</h2>
      <p class="help">${t("addFieldHelp")}</p>
      <div class="type-grid">${TYPES.map(({ type, icon, own }) => html`<button type="button" key=${type}
        onClick=${() => add(type)} onPointerDown=${(/** @type {PointerEvent} */ event) => {
          // A finger scrolls.
          if (event.pointerType === "mouse") begin(event, NEW + type);
        }}>
        <${Icon} name=${icon} /><strong>${typeTitle(type)}</strong>
        <span class="help">${t(/** @type {Key} */ (`type_${type}_help`))}${own && html` <em>${t("ownType")}</em>`}</span>
      </button>`)}</div>
    </section>
  </div>`;
}

/** @param {string} type */
export function typeTitle(type) {
  return t(/** @type {Key} */ (`type_${type}`));
}

/** Before the dates that end most collections. @param {Row[]} rows */
function placeOfNew(rows) {
  let to = rows.length;
  while (rows[to - 1]?.field.type === "autodate") to -= 1;
  return to;
}

/**
 * @param {Row[]} rows
 * @param {string} name
 */
function freeName(rows, name) {
  const taken = new Set(rows.map(({ field }) => field.name.toLowerCase()));
  let [free, number] = [name, 1];
  while (taken.has(free.toLowerCase())) {
    number += 1;
    free = `${name}${number}`;
  }
  return free;
}

// One record: all of its fields as a form. What is typed is kept until it is saved or discarded.

import { html, useLayoutEffect, useState } from "../../vendor/preact.js";
import { messageOf, pb, problemsOf } from "../../core/client.js";
import { titleOf } from "../../core/collections.js";
import { localTime, t } from "../../core/language.js";
import { read, write } from "../../core/remembered.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { TextField } from "../../ui/field.js";
import { Icon } from "../../ui/icon.js";
import { Menu } from "../../ui/menu.js";
import { complain, say } from "../../ui/toasts.js";
import { inputOf } from "./inputs/inputs.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("../../core/client.js").RecordModel} RecordModel */
/** @typedef {import("../../core/client.js").Problems} Problems */
/** @typedef {Record<string, any>} Values  what the inputs hold, by field */

const NOT_EDITED = new Set(["autodate"]);

/**
 * @param {{ collection: CollectionModel, record: RecordModel | null, onClose: () => void,
 *   onSaved: () => void, onDelete: (id: string) => void }} props  without a record it makes one
 */
export function Panel({ collection, record, onClose, onSaved, onDelete }) {
  const isView = collection.type === "view";
  const fields = collection.fields.filter(({ type, name }) => !NOT_EDITED.has(type) && name !== "tokenKey" && name !== "id");
  const draftName = `draft:${collection.id}:${record?.id ?? ""}`;
  const [stored] = useState(() => Object.fromEntries(fields.map((field) => [field.name, inputOf(field).take(record?.[field.name], field)])));
  const [id, setId] = useState("");
  const [values, setValues] = useState(/** @type {Values} */ (stored));
  const [problems, setProblems] = useState(/** @type {Problems} */ ({}));
  const [problem, setProblem] = useState("");
  const [draft, setDraft] = useState(/** @type {Values | null} */ (read(draftName, null)));
  const changed = fields.filter(({ name }) => values[name] !== stored[name]);

  // At once: the page may go before there is time for an effect.
  useLayoutEffect(() => {
    if (isView || draft) return;
    const kept = changed.filter((field) => inputOf(field).drafted !== false).map(({ name }) => [name, values[name]]);
    write(draftName, kept.length ? Object.fromEntries(kept) : undefined);
  }, [values, draft]);

  function forget() {
    write(draftName, undefined);
    setDraft(null);
  }
  async function save() {
    setProblem("");
    /** @type {Problems} */
    const found = {};
    /** @type {Values} */
    const body = id ? { id } : {};
    for (const field of record ? changed : fields) {
      try {
        const sent = inputOf(field).give(values[field.name], field);
        if (sent !== undefined) body[field.name] = sent;
      } catch (error) {
        found[field.name] = messageOf(error, "");
      }
    }
    if (collection.type === "auth" && "password" in body) body.passwordConfirm = body.password;
    setProblems(found);
    if (Object.keys(found).length) return;
    try {
      if (record) await pb.collection(collection.id).update(record.id, body);
      else await pb.collection(collection.id).create(body);
    } catch (error) {
      const told = problemsOf(error);
      setProblems(told);
      const isShown = Object.keys(told).some((name) => name === "id" || fields.some((field) => field.name === name));
      setProblem(isShown ? t("checkFields") : messageOf(error, t("unreachable")));
      return;
    }
    forget();
    say(t(record ? "saved" : "created"));
    onSaved();
    onClose();
  }
  const title = record ? titleOf(record) : t("newIn", { name: collection.name });
  const footer = isView ? null : html`
    ${problem && html`<span class="problem" role="alert">${problem}</span>`}
    <${Button} onClick=${onClose}>${t("cancel")}<//>
    <${Button} kind="main" onClick=${save} disabled=${record !== null && changed.length === 0}>${t("save")}<//>`;
  return html`<${Dialog} side title=${title} onClose=${onClose} footer=${footer}
    actions=${record && html`<${More} record=${record} onDelete=${isView ? null : onDelete} />`}>
    <form onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      void save();
    }} onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s") {
        event.preventDefault();
        void save();
      }
    }}>
      ${draft && html`<div class="notice" role="status"><span>${t("draftFound")}</span>
        <${Button} onClick=${() => {
          setValues({ ...stored, ...draft });
          setDraft(null);
        }}>${t("restore")}<//>
        <${Button} onClick=${forget}>${t("discard")}<//>
      </div>`}
      ${record ? html`<${Facts} collection=${collection} record=${record} />` : html`<${TextField} label="id" value=${id}
        help=${t("idHelp")} problem=${problems.id} onInput=${setId} autocomplete="off" spellcheck=${false} class="mono" />`}
      ${fields.map((field) => {
        const { Input } = inputOf(field);
        return html`<${Input} key=${field.id} field=${field} record=${record} value=${values[field.name]}
          problem=${problems[field.name] ?? ""} disabled=${isView}
          onInput=${(/** @type {unknown} */ value) => {
            setValues((old) => ({ ...old, [field.name]: value }));
            setProblems(({ [field.name]: _, ...others }) => others);
          }} />`;
      })}
      <button type="submit" hidden></button>
    </form>
  <//>`;
}

/** @param {{ collection: CollectionModel, record: RecordModel }} props */
function Facts({ collection, record }) {
  const times = collection.fields.filter(({ type }) => NOT_EDITED.has(type));
  return html`<dl class="facts">
    <dt>id</dt><dd class="mono">${record.id}</dd>
    ${times.map(({ id, name }) => html`<dt key=${id}>${name}</dt>
      <dd key=${`${id}-value`} title=${`${record[name]} (UTC)`}>${record[name] ? localTime(record[name]) : "–"}</dd>`)}
  </dl>`;
}

/** @param {{ record: RecordModel, onDelete: ((id: string) => void) | null }} props */
function More({ record, onDelete }) {
  async function copy() {
    const { expand: _, ...plain } = record;
    try {
      await navigator.clipboard.writeText(JSON.stringify(plain, null, 2));
      say(t("copied"));
    } catch (error) {
      complain(error);
    }
  }
  return html`<${Menu} label=${t("more")} button=${html`<${Icon} name="more" />`}>
    ${(/** @type {() => void} */ close) => html`
      <button type="button" onClick=${() => {
        close();
        void copy();
      }}><${Icon} name="copy" />${t("copyJson")}</button>
      ${onDelete && html`<button type="button" onClick=${() => onDelete(record.id)}><${Icon} name="trash" />${t("delete")}</button>`}`}
  <//>`;
}

// One record: all of its fields as a form. What is typed is kept until it is saved or discarded.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../../vendor/preact.js";
import { hidesControls } from "../../core/appearance.js";
import { messageOf, pb, problemsOf } from "../../core/client.js";
import { titleOf } from "../../core/collections.js";
import { localTime, t } from "../../core/language.js";
import { read, write } from "../../core/remembered.js";
import { useUnsaved } from "../../core/unsaved.js";
import { fetchWithProgress } from "../../core/upload.js";
import { Button, IconButton } from "../../ui/button.js";
import { Dialog, confirm } from "../../ui/dialog.js";
import { TextField } from "../../ui/field.js";
import { Icon } from "../../ui/icon.js";
import { Lazy } from "../../ui/lazy.js";
import { Tabs } from "../../ui/tabs.js";
import { say } from "../../ui/toasts.js";
import { inputOf } from "./inputs/inputs.js";
import { More } from "./panel_menu.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("../../core/client.js").RecordModel} RecordModel */
/** @typedef {import("../../core/client.js").Problems} Problems */
/** @typedef {import("../../core/collections.js").Field} Field */
/** @typedef {Record<string, any>} Values  what the inputs hold, by field */
/**
 * @typedef {object} Props
 * @property {CollectionModel} collection
 * @property {RecordModel | null} record  without one the panel makes one
 * @property {() => void} onClose
 * @property {(saved: RecordModel) => void} onSaved
 * @property {(id: string) => void} [onDelete]
 * @property {(id: string, by: -1 | 1) => RecordModel | null} [neighbour]  the record before or after another
 * @property {string} [within]  the field of another record that it is opened from
 */

const NOT_EDITED = new Set(["autodate"]);
const loadAccount = async () => (await import("./account/account.js")).Account;

/** @param {Props} props */
export function Panel({ record: given, ...props }) {
  const [record, setRecord] = useState(given);
  const [copied, setCopied] = useState(/** @type {RecordModel | null} */ (null));
  // A record that was just made stays in the form that made it.
  const [form, setForm] = useState(0);
  /** @param {RecordModel | null} next */
  function show(next) {
    setRecord(next);
    setCopied(null);
    setForm(form + 1);
  }
  return html`<${Form} key=${form} ...${props} record=${record} copied=${copied} onRecord=${setRecord} onShow=${show}
    onCopy=${() => {
      show(null);
      setCopied(record);
    }} />`;
}

/**
 * @param {Props & { copied: RecordModel | null, onRecord: (record: RecordModel) => void,
 *   onShow: (record: RecordModel | null) => void, onCopy: () => void }} props
 *   `copied` is what a new record begins with
 */
function Form({ collection, record, copied, onClose, onSaved, onDelete, neighbour, onRecord, onShow, onCopy, within = "" }) {
  const isView = collection.type === "view";
  const fields = collection.fields.filter(({ type, name }) => !NOT_EDITED.has(type) && name !== "tokenKey" && name !== "id");
  const draftName = `draft:${collection.id}:${record?.id ?? within}`;
  const [stored, setStored] = useState(() => taken(fields, record));
  const [id, setId] = useState("");
  const [values, setValues] = useState(() => (copied ? { ...stored, ...copyOf(fields, copied) } : stored));
  const [problems, setProblems] = useState(/** @type {Problems} */ ({}));
  const [problem, setProblem] = useState("");
  const [sent, setSent] = useState(/** @type {number | null} */ (null));
  const [draft, setDraft] = useState(/** @type {Values | null} */ (copied ? null : read(draftName, null)));
  const [tab, setTab] = useState("fields");
  const [isLocked, setLocked] = useState(record !== null && hidesControls.value);
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const changed = fields.filter(({ name }) => values[name] !== stored[name]);
  // Drafts hold all but secrets and files, which would be gone.
  const lost = changed.filter((field) => inputOf(field).drafted === false).map(({ name }) => name);
  useUnsaved(lost.length > 0);

  // At once: the page may go before there is time for an effect.
  useLayoutEffect(() => {
    if (isView || draft) return;
    const kept = changed.filter((field) => inputOf(field).drafted !== false).map(({ name }) => [name, values[name]]);
    write(draftName, kept.length ? Object.fromEntries(kept) : undefined);
  }, [values, draft, stored]);

  function forget() {
    write(draftName, undefined);
    setDraft(null);
  }
  /** What the server is to be told; null where something cannot be. */
  function bodyToSend() {
    /** @type {Problems} */
    const found = {};
    /** @type {Values} */
    const body = id && !record ? { id } : {};
    for (const field of record ? changed : fields) {
      try {
        const value = inputOf(field).give(values[field.name], field);
        if (value !== undefined) body[field.name] = value;
      } catch (error) {
        found[field.name] = messageOf(error, "");
      }
    }
    if (collection.type === "auth" && "password" in body) body.passwordConfirm = body.password;
    setProblems(found);
    return Object.keys(found).length ? null : body;
  }
  /** @returns {Promise<RecordModel | null>} */
  async function save() {
    if (isLocked) return null;
    setProblem("");
    const body = bodyToSend();
    if (!body) {
      setProblem(t("checkFields"));
      return null;
    }
    const isUpload = hasFiles(body);
    if (isUpload) setSent(0);
    /** @type {RecordModel} */
    let saved;
    try {
      const options = isUpload ? { fetch: fetchWithProgress(setSent) } : {};
      const records = pb.collection(collection.id);
      saved = record ? await records.update(record.id, body, options) : await records.create(body, options);
    } catch (error) {
      const told = problemsOf(error);
      setProblems(told);
      const isShown = Object.keys(told).some((name) => name === "id" || fields.some((field) => field.name === name));
      setProblem(isShown ? t("checkFields") : messageOf(error, t("unreachable")));
      return null;
    } finally {
      setSent(null);
    }
    forget();
    say(t(record ? "saved" : "created"));
    onSaved(saved);
    return saved;
  }
  async function saveAndStay() {
    if (isView || (record && !changed.length)) return;
    const saved = await save();
    if (!saved) return;
    const now = taken(fields, saved);
    setStored(now);
    setValues(now);
    onRecord(saved);
  }
  async function saveAndClose() {
    if (await save()) onClose();
  }
  async function mayLeave() {
    return !lost.length || confirm({ title: t("panelLeaveTitle"), text: t("panelLeaveText", { names: lost.join(", ") }), action: t("discard") });
  }
  async function close() {
    if (await mayLeave()) onClose();
  }
  /** @param {-1 | 1} by */
  async function step(by) {
    const next = record && neighbour?.(record.id, by);
    if (next && (await mayLeave())) onShow(next);
  }

  // On the window: where nothing has the focus, keys go to no element of the panel.
  const latest = useRef(saveAndStay);
  latest.current = saveAndStay;
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    function onKeyDown(event) {
      if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
      if (place.current?.closest("dialog") !== [...document.querySelectorAll("dialog[open]")].at(-1)) return;
      event.preventDefault();
      void latest.current();
    }
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);

  const form = html`<form novalidate onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    if (isOwn(event)) void saveAndClose();
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
  </form>`;
  const isAccount = collection.type === "auth" && record !== null;
  return html`<${Dialog} side title=${record ? titleOf(record) : t("newIn", { name: collection.name })} onClose=${close}
    actions=${record && html`
      ${neighbour && html`
        <${IconButton} icon="up" label=${t("previousRecord")} disabled=${!neighbour(record.id, -1)} onClick=${() => step(-1)} />
        <${IconButton} icon="down" label=${t("nextRecord")} disabled=${!neighbour(record.id, 1)} onClick=${() => step(1)} />`}
      <${More} collection=${collection} record=${record} onRecord=${onRecord} onDelete=${isView ? undefined : onDelete}
        onCopy=${isView ? undefined : onCopy} />`}
    footer=${!isView && html`
      ${sent !== null && html`<progress aria-label=${t("uploading")} max="1" value=${sent}></progress>`}
      ${problem && html`<span class="problem" role="alert">${problem}</span>`}
      <${Button} onClick=${close}>${t("cancel")}<//>
      ${isLocked && html`<${Button} onClick=${() => setLocked(false)}><${Icon} name="unlock" />${t("unlockToSave")}<//>`}
      <${Button} onClick=${saveAndStay} disabled=${isLocked || (record !== null && !changed.length)}>${t("saveAndStay")}<//>
      <${Button} kind="main" onClick=${saveAndClose} disabled=${isLocked || (record !== null && !changed.length)}>${t("save")}<//>`}>
    <div ref=${place}>
      ${isAccount
        ? html`<${Tabs} label=${titleOf(record)} current=${tab} onChange=${setTab}
            tabs=${[{ name: "fields", title: t("fieldsTab"), wrong: problem !== "" }, { name: "account", title: t("accountTab") }]}>
            <div hidden=${tab !== "fields"}>${form}</div>
            ${tab === "account" && html`<${Lazy} load=${loadAccount} collection=${collection} record=${record} />`}
          <//>`
        : form}
    </div>
  <//>`;
}

/**
 * @param {Field[]} fields
 * @param {RecordModel | null} record
 * @returns {Values}
 */
function taken(fields, record) {
  return Object.fromEntries(fields.map((field) => [field.name, inputOf(field).take(record?.[field.name], field)]));
}

/**
 * What a second record like this one begins with: its files and what is secret stay its own.
 * @param {Field[]} fields
 * @param {RecordModel} record
 */
function copyOf(fields, record) {
  return taken(fields.filter((field) => inputOf(field).drafted !== false), record);
}

/** @param {Values} body */
function hasFiles(body) {
  return Object.values(body).flat().some((value) => value instanceof File);
}

/**
 * Whether something happened in this form, not in a dialog that one of its inputs opened.
 * @param {Event} event
 */
function isOwn({ target, currentTarget }) {
  return /** @type {HTMLElement} */ (target).closest("dialog") === /** @type {HTMLElement} */ (currentTarget).closest("dialog");
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

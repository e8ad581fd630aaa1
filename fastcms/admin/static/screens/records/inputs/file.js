// Files: what the record has, and new ones by choosing or dropping them. What is removed can be
// taken back until the record is saved.

import { html, useEffect, useState } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { size, t } from "../../../core/language.js";
import { Button, IconButton } from "../../../ui/button.js";
import { Drop } from "../../../ui/drop.js";
import { Field } from "../../../ui/field.js";
import { Icon } from "../../../ui/icon.js";
import { OrderList } from "../../../ui/order_list.js";
import { complain } from "../../../ui/toasts.js";

/** @typedef {import("./inputs.js").Props} Props */
/** @typedef {import("./inputs.js").RecordModel} RecordModel */
/** @typedef {string | File} Held */

const IMAGE = /\.(png|jpe?g|gif|webp|avif)$/i;
const MOST_BYTES = 5 * 1024 ** 2; // where the field says nothing

/** @type {import("./inputs.js").Input} What it holds: names that the record has, then new files. */
export const file = {
  drafted: false,
  take: (stored) => namesIn(stored),
  give(/** @type {Held[]} */ value, field) {
    const most = field.maxSize || MOST_BYTES;
    const large = value.find((one) => typeof one !== "string" && one.size > most);
    if (large) throw new Error(t("fileTooLarge", { name: nameOf(large), size: size(most) }));
    return field.maxSelect > 1 ? value : (value[0] ?? "");
  },
  Input: Files,
};

/** @param {Props} props */
function Files({ field, record, value, problem, disabled, onInput }) {
  const held = /** @type {Held[]} */ (value);
  const isMultiple = field.maxSelect > 1;
  const removed = namesIn(record?.[field.name]).filter((name) => !held.includes(name));
  const token = useToken(Boolean(field.protected) && record !== null);
  /** @param {FileList | null | undefined} list */
  function add(list) {
    const files = [...(list ?? [])];
    if (files.length) onInput(isMultiple ? [...held, ...files] : files.slice(0, 1));
  }
  const limits = [isMultiple && t("filesMost", { count: field.maxSelect }), t("fileMost", { size: size(field.maxSize || MOST_BYTES) })];
  return html`<${Field} label=${field.name} help=${[field.help, !disabled && limits.filter(Boolean).join(", ")].filter(Boolean).join(" ")}
    required=${field.required} problem=${problem}>
    ${(/** @type {import("../../../ui/field.js").Wiring} */ wiring) => html`
      <${OrderList} items=${held} keyOf=${keyOf} nameOf=${nameOf} onOrder=${disabled ? undefined : (/** @type {Held[]} */ next) =>
        // The server appends what is new.
        onInput([...next.filter((one) => typeof one === "string"), ...next.filter((one) => typeof one !== "string")])}>
        ${(/** @type {Held} */ one) => html`
          <${Preview} file=${one} record=${record} token=${token} />
          <${Name} file=${one} record=${record} isProtected=${Boolean(field.protected)} />
          ${!disabled && html`<${IconButton} icon="close" label=${t("removeFile", { name: nameOf(one) })}
            onClick=${() => onInput(held.filter((other) => other !== one))} />`}`}
      <//>
      ${removed.length > 0 && html`<ul class="files">${removed.map((name) => html`<li key=${name} class="gone">
        <${Icon} name="trash" /><span class="name quiet">${name}</span>
        <${Button} aria-label=${t("restoreFile", { name })} onClick=${() => onInput(isMultiple
          ? [...held.filter((one) => typeof one === "string"), name, ...held.filter((one) => typeof one !== "string")]
          : [name])}>${t("restore")}<//>
      </li>`)}</ul>`}
      ${!disabled && html`<${Drop} onFiles=${add}>
        <input ...${wiring} type="file" multiple=${isMultiple} accept=${(field.mimeTypes ?? []).join(",")}
          onChange=${(/** @type {Event & { currentTarget: HTMLInputElement }} */ event) => {
            add(event.currentTarget.files);
            event.currentTarget.value = "";
          }} /> <span class="quiet">${t("orDrop")}</span>
      <//>`}`}
  <//>`;
}

/** @param {{ file: Held, record: RecordModel | null, token: string | null }} props */
function Preview({ file: one, record, token }) {
  const [chosen, setChosen] = useState("");
  useEffect(() => {
    if (typeof one === "string" || !one.type.startsWith("image/") || one.type === "image/svg+xml") return undefined;
    const address = URL.createObjectURL(one);
    setChosen(address);
    return () => URL.revokeObjectURL(address);
  }, [one]);
  const stored = typeof one === "string" && record && IMAGE.test(one) && token !== null
    ? pb.files.getURL(record, one, { thumb: "100x100", token }) : "";
  const address = chosen || stored;
  return address ? html`<img class="thumb" src=${address} alt="" />` : html`<${Icon} name="file" />`;
}

/** @param {{ file: Held, record: RecordModel | null, isProtected: boolean }} props */
function Name({ file: one, record, isProtected }) {
  if (typeof one !== "string") return html`<span class="name">${one.name} <span class="quiet">${size(one.size)}</span></span>`;
  if (!record) return html`<span class="name">${one}</span>`;
  const address = pb.files.getURL(record, one);
  /** @param {Event} event */
  async function open(event) {
    if (!isProtected) return;
    event.preventDefault();
    try {
      // A token lasts some minutes: one of its own for each time.
      window.open(pb.files.getURL(record ?? {}, /** @type {string} */ (one), { token: await pb.files.getToken() }), "_blank", "noopener");
    } catch (error) {
      complain(error);
    }
  }
  return html`<a class="name" href=${address} target="_blank" rel="noopener" onClick=${open}>${one}</a>`;
}

/**
 * What protected files are shown by: "" where nothing is needed, null as long as it is not there.
 * @param {boolean} isNeeded
 */
function useToken(isNeeded) {
  const [token, setToken] = useState(/** @type {string | null} */ (isNeeded ? null : ""));
  useEffect(() => {
    if (isNeeded) pb.files.getToken().then(setToken, complain);
  }, []);
  return token;
}

/** @type {WeakMap<File, string>} */
const keys = new WeakMap();
let last = 0;

/** @param {Held} one */
function keyOf(one) {
  if (typeof one === "string") return one;
  const known = keys.get(one);
  if (known) return known;
  last += 1;
  // No stored name has a slash.
  const key = `new/${last}`;
  keys.set(one, key);
  return key;
}

/** @param {Held} one */
function nameOf(one) {
  return typeof one === "string" ? one : one.name;
}

/**
 * @param {string | string[] | undefined} stored
 * @returns {string[]}
 */
function namesIn(stored) {
  return Array.isArray(stored) ? stored : stored ? [stored] : [];
}

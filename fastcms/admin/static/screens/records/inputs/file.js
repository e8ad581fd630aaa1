// Files: what the record has, and new ones by choosing or dropping them.

import { html, useState } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { number, t } from "../../../core/language.js";
import { IconButton } from "../../../ui/button.js";
import { Field } from "../../../ui/field.js";
import { Icon } from "../../../ui/icon.js";

/** @typedef {import("./inputs.js").Props} Props */

const IMAGE = /\.(png|jpe?g|gif|webp|avif)$/i;

/** @type {import("./inputs.js").Input} What it holds: names that the record has, and new files. */
export const file = {
  drafted: false,
  take: (stored) => (Array.isArray(stored) ? stored : stored ? [stored] : []),
  give: (value, field) => (field.maxSelect > 1 ? (value.length ? value : []) : (value[0] ?? "")),
  Input: Files,
};

/** @param {Props} props */
function Files({ field, record, value, problem, disabled, onInput }) {
  const [over, setOver] = useState(false);
  const held = /** @type {(string | File)[]} */ (value);
  const isMultiple = field.maxSelect > 1;
  /** @param {FileList | null | undefined} list */
  function add(list) {
    const files = [...(list ?? [])];
    if (files.length) onInput(isMultiple ? [...held, ...files] : files.slice(0, 1));
  }
  return html`<${Field} label=${field.name} help=${field.help} required=${field.required} problem=${problem}>
    ${(/** @type {import("../../../ui/field.js").Wiring} */ wiring) => html`
      <ul class="files">${held.map((one) => html`<li key=${typeof one === "string" ? one : `${one.name}:${one.lastModified}:${one.size}`}>
        <${Preview} file=${one} record=${record} />
        ${typeof one === "string" && record
          ? html`<a class="name" href=${pb.files.getURL(record, one)} target="_blank" rel="noopener">${one}</a>`
          : html`<span class="name">${name(one)} ${one instanceof File && html`<span class="quiet">${size(one.size)}</span>`}</span>`}
        ${!disabled && html`<${IconButton} icon="close" label=${t("removeFile", { name: name(one) })}
          onClick=${() => onInput(held.filter((other) => other !== one))} />`}
      </li>`)}</ul>
      ${!disabled && html`<div class=${`drop ${over ? "over" : ""}`}
        onDragOver=${(/** @type {DragEvent} */ event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave=${() => setOver(false)}
        onDrop=${(/** @type {DragEvent} */ event) => {
          event.preventDefault();
          setOver(false);
          add(event.dataTransfer?.files);
        }}>
        <input ...${wiring} type="file" multiple=${isMultiple} accept=${(field.mimeTypes ?? []).join(",")}
          onChange=${(/** @type {Event & { currentTarget: HTMLInputElement }} */ event) => {
            add(event.currentTarget.files);
            event.currentTarget.value = "";
          }} /> <span class="quiet">${t("orDrop")}</span>
      </div>`}`}
  <//>`;
}

/** @param {{ file: string | File, record: import("./inputs.js").RecordModel | null }} props */
function Preview({ file: one, record }) {
  const [address] = useState(() => {
    if (typeof one !== "string") return one.type.startsWith("image/") && one.type !== "image/svg+xml" ? URL.createObjectURL(one) : "";
    return record && IMAGE.test(one) ? pb.files.getURL(record, one, { thumb: "100x100" }) : "";
  });
  return address ? html`<img class="thumb" src=${address} alt="" />` : html`<${Icon} name="file" />`;
}

/** @param {string | File} one */
function name(one) {
  return typeof one === "string" ? one : one.name;
}

/** @param {number} bytes */
function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${number(Math.round(bytes / 1024))} KB` : `${number(Math.round(bytes / 1024 ** 2))} MB`;
}

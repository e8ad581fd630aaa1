// An image of a record, as large as there is room.

import { html } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { useFileToken } from "../../core/file_token.js";
import { t } from "../../core/language.js";
import { Dialog } from "../../ui/dialog.js";

export const IMAGE = /\.(png|jpe?g|gif|webp|avif)$/i;

/** @typedef {{ record: import("../../core/client.js").RecordModel, field: import("../../core/collections.js").Field, name: string }} Previewed */

/** @param {Previewed & { onClose: () => void }} props */
export function Preview({ record, field, name, onClose }) {
  const token = useFileToken(Boolean(field.protected));
  const address = token === null ? "" : pb.files.getURL(record, name, { token });
  return html`<${Dialog} title=${name} onClose=${onClose}>
    ${address && html`<p class="preview"><img src=${address} alt=${name} /></p>
      <p><a href=${address} target="_blank" rel="noopener noreferrer">${t("openFile")}</a></p>`}
  <//>`;
}

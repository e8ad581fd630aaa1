// The images of the records.

import { html, useEffect, useState } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { titleOf } from "../../../core/collections.js";
import { t } from "../../../core/language.js";
import { remembered } from "../../../core/remembered.js";
import { Button } from "../../../ui/button.js";
import { SelectField } from "../../../ui/field.js";
import { Icon } from "../../../ui/icon.js";
import { Failed, Loading } from "../../../ui/page.js";
import { both, holds } from "./found.js";
import { imagesOf } from "./views.js";

/** @typedef {import("../../../core/client.js").RecordModel} RecordModel */

const PAGE = 60;
const IMAGE = /\.(png|jpe?g|gif|webp|avif)$/i;
const LEAST = 200; // pixels that look good here

/** @param {import("./views.js").ViewProps} props */
export function GalleryView({ collection, filter, news, onOpen }) {
  const fields = imagesOf(collection);
  const chosen = remembered(`gallery:${collection.id}`, "");
  const field = fields.find(({ name }) => name === chosen.value) ?? fields[0];
  const name = field?.name ?? "";
  const [records, setRecords] = useState(/** @type {RecordModel[] | null} */ (null));
  const [token, setToken] = useState("");
  const [isAll, setIsAll] = useState(false);
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const thumb = (field?.thumbs ?? []).find((/** @type {string} */ size) => Number.parseInt(size, 10) >= LEAST) ?? "100x100";

  /** @param {number} page  from 1 */
  async function load(page) {
    if (!field) return;
    try {
      const { items } = await pb.collection(collection.id).getList(page, PAGE, {
        filter: both(filter, holds(field)), sort: collection.type === "view" ? "" : "-@rowid", skipTotal: true,
      });
      // It is good for some minutes only.
      if (field.protected) setToken(await pb.files.getToken());
      setRecords((old) => (page === 1 ? items : [...(old ?? []), ...items]));
      setIsAll(items.length < PAGE);
      setError(null);
    } catch (problem) {
      setError(problem);
    }
  }
  useEffect(() => void load(1), [collection.id, filter, news, name]);

  const images = (records ?? []).flatMap((record) => {
    const held = /** @type {string | string[]} */ (record[name]);
    return (Array.isArray(held) ? held : [held]).filter(Boolean).map((file) => ({ record, file }));
  });
  return html`<section class="view" aria-label=${t("viewGallery")}>
    ${fields.length > 1 && html`<div class="view-choices">
      <${SelectField} label=${t("galleryField")} value=${name} options=${fields.map((one) => ({ value: one.name, label: one.name }))}
        onInput=${(/** @type {string} */ value) => {
          chosen.value = value;
        }} /></div>`}
    ${error ? html`<${Failed} error=${error} again=${() => load(1)} />` : !records ? html`<${Loading} />` : html`
      ${images.length === 0 && html`<p class="quiet">${t("nothingFound")}</p>`}
      <ul class="gallery">${images.map(({ record, file }) => html`<li key=${`${record.id}/${file}`}>
        <button type="button" onClick=${() => onOpen(record)}>
          ${IMAGE.test(file)
            ? html`<img loading="lazy" alt="" src=${pb.files.getURL(record, file, { thumb, ...(token && { token }) })} />`
            : html`<${Icon} name="file" />`}
          <span>${titleOf(record)}</span>
        </button>
      </li>`)}</ul>
      ${!isAll && html`<${Button} onClick=${() => load(Math.ceil(records.length / PAGE) + 1)}>${t("loadMore")}<//>`}`}
  </section>`;
}

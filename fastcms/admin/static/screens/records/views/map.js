// Records at the places of a geoPoint field.

import { html, useMemo } from "../../../vendor/preact.js";
import { titleOf } from "../../../core/collections.js";
import { t } from "../../../core/language.js";
import { useLoaded } from "../../../core/loaded.js";
import { remembered } from "../../../core/remembered.js";
import { SelectField } from "../../../ui/field.js";
import { WorldMap } from "../../../ui/map.js";
import { Failed, Loading } from "../../../ui/page.js";
import { Cut } from "./chart.js";
import { both, fetchFound } from "./found.js";
import { placesOf } from "./views.js";

const MOST = 1_000; // markers that a browser draws without a pause

/** @param {import("./views.js").ViewProps} props */
export function MapView({ collection, filter, news, onOpen }) {
  const fields = placesOf(collection);
  const chosen = remembered(`map:${collection.id}`, "");
  const name = fields.find((field) => field.name === chosen.value)?.name ?? fields[0]?.name ?? "";
  const { value: found, error, again } = useLoaded(
    // The place 0, 0 is what a record without one has.
    () => fetchFound(collection, { filter: both(filter, `${name}.lon != 0 || ${name}.lat != 0`), sort: "", most: MOST }),
    [collection.id, filter, news, name],
  );
  const markers = useMemo(() => (found?.items ?? []).map((record) => ({
    id: record.id, title: titleOf(record), lat: record[name].lat, lon: record[name].lon,
  })), [found, name]);
  return html`<section class="view" aria-label=${t("viewMap")}>
    ${fields.length > 1 && html`<div class="view-choices">
      <${SelectField} label=${t("mapField")} value=${name} options=${fields.map((field) => ({ value: field.name, label: field.name }))}
        onInput=${(/** @type {string} */ value) => {
          chosen.value = value;
        }} /></div>`}
    ${error ? html`<${Failed} error=${error} again=${again} />` : !found ? html`<${Loading} />` : html`
      <${Cut} found=${found} />
      ${markers.length === 0 && html`<p class="quiet">${t("nothingFound")}</p>`}
      <div class="big-map"><${WorldMap} label=${t("viewMap")} markers=${markers} onOpen=${(/** @type {string} */ id) => {
        const record = found.items.find((one) => one.id === id);
        if (record) onOpen(record);
      }} /></div>`}
  </section>`;
}

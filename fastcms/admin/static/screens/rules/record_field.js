// The id of a record, found by what people know of it.

import { html, useEffect, useId, useState } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { byName, titleOf } from "../../core/collections.js";
import { TextField } from "../../ui/field.js";
import { toFilter } from "../records/search.js";

/** @typedef {import("../../core/client.js").RecordModel} RecordModel */

const OFFERED = 20;
const PAUSE = 200; // milliseconds without a key

/**
 * @param {{ label: string, collection: string, value: string, onInput: (id: string) => void, help?: string }} props
 */
export function RecordField({ label, collection, value, onInput, help }) {
  const list = useId();
  const [offered, setOffered] = useState(/** @type {RecordModel[]} */ ([]));
  useEffect(() => {
    let isOver = false;
    const fields = byName.value.get(collection)?.fields ?? [];
    const timer = setTimeout(async () => {
      try {
        const wanted = toFilter(value, fields.filter(({ hidden }) => !hidden));
        const { items } = await pb.collection(collection).getList(1, OFFERED, { filter: wanted, skipTotal: true });
        if (!isOver) setOffered(items);
      } catch {
        // An id can be typed all the same.
      }
    }, PAUSE);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [collection, value]);
  return html`<${TextField} ...${{ label, value, onInput, help }} list=${list} class="mono" autocomplete="off" spellcheck=${false} />
    <datalist id=${list}>${offered.map((record) => html`<option key=${record.id} value=${record.id}>${titleOf(record)}</option>`)}</datalist>`;
}

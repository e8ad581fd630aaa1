// Records of other collections: chosen from a list that can be searched, made and changed in place.

import { html, useEffect, useState } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { byName, titleOf } from "../../../core/collections.js";
import { t } from "../../../core/language.js";
import { Button, IconButton } from "../../../ui/button.js";
import { Field } from "../../../ui/field.js";
import { Lazy } from "../../../ui/lazy.js";
import { OrderList } from "../../../ui/order_list.js";
import { complain } from "../../../ui/toasts.js";
import { quote } from "../search.js";
import { Picker } from "./picker.js";

/** @typedef {import("./inputs.js").Props} Props */
/** @typedef {import("./inputs.js").Field} RelationField */
/** @typedef {import("./inputs.js").RecordModel} RecordModel */
/** @typedef {{ collectionId: string, id: string }} Ref */

/** The panel shows this input, so neither can be there before the other. */
const loadPanel = async () => (await import("../panel.js")).Panel;

/** @type {import("./inputs.js").Input} What it holds: a list of `Ref`, also where the field takes only one. */
export const relation = {
  take: (stored, { collectionId }) => list(stored).map((id) => ({ collectionId, id })),
  give: (/** @type {Ref[]} */ value, field) => (field.maxSelect > 1 ? value.map(({ id }) => id) : (value[0]?.id ?? "")),
  Input: Related,
};

/** @type {import("./inputs.js").Input} The same with records of several collections. */
export const polymorphic = {
  take: (stored) => list(stored).map(({ collectionId, id }) => ({ collectionId, id })),
  give: (/** @type {Ref[]} */ value, field) => (field.maxSelect > 1 ? value : (value[0] ?? null)),
  Input: Related,
};

/** @param {Props} props */
function Related({ field, value, problem, disabled, onInput }) {
  const refs = /** @type {Ref[]} */ (value);
  const targets = /** @type {string[]} */ (field.collectionIds ?? [field.collectionId]);
  const [known, setKnown] = useState(/** @type {Record<string, RecordModel>} */ ({}));
  const [isChoosing, setIsChoosing] = useState(false);
  const [edited, setEdited] = useState(/** @type {RecordModel | null} */ (null));
  const missing = refs.filter((ref) => !known[keyOf(ref)]);
  useEffect(() => {
    for (const target of targets) {
      const ids = missing.filter(({ collectionId }) => collectionId === target).map(({ id }) => id);
      if (ids.length) void load(target, ids);
    }
  }, [missing.map(keyOf).join()]);

  /**
   * @param {string} collection
   * @param {string[]} ids
   */
  async function load(collection, ids) {
    try {
      const filter = ids.map((id) => `id=${quote(id)}`).join("||");
      learn(await pb.collection(collection).getFullList({ filter }));
    } catch (error) {
      complain(error);
    }
  }
  /** @param {RecordModel[]} records */
  function learn(records) {
    setKnown((old) => ({ ...old, ...Object.fromEntries(records.map((one) => [keyOf(one), one])) }));
  }
  /** @param {Ref} ref */
  const nameOf = (ref) => {
    const record = known[keyOf(ref)];
    return record ? titleOf(record) : ref.id;
  };
  return html`<${Field} group label=${field.name} help=${field.help} required=${field.required} problem=${problem}>
    ${() => html`
      <${OrderList} items=${refs} keyOf=${keyOf} nameOf=${nameOf} onOrder=${disabled ? undefined : onInput}>
        ${(/** @type {Ref} */ ref) => {
          const record = known[keyOf(ref)];
          const name = nameOf(ref);
          return html`<span class="chip name" title=${ref.id}>${name}</span>
            ${targets.length > 1 && html`<span class="quiet">${byName.value.get(ref.collectionId)?.name}</span>`}
            ${record && html`<${IconButton} icon="edit" label=${t("openRecord", { name })} onClick=${() => setEdited(record)} />`}
            ${!disabled && html`<${IconButton} icon="close" label=${t("removeLink", { name })}
              onClick=${() => onInput(refs.filter((other) => other !== ref))} />`}`;
        }}
      <//>
      ${!disabled && html`<${Button} onClick=${() => setIsChoosing(true)}>${t("choose")}<//>`}
      ${isChoosing && html`<${Picker} field=${field} targets=${targets} refs=${refs} loadPanel=${loadPanel}
        onClose=${() => setIsChoosing(false)}
        onChoose=${(/** @type {Ref[]} */ chosen, /** @type {RecordModel[]} */ seen) => {
          setIsChoosing(false);
          learn(seen);
          onInput(chosen);
        }} />`}
      ${edited && html`<${Lazy} load=${loadPanel} key=${edited.id} collection=${byName.value.get(edited.collectionId)}
        record=${edited} within=${field.id} onClose=${() => setEdited(null)}
        onSaved=${(/** @type {RecordModel} */ saved) => learn([saved])} />`}`}
  <//>`;
}

/** @param {Ref} ref */
function keyOf({ collectionId, id }) {
  return `${collectionId}/${id}`;
}

/**
 * @template T
 * @param {T | T[] | null | undefined | ""} stored
 * @returns {T[]}
 */
function list(stored) {
  return Array.isArray(stored) ? stored : stored ? [stored] : [];
}

// Records of another collection, chosen from a list that can be searched.

import { html, useEffect, useState } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { byName, titleOf } from "../../../core/collections.js";
import { t } from "../../../core/language.js";
import { Button, IconButton } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { Field } from "../../../ui/field.js";
import { complain } from "../../../ui/toasts.js";
import { quote, toFilter } from "../search.js";

/** @typedef {import("./inputs.js").Props} Props */
/** @typedef {import("./inputs.js").RecordModel} RecordModel */

const SHOWN = 50;

/** @type {import("./inputs.js").Input} What it holds: ids, also where the field takes only one. */
export const relation = {
  take: (stored) => (Array.isArray(stored) ? stored : stored ? [stored] : []),
  give: (value, field) => (field.maxSelect > 1 ? value : (value[0] ?? "")),
  Input: Related,
};

/** @param {Props} props */
function Related({ field, value, problem, disabled, onInput }) {
  const [known, setKnown] = useState(/** @type {Record<string, RecordModel>} */ ({}));
  const [choosing, setChoosing] = useState(false);
  const ids = /** @type {string[]} */ (value);
  const missing = ids.filter((id) => !known[id]);
  useEffect(() => {
    if (!missing.length) return;
    const filter = missing.map((id) => `id=${quote(id)}`).join("||");
    pb.collection(field.collectionId).getFullList({ filter }).then(
      (found) => setKnown((old) => ({ ...old, ...Object.fromEntries(found.map((one) => [one.id, one])) })),
      complain,
    );
  }, [missing.join()]);
  return html`<${Field} group label=${field.name} help=${field.help} required=${field.required} problem=${problem}>
    ${() => html`
      <div class="chips">${ids.map((id) => {
        const title = known[id] ? titleOf(known[id]) : id;
        return html`<span class="chip" key=${id} title=${id}>${title}
          ${!disabled && html`<${IconButton} icon="close" label=${t("removeLink", { name: title })}
            onClick=${() => onInput(ids.filter((other) => other !== id))} />`}</span>`;
      })}</div>
      ${!disabled && html`<${Button} onClick=${() => setChoosing(true)}>${t("choose")}<//>`}
      ${choosing && html`<${Picker} field=${field} ids=${ids} onClose=${() => setChoosing(false)}
        onChoose=${(/** @type {string[]} */ chosen) => {
          setChoosing(false);
          onInput(chosen);
        }} />`}`}
  <//>`;
}

/** @param {{ field: import("./inputs.js").Field, ids: string[], onClose: () => void, onChoose: (ids: string[]) => void }} props */
function Picker({ field, ids, onClose, onChoose }) {
  const [term, setTerm] = useState("");
  const [chosen, setChosen] = useState(ids);
  const [found, setFound] = useState(/** @type {RecordModel[]} */ ([]));
  const collection = byName.value.get(field.collectionId);
  const isMultiple = field.maxSelect > 1;
  useEffect(() => {
    let isOver = false;
    const filter = toFilter(term, collection?.fields ?? []);
    pb.collection(field.collectionId).getList(1, SHOWN, { filter, skipTotal: true }).then(
      ({ items }) => {
        if (!isOver) setFound(items);
      },
      () => {},
    );
    return () => {
      isOver = true;
    };
  }, [term]);
  return html`<${Dialog} title=${t("chooseFrom", { name: collection?.name ?? field.collectionId })} onClose=${onClose}
    footer=${html`<${Button} onClick=${onClose}>${t("cancel")}<//>
      <${Button} kind="main" onClick=${() => onChoose(chosen)}>${t("choose")}<//>`}>
    <input type="search" autofocus aria-label=${t("searchRecords")} placeholder=${t("searchRecords")} value=${term}
      onInput=${(/** @type {InputEvent & { currentTarget: HTMLInputElement }} */ event) => setTerm(event.currentTarget.value)} />
    <ul class="choices">${found.map((one) => html`<li key=${one.id}><label>
      <input type=${isMultiple ? "checkbox" : "radio"} name="chosen" checked=${chosen.includes(one.id)}
        onChange=${() => setChosen(isMultiple
          ? (chosen.includes(one.id) ? chosen.filter((id) => id !== one.id) : [...chosen, one.id])
          : [one.id])} />
      <span>${titleOf(one)} <span class="quiet mono">${one.id}</span></span></label></li>`)}</ul>
    ${found.length === 0 && html`<p class="quiet">${t("nothingFound")}</p>`}
  <//>`;
}

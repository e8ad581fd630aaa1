// The dialog in which records are chosen for a relation: searched, made and changed on the way.

import { html, useEffect, useState } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { byName, titleOf } from "../../../core/collections.js";
import { t } from "../../../core/language.js";
import { Button, IconButton } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { SelectField } from "../../../ui/field.js";
import { Icon } from "../../../ui/icon.js";
import { Lazy } from "../../../ui/lazy.js";
import { toFilter } from "../search.js";

/** @typedef {import("./relation.js").Ref} Ref */
/** @typedef {import("./inputs.js").RecordModel} RecordModel */
/** @typedef {import("../../../ui/lazy.js").Component} Component */

const PAGE = 50;
/** Above this a limit is none that a person meets. */
const FEW = 100;

/**
 * @param {{ field: import("./inputs.js").Field, targets: string[], refs: Ref[], loadPanel: () => Promise<Component>,
 *   onClose: () => void, onChoose: (refs: Ref[], seen: RecordModel[]) => void }} props
 *   `seen` are the records that were looked at
 */
export function Picker({ field, targets, refs, loadPanel, onClose, onChoose }) {
  const [target, setTarget] = useState(targets[0] ?? "");
  const [term, setTerm] = useState("");
  const [page, setPage] = useState(1);
  const [chosen, setChosen] = useState(refs);
  const [found, setFound] = useState(/** @type {RecordModel[]} */ ([]));
  const [hasMore, setHasMore] = useState(false);
  const [opened, setOpened] = useState(/** @type {RecordModel | "new" | null} */ (null));
  const [seen, setSeen] = useState(/** @type {RecordModel[]} */ ([]));
  const collection = byName.value.get(target);
  const isMultiple = field.maxSelect > 1;
  const isFull = isMultiple && chosen.length >= field.maxSelect;

  useEffect(() => {
    let isOver = false;
    const filter = toFilter(term, collection?.fields ?? []);
    pb.collection(target).getList(page, PAGE, { filter, skipTotal: true }).then(
      ({ items }) => {
        if (isOver) return;
        setFound((old) => (page > 1 ? [...old, ...items] : items));
        setSeen((old) => [...old, ...items]);
        setHasMore(items.length === PAGE);
      },
      // A filter that is not finished yet.
      () => {},
    );
    return () => {
      isOver = true;
    };
  }, [target, term, page]);

  /** @param {RecordModel} record */
  const isChosen = (record) => chosen.some((ref) => ref.id === record.id && ref.collectionId === target);
  /** @param {RecordModel} record */
  function toggle({ id }) {
    if (!isMultiple) return setChosen([{ collectionId: target, id }]);
    return setChosen((old) => {
      const rest = old.filter((ref) => ref.id !== id || ref.collectionId !== target);
      return rest.length < old.length ? rest : [...old, { collectionId: target, id }];
    });
  }
  /** @param {RecordModel} saved */
  function take(saved) {
    setSeen((old) => [...old, saved]);
    if (opened !== "new") return setFound((old) => old.map((one) => (one.id === saved.id ? saved : one)));
    setFound((old) => [saved, ...old]);
    return isFull ? undefined : toggle(saved);
  }
  return html`<${Dialog} title=${t("chooseFrom", { name: collection?.name ?? target })} onClose=${onClose}
    footer=${html`${isMultiple && field.maxSelect <= FEW && html`<span class="quiet">
        ${t("chosenOf", { count: chosen.length, most: field.maxSelect })}</span>`}
      <${Button} onClick=${onClose}>${t("cancel")}<//>
      <${Button} kind="main" onClick=${() => onChoose(chosen, seen)}>${t("choose")}<//>`}>
    ${targets.length > 1 && html`<${SelectField} label=${t("pickerCollection")} value=${target}
      options=${targets.map((id) => ({ value: id, label: byName.value.get(id)?.name ?? id }))}
      onInput=${(/** @type {string} */ id) => {
        setTarget(id);
        setPage(1);
      }} />`}
    <div class="picker-search">
      <input type="search" autofocus aria-label=${t("searchRecords")} placeholder=${t("searchRecords")} value=${term}
        onInput=${(/** @type {InputEvent & { currentTarget: HTMLInputElement }} */ event) => {
          setTerm(event.currentTarget.value);
          setPage(1);
        }}
        onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
          // Not the form around the dialog.
          if (event.key === "Enter") event.preventDefault();
        }} />
      ${collection && collection.type !== "view" && html`<${Button} onClick=${() => setOpened("new")}><${Icon} name="add" />${t("newRecord")}<//>`}
    </div>
    <ul class="choices">${found.map((one) => html`<li key=${one.id}>
      <label>
        <input type=${isMultiple ? "checkbox" : "radio"} name="chosen" checked=${isChosen(one)} disabled=${isFull && !isChosen(one)}
          onChange=${() => toggle(one)} />
        <span>${titleOf(one)} <span class="quiet mono">${one.id}</span></span></label>
      <${IconButton} icon="edit" label=${t("openRecord", { name: titleOf(one) })} onClick=${() => setOpened(one)} />
    </li>`)}</ul>
    ${found.length === 0 && html`<p class="quiet">${t("nothingFound")}</p>`}
    ${hasMore && html`<${Button} onClick=${() => setPage(page + 1)}>${t("pickerMore")}<//>`}
    ${opened && html`<${Lazy} load=${loadPanel} key=${opened === "new" ? "new" : opened.id} collection=${collection}
      record=${opened === "new" ? null : opened} within=${field.id} onClose=${() => setOpened(null)}
      onSaved=${take} />`}
  <//>`;
}

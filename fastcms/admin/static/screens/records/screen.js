// The records of one collection: searched, sorted, looked at, changed.

import { html, useEffect, useMemo, useRef, useState } from "../../vendor/preact.js";
import { hidesControls } from "../../core/appearance.js";
import { pb } from "../../core/client.js";
import { byName } from "../../core/collections.js";
import { t } from "../../core/language.js";
import { address, become, route } from "../../core/router.js";
import { Button, IconButton } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { Lazy } from "../../ui/lazy.js";
import { complain } from "../../ui/toasts.js";
import { RecordsActions } from "./bulk/actions.js";
import { BulkBar } from "./bulk/bar.js";
import { ColumnChoice } from "./column_choice.js";
import { layoutOf } from "./columns.js";
import { deleteSoon } from "./deletions.js";
import { SearchBar } from "./finding/bar.js";
import { useFault } from "./finding/fault.js";
import { Keys } from "./keys.js";
import { createRows } from "./rows.js";
import { toFilter } from "./search.js";
import { Table } from "./table.js";
import { both } from "./views/found.js";
import { ViewSwitch } from "./views/switch.js";
import { viewsOf } from "./views/views.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("../../core/client.js").RecordModel} RecordModel */

const loadPanel = async () => (await import("./panel.js")).Panel;
const RELATIONS = new Set(["manyToMany", "relation"]);

/**
 * What a list brings along: the records that are shown by their titles, and what is in those.
 * @param {CollectionModel} collection
 * @param {boolean} [isNested]
 * @returns {string[]}
 */
function expandsOf(collection, isNested = false) {
  return collection.fields
    .filter(({ type, presentable }) => RELATIONS.has(type) && (presentable || !isNested))
    .flatMap(({ name, collectionId }) => {
      const target = isNested ? undefined : byName.value.get(collectionId);
      return [name, ...(target ? expandsOf(target, true).map((behind) => `${name}.${behind}`) : [])];
    });
}

/** @param {{ collection: CollectionModel }} props */
export function Records({ collection }) {
  const { query } = route.value;
  const [search, sort] = [query.get("filter") ?? "", query.get("sort") ?? ""];
  const view = viewsOf(collection).find(({ name }) => name === query.get("view"));
  const filter = toFilter(search, collection.fields);
  const [open, setOpen] = useState(/** @type {RecordModel | "new" | null} */ (null));
  const [selection, setSelection] = useState(/** @type {ReadonlyMap<string, RecordModel>} */ (new Map()));
  const [help, setHelp] = useState(false);
  const layout = layoutOf(collection);
  const isView = collection.type === "view";
  const expand = expandsOf(collection).join(",");
  const rows = useMemo(
    () => createRows({ collection: collection.id, filter, sort, expand }),
    [collection, search, sort],
  );
  useEffect(() => {
    void rows.refresh();
    return () => rows.stop();
  }, [rows]);
  useEffect(() => setSelection(new Map()), [filter]);
  // A link may name the record to be shown.
  const named = query.get("record");
  useEffect(() => {
    if (named === "new") setOpen("new");
    else if (named) pb.collection(collection.id).getOne(named).then(setOpen, complain);
  }, [named]);

  /** @param {Record<string, string>} changed */
  function show(changed) {
    become(["collections", collection.name], { filter: search, sort, view: view?.name ?? "", ...changed });
  }
  function close() {
    setOpen(null);
    if (named) show({});
  }
  /** @param {{ records: RecordModel[], on: boolean }} change */
  function select({ records, on }) {
    const next = new Map(selection);
    for (const record of records) {
      if (on) next.set(record.id, record);
      else next.delete(record.id);
    }
    setSelection(next);
  }
  /** @param {string[]} ids */
  function remove(ids) {
    setSelection(new Map([...selection].filter(([id]) => !ids.includes(id))));
    deleteSoon(collection.id, ids, rows);
  }
  const { total, error } = rows;
  const fault = useFault(collection.id, filter, error.value);
  const found = { ids: null, filter, sort, count: total.value ?? 0 };
  useShortcuts({ n: () => !isView && setOpen("new"), "?": () => setHelp(true) });
  return html`<main class="records">
    <header>
      <h1>${collection.name}</h1>
      ${!hidesControls.value && html`<a class="icon-button" href=${address(["schema", collection.name])}
        title=${t("collectionSettings", { name: collection.name })}
        aria-label=${t("collectionSettings", { name: collection.name })}><${Icon} name="settings" /></a>`}
      <${IconButton} icon="refresh" label=${t("refresh")} onClick=${() => rows.refresh()} />
      <${ViewSwitch} collection=${collection} current=${view?.name ?? ""} onChange=${(/** @type {string} */ name) => show({ view: name })} />
      ${!view && html`<${ColumnChoice} collection=${collection} layout=${layout} />`}
      <${RecordsActions} collection=${collection} found=${found} onImported=${() => rows.refresh()} />
      <a class="button plain" href=${address(["api", collection.name])}>API</a>
      ${!isView && html`<${Button} kind="main" onClick=${() => setOpen("new")}><${Icon} name="add" />${t("newRecord")}<//>`}
    </header>
    <${SearchBar} ...${{ collection, search, sort, fault }} onChange=${show} />
    ${view
      ? html`<${Lazy} key=${view.name} load=${view.load} collection=${collection} filter=${filter}
          news=${rows.news.value} onOpen=${setOpen}
          onNarrow=${(/** @type {string} */ condition) => show({ filter: both(filter, condition), view: "" })} />`
      : html`<${Table} ...${{ collection, rows, sort, layout, selection }} onSelect=${select} onOpen=${setOpen}
            onSort=${(/** @type {string} */ next) => show({ sort: next })}>
            ${total.value === 0 && html`<div class="empty">
              <p class="quiet">${t(search ? "nothingFound" : "noRecords")}</p>
              ${search
                ? html`<${Button} onClick=${() => show({ filter: "" })}>${t("clearSearch")}<//>`
                : !isView && html`<${Button} onClick=${() => setOpen("new")}>${t("newRecord")}<//>`}
            </div>`}
          <//>`}
    <footer class="grid-foot">
      ${selection.size > 0
        ? html`<${BulkBar} ...${{ collection, selection, setSelection, rows, found, remove }} />`
        : html`<span role="status">${total.value !== null ? t("recordCount", { count: total.value }) : error.value ? "" : t("loading")}</span>`}
      <${Live} collection=${collection} rows=${rows} />
      ${!view && html`<button type="button" class="icon-button keys-button" aria-label=${t("keys")} title=${t("keys")}
        onClick=${() => setHelp(true)}>?</button>`}
    </footer>
    ${help && html`<${Keys} onClose=${() => setHelp(false)} />`}
    ${open && html`<${Lazy} quietly load=${loadPanel} key=${open === "new" ? "new" : open.id} collection=${collection}
      record=${open === "new" ? null : open} onClose=${close} onSaved=${() => rows.refresh()}
      neighbour=${rows.beside}
      onDelete=${(/** @type {string} */ id) => {
        close();
        remove([id]);
      }} />`}
  </main>`;
}

/**
 * `/` goes to the search, other keys do what they are for, but for whoever is typing.
 * @param {Record<string, () => unknown>} keys
 */
function useShortcuts(keys) {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    function onKeyDown(event) {
      const { target } = event;
      if (document.querySelector("dialog[open]")) return;
      if (!(target instanceof HTMLElement) || target.closest("input, textarea, select, [contenteditable]")) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const act = event.key === "/" ? toSearch : current.current[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    }
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
}

function toSearch() {
  /** @type {HTMLElement | null} */ (document.querySelector(".search-input :is(input, textarea, .cm-content)"))?.focus();
}

/**
 * Brings changes in by themselves, and says so; apart, that the table is not drawn again for it.
 * @param {{ collection: CollectionModel, rows: import("./rows.js").Rows }} props
 */
function Live({ collection, rows }) {
  const [live, setLive] = useState(false);
  const current = useRef(rows);
  current.current = rows;
  useEffect(() => {
    if (collection.type === "view") return undefined;
    let isOver = false;
    /** @type {(() => Promise<void>) | undefined} */
    let end;
    pb.collection(collection.id).subscribe("*", (event) => current.current.apply(event)).then(
      (unsubscribe) => {
        end = unsubscribe;
        if (isOver) void end().catch(() => {});
        else setLive(true);
      },
      () => setLive(false),
    );
    return () => {
      isOver = true;
      void end?.().catch(() => {});
    };
  }, [collection.id]);
  return live && html`<span class="live chip"><${Icon} name="live" />${t("live")}</span>`;
}

// The records of one collection: searched, sorted, looked at, changed.

import { html, useEffect, useMemo, useRef, useState } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { t } from "../../core/language.js";
import { address, become, route } from "../../core/router.js";
import { Button, IconButton } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { Lazy } from "../../ui/lazy.js";
import { Menu } from "../../ui/menu.js";
import { complain } from "../../ui/toasts.js";
import { RecordsActions } from "./bulk/actions.js";
import { BulkBar } from "./bulk/bar.js";
import { isShown, layoutOf, moved, ordered } from "./columns.js";
import { deleteSoon } from "./deletions.js";
import { SearchBar } from "./finding/bar.js";
import { useFault } from "./finding/fault.js";
import { Panel } from "./panel.js";
import { createRows } from "./rows.js";
import { toFilter } from "./search.js";
import { Table } from "./table.js";
import { both } from "./views/found.js";
import { ViewSwitch } from "./views/switch.js";
import { viewsOf } from "./views/views.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("../../core/client.js").RecordModel} RecordModel */

const RELATIONS = new Set(["manyToMany", "relation"]);

/** @param {{ collection: CollectionModel }} props */
export function Records({ collection }) {
  const { query } = route.value;
  const [search, sort] = [query.get("filter") ?? "", query.get("sort") ?? ""];
  const view = viewsOf(collection).find(({ name }) => name === query.get("view"));
  const filter = toFilter(search, collection.fields);
  const [open, setOpen] = useState(/** @type {RecordModel | "new" | null} */ (null));
  const [selection, setSelection] = useState(/** @type {ReadonlyMap<string, RecordModel>} */ (new Map()));
  const layout = layoutOf(collection);
  const isView = collection.type === "view";
  const expand = collection.fields.filter(({ type }) => RELATIONS.has(type)).map(({ name }) => name).join(",");
  const rows = useMemo(
    () => createRows({ collection: collection.id, filter, sort, expand }),
    [collection, search, sort],
  );
  const isLive = useLive(collection, rows);
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
  useShortcuts(() => !isView && setOpen("new"));
  return html`<main class="records">
    <header>
      <h1>${collection.name}</h1>
      <a class="icon-button" href=${address(["schema", collection.name])} title=${t("collectionSettings", { name: collection.name })}
        aria-label=${t("collectionSettings", { name: collection.name })}><${Icon} name="settings" /></a>
      <${IconButton} icon="refresh" label=${t("refresh")} onClick=${() => rows.refresh()} />
      <${ViewSwitch} collection=${collection} current=${view?.name ?? ""} onChange=${(/** @type {string} */ name) => show({ view: name })} />
      ${!view && html`<${Columns} collection=${collection} layout=${layout} />`}
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
        : html`<span role="status">${total.value === null ? t("loading") : t("recordCount", { count: total.value })}</span>`}
      ${isLive && html`<span class="live chip"><${Icon} name="live" />${t("live")}</span>`}
    </footer>
    ${open && html`<${Panel} key=${open === "new" ? "new" : open.id} collection=${collection}
      record=${open === "new" ? null : open} onClose=${close} onSaved=${() => rows.refresh()}
      neighbour=${rows.beside}
      onDelete=${(/** @type {string} */ id) => {
        close();
        remove([id]);
      }} />`}
  </main>`;
}

/**
 * `/` goes to the search and `n` begins a record, but for whoever is typing.
 * @param {() => void} begin
 */
function useShortcuts(begin) {
  const current = useRef(begin);
  current.current = begin;
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    function onKeyDown(event) {
      const { target } = event;
      if (document.querySelector("dialog[open]")) return;
      if (!(target instanceof HTMLElement) || target.closest("input, textarea, select, [contenteditable]")) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "/") {
        event.preventDefault();
        /** @type {HTMLElement | null} */ (document.querySelector(".search-input :is(input, textarea, .cm-content)"))?.focus();
      } else if (event.key === "n") {
        event.preventDefault();
        current.current();
      }
    }
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
}

/**
 * Whether changes come by themselves.
 * @param {CollectionModel} collection
 * @param {import("./rows.js").Rows} rows
 */
function useLive(collection, rows) {
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
  return live;
}

/**
 * @param {{ collection: CollectionModel,
 *   layout: import("../../vendor/preact.js").Signal<import("./columns.js").Layout> }} props
 */
function Columns({ collection, layout }) {
  return html`<${Menu} label=${t("columns")} button=${html`<${Icon} name="columns" />`}>
    ${() => ordered(collection, layout.value).filter(({ name }) => name !== "tokenKey").map((field) => {
      const shown = isShown(layout.value, field);
      const move = (/** @type {-1 | 1} */ step) => {
        layout.value = moved(collection, layout.value, field, step);
      };
      return html`<div class="column-choice" key=${field.id}>
        <label><input type="checkbox" checked=${shown} onChange=${() => {
          const { hidden } = layout.value;
          layout.value = {
            ...layout.value, hidden: shown ? [...hidden, field.id] : hidden.filter((id) => id !== field.id),
          };
        }} />${field.name}</label>
        <${IconButton} icon="up" label=${t("moveLeft", { name: field.name })} onClick=${() => move(-1)} />
        <${IconButton} icon="down" label=${t("moveRight", { name: field.name })} onClick=${() => move(1)} />
      </div>`;
    })}
  <//>`;
}

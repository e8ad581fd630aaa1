// The search of a list: a line of plain text or of the filter language, the searches that are kept,
// and the builders of filters and orders, which write into it.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../../../vendor/preact.js";
import { filterCompletions } from "../../../core/completions.js";
import { t } from "../../../core/language.js";
import { IconButton } from "../../../ui/button.js";
import { CodeArea } from "../../../ui/code.js";
import { Icon } from "../../../ui/icon.js";
import { Lazy } from "../../../ui/lazy.js";
import { keepRecent, keptSearches } from "./kept.js";
import { Searches } from "./searches.js";

/** @typedef {import("./kept.js").Search} Search */

const loadFilterBuilder = async () => (await import("./builder.js")).FilterBuilder;
const loadSortBuilder = async () => (await import("./sort_builder.js")).SortBuilder;

/**
 * @param {{ collection: import("../../../core/client.js").CollectionModel, search: string, sort: string,
 *   fault: import("./fault.js").Fault | null, onChange: (changed: Partial<Search>) => void }} props
 */
export function SearchBar({ collection, search, sort, fault, onChange }) {
  const [typed, setTyped] = useState(search);
  const [builder, setBuilder] = useState(/** @type {"filter" | "sort" | null} */ (null));
  const kept = keptSearches(collection.id);
  useEffect(() => setTyped(search), [search]);

  /** @param {string} text */
  function run(text) {
    const filter = text.trim();
    keepRecent(kept, filter);
    setTyped(filter);
    onChange({ filter });
  }
  const problems = fault && fault.from !== null && typed === search
    ? [{ from: fault.from, to: search.length, message: fault.message }] : [];
  return html`<form class="search" role="search" onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    run(typed);
  }}>
    <div class="search-line">
      <${Icon} name="search" />
      <${Line} value=${typed} onInput=${setTyped} onEnter=${() => run(typed)} problems=${problems}
        isWrong=${fault !== null} completions=${filterCompletions(() => collection)} />
      ${typed && html`<${IconButton} icon="close" label=${t("clearSearch")} onClick=${() => run("")} />`}
      <${Searches} ...${{ collection, kept, typed, sort }} onChoose=${(/** @type {Partial<Search>} */ chosen) => {
        if (chosen.filter !== undefined) setTyped(chosen.filter);
        if (chosen.filter) keepRecent(kept, chosen.filter);
        onChange(chosen);
      }} />
      ${/** @type {const} */ (["filter", "sort"]).map((name) => html`<${IconButton} key=${name} icon=${name}
        label=${t(name === "filter" ? "filterBuilder" : "sortBuilder")} aria-expanded=${builder === name}
        onClick=${() => setBuilder(builder === name ? null : name)} />`)}
    </div>
    ${fault && html`<p class="problem" id="search-problem" role="alert">${fault.message}</p>`}
    ${builder === "filter" && html`<${Lazy} quietly load=${loadFilterBuilder} collection=${collection} text=${typed} onText=${setTyped} />`}
    ${builder === "sort" && html`<${Lazy} quietly load=${loadSortBuilder} collection=${collection} sort=${sort}
      onSort=${(/** @type {string} */ next) => onChange({ sort: next })} />`}
  </form>`;
}

/**
 * A plain input until somebody comes to it, or until there is something to colour.
 * @param {{ value: string, onInput: (value: string) => void, onEnter: () => void, isWrong: boolean,
 *   problems: import("../../../ui/code.js").CodeProblem[], completions: import("../../../ui/code.js").Completions }} props
 */
function Line({ value, onInput, onEnter, isWrong, problems, completions }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [isEntered, setIsEntered] = useState(false);
  const isCode = isEntered || value !== "";
  useLayoutEffect(() => {
    if (isEntered) /** @type {HTMLElement | null | undefined} */ (place.current?.querySelector("textarea, .cm-content"))?.focus();
  }, [isEntered]);
  const shared = {
    "aria-label": t("searchRecords"), placeholder: t("searchRecords"),
    "aria-invalid": isWrong, "aria-describedby": isWrong ? "search-problem" : undefined,
  };
  return html`<div class="search-input" ref=${place} onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
    // The editor, which knows Enter itself, may not be there yet.
    if (event.key === "Enter" && event.target instanceof HTMLTextAreaElement) {
      event.preventDefault();
      onEnter();
    }
  }}>
    ${isCode
      ? html`<${CodeArea} language="filter" oneLine ...${{ value, onInput, onEnter, problems, completions }} ...${shared} />`
      : html`<input type="text" class="mono" autocomplete="off" spellcheck=${false} value="" ...${shared}
          onFocus=${() => setIsEntered(true)}
          onInput=${(/** @type {InputEvent & { currentTarget: HTMLInputElement }} */ event) => onInput(event.currentTarget.value)} />`}
  </div>`;
}

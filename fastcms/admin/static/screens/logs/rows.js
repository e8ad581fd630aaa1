// Entries under each other. Those out of sight are not painted; older ones come when one gets there.

import { html, useEffect, useRef } from "../../vendor/preact.js";
import { localTime, t } from "../../core/language.js";
import { Button } from "../../ui/button.js";
import { Level } from "./levels.js";
import { milliseconds } from "./summary.js";

/** @typedef {import("./entries.js").Entry} Entry */

/**
 * @param {{ log: ReturnType<typeof import("./entries.js").createEntries>, selection: ReadonlyMap<string, Entry>,
 *   onOpen: (entry: Entry) => void, onSelect: (selection: ReadonlyMap<string, Entry>) => void }} props
 */
export function Rows({ log, selection, onOpen, onSelect }) {
  const entries = log.entries.value;
  const end = useRef(/** @type {HTMLParagraphElement | null} */ (null));
  useEffect(() => {
    const { current } = end;
    if (!current) return undefined;
    const watch = new IntersectionObserver(([seen]) => {
      if (seen?.isIntersecting) void log.older();
    }, { rootMargin: "400px" });
    watch.observe(current);
    return () => watch.disconnect();
  }, [log, entries.length]);

  /** @param {Entry} entry */
  function toggle(entry) {
    const next = new Map(selection);
    if (!next.delete(entry.id)) next.set(entry.id, entry);
    onSelect(next);
  }
  if (!entries.length) {
    return html`<p class="quiet log-end" role="status">${log.isLoading.value ? t("loading") : t("nothingFound")}</p>`;
  }
  return html`<label class="check log-all"><input type="checkbox" checked=${entries.every(({ id }) => selection.has(id))}
      onChange=${(/** @type {Event & { currentTarget: HTMLInputElement }} */ { currentTarget }) =>
        onSelect(new Map(currentTarget.checked ? entries.map((entry) => [entry.id, entry]) : []))} /><span>${t("logSelectAll")}</span></label>
    <ul class="log-rows" aria-label=${t("logEntries")}>
      ${entries.map((entry) => html`<li key=${entry.id}>
        <input type="checkbox" aria-label=${t("selectRow", { id: entry.message })} checked=${selection.has(entry.id)}
          onChange=${() => toggle(entry)} />
        <${Level} level=${entry.level} />
        <div class="log-main">
          <button type="button" class="link-button mono" onClick=${() => onOpen(entry)}>${entry.message}</button>
          <${Chips} data=${entry.data} />
        </div>
        <time datetime=${entry.created.replace(" ", "T")}>${localTime(entry.created)}<span class="quiet">${entry.created.slice(11, 23)} UTC</span></time>
      </li>`)}
    </ul>
    <p class="log-end" ref=${end}>${log.isWhole.value
      ? html`<span class="quiet">${t("logEnd")}</span>`
      : html`<${Button} onClick=${log.older} busy=${log.isLoading.value}>${t("logOlder")}<//>`}</p>`;
}

/** @param {{ data: Entry["data"] }} props */
function Chips({ data }) {
  const chips = [
    data.status && t("logStatus", { status: String(data.status) }),
    typeof data.execTime === "number" && milliseconds(data.execTime),
    data.auth,
    data.userIP,
    data.requestId,
    data.logger,
    data.error,
  ];
  return html`<span class="log-chips">${chips.map((chip, index) => chip && html`<span key=${index} class="chip">${chip}</span>`)}</span>`;
}

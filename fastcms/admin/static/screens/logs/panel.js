// All that an entry of the log says, and where it leads.

import { html } from "../../vendor/preact.js";
import { download } from "../../core/download.js";
import { localTime, t } from "../../core/language.js";
import { address } from "../../core/router.js";
import { Button, IconButton } from "../../ui/button.js";
import { copy } from "../../ui/copy.js";
import { Dialog } from "../../ui/dialog.js";
import { Icon } from "../../ui/icon.js";
import { quote } from "../records/search.js";
import { Level } from "./levels.js";
import { milliseconds } from "./summary.js";

/** @typedef {import("./entries.js").Entry} Entry */

/** @param {{ entry: Entry, onClose: () => void, onSearch: (search: string) => void }} props */
export function EntryPanel({ entry, onClose, onSearch }) {
  const { id, created, level, message, data } = entry;
  const text = JSON.stringify(entry, null, 2);
  const footer = html`
    <${Button} onClick=${() => download(`log-${id}.json`, [text], "application/json")}><${Icon} name="download" />JSON<//>
    <${Button} onClick=${() => copy(text)}><${Icon} name="copy" />${t("copyJson")}<//>`;
  return html`<${Dialog} side title=${t("logEntry")} onClose=${onClose} footer=${footer}>
    <p class="log-message mono">${message}</p>
    <${Links} data=${data} onSearch=${onSearch} />
    <dl class="log-facts">
      <${Fact} name="id" value=${id} />
      <${Fact} name="level" value=${html`<${Level} level=${level} /> ${level}`} text=${String(level)} />
      <${Fact} name="created" value=${`${localTime(created)} · ${created}`} text=${created} />
      ${Object.entries(data).map(([name, value]) => html`<${Fact} key=${name} name=${`data.${name}`}
        value=${shown(name, value)} text=${plain(value)} />`)}
    </dl>
  <//>`;
}

/** @param {{ name: string, value: import("../../vendor/preact.js").ComponentChildren, text?: string }} props */
function Fact({ name, value, text = String(value) }) {
  return html`<dt class="mono">${name}</dt>
    <dd><div>${value}</div>${text && html`<${IconButton} icon="copy" label=${t("logCopy", { name })} onClick=${() => copy(text)} />`}</dd>`;
}

/** @param {{ data: Entry["data"], onSearch: (search: string) => void }} props */
function Links({ data, onSearch }) {
  /** @param {string} field @param {unknown} value */
  const same = (field, value) => `data.${field} = ${quote(String(value))}`;
  const searches = /** @type {const} */ ([
    ["logSameRequest", data.requestId && same("requestId", data.requestId)],
    ["logSameUser", data.authId && same("authId", data.authId)],
    ["logSameCollection", data.auth && same("auth", data.auth)],
    ["logSameAddress", data.userIP && same("userIP", data.userIP)],
    ["logSameUrl", data.url && same("url", data.url)],
  ]);
  const record = recordOf(data);
  return html`<p class="log-links">
    ${record && html`<a class="button plain" href=${record}>${t("logRecord")}</a>`}
    ${data.authId && data.auth && html`<a class="button plain"
      href=${address(["collections", data.auth], { record: data.authId })}>${t("logUser")}</a>`}
    ${searches.map(([key, search]) => search && html`<${Button} key=${key} onClick=${() => onSearch(search)}>${t(key)}<//>`)}
  </p>`;
}

/**
 * Where the record is that a request was about.
 * @param {Entry["data"]} data
 */
export function recordOf({ url = "", method = "" }) {
  const [, collection, record] = /^\/api\/collections\/([^/?]+)\/records\/([^/?]+)/.exec(String(url)) ?? [];
  return collection && record && method !== "DELETE" ? address(["collections", collection], { record }) : "";
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function shown(name, value) {
  if (name === "execTime" && typeof value === "number") return milliseconds(value);
  if (value !== null && typeof value === "object") return html`<pre>${JSON.stringify(value, null, 2)}</pre>`;
  return plain(value) || "–";
}

/** @param {unknown} value */
function plain(value) {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

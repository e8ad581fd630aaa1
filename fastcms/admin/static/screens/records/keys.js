// All keys of the table, to look up.

import { html } from "../../vendor/preact.js";
import { t } from "../../core/language.js";
import { Dialog } from "../../ui/dialog.js";

/** @type {readonly [string[], import("../../core/language.js").Key][]} */
const KEYS = [
  [["/"], "keySearch"], [["n"], "keyNew"], [["↑", "↓", "←", "→"], "keyMove"], [["Page ↑", "Page ↓"], "keyPage"],
  [["Home", "End"], "keyEnds"], [["Enter", "F2"], "keyEdit"], [["e"], "keyOpen"], [["Space"], "keySelect"],
  [["Shift Space"], "keyRange"], [["Ctrl A"], "keySelectAll"], [["Ctrl C"], "keyCopy"], [["Shift ←", "Shift →"], "keyMoveColumn"],
  [["Ctrl S"], "keySave"], [["Esc"], "keyClose"], [["?"], "keyHelp"],
];

/** @param {{ onClose: () => void }} props */
export function Keys({ onClose }) {
  return html`<${Dialog} title=${t("keys")} onClose=${onClose}>
    <dl class="keys">${KEYS.map(([keys, text]) => html`<div key=${text}>
      <dt>${keys.map((key) => html`<kbd key=${key}>${key}</kbd> `)}</dt><dd>${t(text)}</dd></div>`)}</dl>
  <//>`;
}

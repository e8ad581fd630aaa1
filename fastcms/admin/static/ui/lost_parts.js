// What a text of HTML has that another has not.

import { inert, nameBefore } from "./inert_html.js";

/** Tags that say the same. */
const SAME = /** @type {Record<string, string>} */ ({ b: "strong", del: "s", i: "em", strike: "s" });
/** Tags that group others and say nothing themselves. */
const SILENT = new Set(["body", "head", "html", "tbody"]);
const MOST = 6;

/**
 * @param {string} before
 * @param {string} after
 * @returns {string[]} the first few of them, as HTML says them
 */
export function lostParts(before, after) {
  const [had, has] = [partsOf(before), partsOf(after)];
  const lost = [...had].filter(([part, count]) => count > (has.get(part) ?? 0)).map(([part]) => part);
  return lost.slice(0, MOST);
}

/** @param {string} text */
function partsOf(text) {
  const page = new DOMParser().parseFromString(inert(text), "text/html");
  /** @type {Map<string, number>} */
  const parts = new Map();
  /** @param {string} part */
  const add = (part) => parts.set(part, (parts.get(part) ?? 0) + 1);
  for (const element of page.querySelectorAll("*")) {
    const tag = nameBefore(element.localName);
    if (SILENT.has(tag)) continue;
    const name = SAME[tag] ?? tag;
    add(`<${name}>`);
    for (const { name: given, value } of element.attributes) {
      const key = nameBefore(given);
      // A cell of one column says it or not.
      if ((key === "colspan" || key === "rowspan") && value === "1") continue;
      add(`<${name} ${key}="${key === "style" ? value.replace(/\s+|;\s*$/g, "") : value}">`);
    }
  }
  const walker = page.createTreeWalker(page, NodeFilter.SHOW_COMMENT);
  while (walker.nextNode()) add("<!-- -->");
  // Words, wherever they are.
  const words = page.body.textContent?.replace(/\s+/g, "") ?? "";
  if (words) add(`“${words.slice(0, 20)}”`.concat(words.length > 20 ? "…" : ""));
  return parts;
}

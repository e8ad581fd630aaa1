// From what is typed into the search to a filter: an expression as it is, other text is looked for.

import { quote } from "./finding/expression.js";

export { quote };

/** @typedef {import("../../core/collections.js").Field} Field */

const SEARCHED = new Set(["text", "editor", "email", "url", "select", "json", "file", "number"]);
const EXPRESSION = /[=~<>]|&&|\|\||^\s*[\w.:@]+\s+(not\s+)?(in\s*\(|is\s+(not\s+)?null\b|between\s.+\sand\s|(matches|i?like)\s*['"])/i;

/** @param {string} text */
export function isExpression(text) {
  return EXPRESSION.test(text);
}

/**
 * @param {string} typed
 * @param {Field[]} fields
 */
export function toFilter(typed, fields) {
  const text = typed.trim();
  if (!text || isExpression(text)) return text;
  const quoted = quote(text);
  const searched = fields.filter(({ type, name }) => SEARCHED.has(type) && name !== "tokenKey");
  return searched.map(({ name }) => `${name} ~ ${quoted}`).join(" || ");
}

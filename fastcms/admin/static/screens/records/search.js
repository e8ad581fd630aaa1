// From what is typed into the search to a filter: an expression as it is, other text is looked for.

/** @typedef {import("../../core/collections.js").Field} Field */

const SEARCHED = new Set(["text", "editor", "email", "url", "select", "json", "file", "number"]);
const EXPRESSION = /[=~<>]|&&|\|\|/;

/**
 * @param {string} typed
 * @param {Field[]} fields
 */
export function toFilter(typed, fields) {
  const text = typed.trim();
  if (!text || EXPRESSION.test(text)) return text;
  const quoted = quote(text);
  const searched = fields.filter(({ type, name }) => SEARCHED.has(type) && name !== "tokenKey");
  return searched.map(({ name }) => `${name} ~ ${quoted}`).join(" || ");
}

/**
 * A text as the filter language writes it.
 * @param {string} text
 */
export function quote(text) {
  return `'${text.replace(/\\/g, "\\\\").replace(/'/g, "\\'")}'`;
}

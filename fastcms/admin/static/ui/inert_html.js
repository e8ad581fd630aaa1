// HTML with other names for styles and handlers. Browsers hold even a document that is never shown
// against the policy of the page, and complain; and styles that they refuse cannot be read.

const PREFIX = "data-inert-";
export const INERT_STYLE = `${PREFIX}style`;
export const INERT_TAG = "inert-style";

const TAG = /<([a-z][^\s/><]*)((?:"[^"]*"|'[^']*'|[^'"><])*)(>|$)/gi;
const ATTRIBUTE = /([^\s"'<>/=]+)((?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+))?)/g;

/**
 * For a parser. It makes nothing safe.
 * @param {string} text
 */
export function inert(text) {
  return text
    .replace(TAG, (_, tag, attributes, end) => `<${isStyle(tag) ? INERT_TAG : tag}${renamed(attributes)}${end}`)
    .replace(/<\/style/gi, `</${INERT_TAG}`);
}

/**
 * What something was called before.
 * @param {string} name
 */
export function nameBefore(name) {
  return name === INERT_TAG ? "style" : name.replace(PREFIX, "");
}

/** @param {string} attributes */
function renamed(attributes) {
  return attributes.replace(ATTRIBUTE, (_, name, value) =>
    `${isStyle(name) || /^on/i.test(name) ? PREFIX : ""}${name}${value}`);
}

/** @param {string} name */
function isStyle(name) {
  return name.toLowerCase() === "style";
}

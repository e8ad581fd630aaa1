// A filter as groups of conditions, read from the filter language and written in it again. What is
// no plain condition is kept as the text that it is.

/** @typedef {"&&" | "||"} Join */
/** @typedef {{ kind: "text" | "number" | "word" | "name", text: string }} Value  a word is true, false or null */
/** @typedef {{ path: string, sign: string, value: Value }} Comparison */
/** @typedef {Comparison | { raw: string }} Condition */
/** @typedef {{ join: Join, items: Item[] }} Group */
/** @typedef {Condition | Group} Item */
/** @typedef {{ kind: string, text: string, start: number, end: number }} Token */

// As the server's own reader of it; a comment is no token here, since it could not be kept.
const TOKEN = /\s*(?:(?<call>[A-Za-z_@#][\w.:]*(?=\())|(?<name>[A-Za-z_@#][\w.:]*)|(?<number>-?\d+(?:\.\d+)?)|(?<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?<word>\?[A-Za-z]+)|(?<sign>\??(?:!=|!~|>=|<=|=|~|>|<))|(?<join>&&|\|\|)|(?<open>\()|(?<close>\))|(?<comma>,))/sy;
const ESCAPES = /** @type {Record<string, string>} */ ({ n: "\n", r: "\r", t: "\t" });
const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * A text as the filter language writes it.
 * @param {string} text
 */
export function quote(text) {
  return `'${text.replace(/[\\']/g, "\\$&").replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/\t/g, "\\t")}'`;
}

/** @param {string} quoted */
function unquote(quoted) {
  return quoted.slice(1, -1).replace(/\\([\\'"nrt])/g, (_, letter) => ESCAPES[letter] ?? letter);
}

/**
 * @param {string} text
 * @returns {Group | null}  null where it is no filter, or has comments
 */
export function readFilter(text) {
  const tokens = scan(text);
  if (!tokens) return null;
  if (!tokens.length) return { join: "&&", items: [] };
  const reader = { text, tokens, at: 0 };
  const item = readAny(reader);
  if (!item || reader.at < tokens.length) return null;
  return "items" in item ? item : { join: "&&", items: [item] };
}

/** @param {string} text */
function scan(text) {
  /** @type {Token[]} */
  const tokens = [];
  let at = 0;
  const whole = text.trimEnd();
  while (at < whole.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(whole);
    const [kind, found] = Object.entries(match?.groups ?? {}).find(([, part]) => part !== undefined) ?? [];
    if (kind === undefined || found === undefined) return null;
    at = TOKEN.lastIndex;
    tokens.push({ kind, text: found, start: at - found.length, end: at });
  }
  return tokens;
}

/** @typedef {{ text: string, tokens: Token[], at: number }} Reader */

/** @param {Reader} reader @returns {Item | null} */
function readAny(reader) {
  return readJoined(reader, "||", () => readJoined(reader, "&&", () => readOne(reader)));
}

/**
 * @param {Reader} reader
 * @param {Join} join
 * @param {() => Item | null} read
 * @returns {Item | null}
 */
function readJoined(reader, join, read) {
  /** @type {Item[]} */
  const items = [];
  for (;;) {
    const item = read();
    if (!item) return null;
    items.push(item);
    if (reader.tokens[reader.at]?.text !== join) break;
    reader.at += 1;
  }
  return items.length === 1 ? /** @type {Item} */ (items[0]) : { join, items };
}

/** @param {Reader} reader @returns {Item | null} */
function readOne(reader) {
  const { tokens, text } = reader;
  if (tokens[reader.at]?.kind === "open") {
    reader.at += 1;
    const item = readAny(reader);
    if (!item || tokens[reader.at]?.kind !== "close") return null;
    reader.at += 1;
    return item;
  }
  const start = reader.at;
  let depth = 0;
  for (; reader.at < tokens.length; reader.at += 1) {
    const { kind } = /** @type {Token} */ (tokens[reader.at]);
    if (depth === 0 && (kind === "join" || kind === "close")) break;
    if (kind === "open") depth += 1;
    else if (kind === "close") depth -= 1;
  }
  const own = tokens.slice(start, reader.at);
  const [first, sign, last] = own;
  // The shortest is `x is null`.
  if (depth !== 0 || !first || !sign || !last) return null;
  const isPlain = own.length === 3 && first.kind === "name" && sign.kind === "sign" && last.kind in READ;
  if (isPlain) return { path: first.text, sign: sign.text, value: valueOf(last) };
  return { raw: text.slice(first.start, own.at(-1)?.end) };
}

const READ = { name: true, number: true, text: true };

/** @param {Token} token @returns {Value} */
function valueOf({ kind, text }) {
  if (kind === "text") return { kind, text: unquote(text) };
  if (kind === "number") return { kind, text };
  return /^(true|false|null)$/i.test(text) ? { kind: "word", text: text.toLowerCase() } : { kind: "name", text };
}

/**
 * @param {Item} item  as text, without brackets around it
 * @returns {string}
 */
export function writeFilter(item) {
  if ("raw" in item) return item.raw;
  if ("path" in item) return `${item.path} ${item.sign} ${writeValue(item.value)}`;
  return item.items
    .map((one) => {
      const text = writeFilter(one);
      return "items" in one && one.items.length > 1 && text ? `(${text})` : text;
    })
    .filter(Boolean)
    .join(` ${item.join} `);
}

/** @param {Value} value */
function writeValue({ kind, text }) {
  // A number that is none would be code of somebody else's.
  return kind === "text" || (kind === "number" && !NUMBER.test(text)) ? quote(text) : text;
}

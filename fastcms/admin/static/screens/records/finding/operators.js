// What a condition of the filter builder can say of a value, by type of field, and how the filter
// language says it.

/** @typedef {import("../../../core/collections.js").Field} Field */
/** @typedef {import("../../../core/language.js").Key} Key */
/** @typedef {import("./expression.js").Comparison} Comparison */
/** @typedef {import("./expression.js").Condition} Condition */
/** @typedef {import("./expression.js").Value} Value */
/** @typedef {keyof typeof TITLES} Operator */
/** @typedef {{ path: string, operator: Operator, value: Value }} Said  as people say it */
/** @typedef {{ field: Field, many: boolean }} Place  what is at the end of a path; `many` where it leads to several records */

export const TITLES = /** @type {const} */ ({
  contains: "opContains", lacks: "opLacks", starts: "opStarts", ends: "opEnds",
  "=": "opIs", "!=": "opIsNot", ">": "opGreater", ">=": "opAtLeast", "<": "opLess", "<=": "opAtMost",
  after: "opAfter", from: "opFrom", before: "opBefore", until: "opUntil",
  has: "opHas", hasNot: "opHasNot", empty: "opEmpty", filled: "opFilled", pattern: "opPattern",
});

/** @type {readonly Operator[]} */
const TEXT = ["contains", "lacks", "=", "!=", "starts", "ends", "empty", "filled", "pattern"];
/** @type {readonly Operator[]} */
const DATE = ["after", "from", "before", "until", "=", "!=", "empty", "filled"];
/** @type {readonly Operator[]} */
const ONE = ["=", "!=", "empty", "filled"];
/** @type {readonly Operator[]} */
const MANY = ["has", "hasNot", "empty", "filled"];
/** @type {Record<string, readonly Operator[]>} */
const BY_TYPE = {
  autodate: DATE, bool: ["=", "!="], date: DATE, json: ["contains", "lacks", "=", "!=", "empty", "filled"],
  number: ["=", "!=", ">", ">=", "<", "<="], relation: ONE, select: ONE,
};
/** Those that hold of none of many values. @type {ReadonlySet<Operator>} */
const NONE = new Set(["lacks", "!=", "hasNot"]);
const WITHOUT_VALUE = new Set(["empty", "filled"]);
const LISTS = new Set(["file", "relation", "select"]);
const SIGNS = /** @type {Record<string, string>} */ ({
  "=": "=", "!=": "!=", ">": ">", ">=": ">=", "<": "<", "<=": "<=", after: ">", from: ">=", before: "<", until: "<=",
});
const DATE_WORDS = /** @type {Record<string, Operator>} */ ({ ">": "after", ">=": "from", "<": "before", "<=": "until" });

/** Whether a field holds a time. @param {Field} field */
export function isMoment({ type }) {
  return type === "date" || type === "autodate";
}

/** Whether a field holds a list. @param {Field} field */
export function isList(field) {
  return field.type === "manyToMany" || (LISTS.has(field.type) && field.maxSelect > 1);
}

/** @param {Field} field */
export function operatorsOf(field) {
  if (isList(field)) return MANY;
  return BY_TYPE[field.type] ?? TEXT;
}

/** @param {Operator} operator */
export function needsValue(operator) {
  return !WITHOUT_VALUE.has(operator);
}

/**
 * @param {Said} said
 * @param {Place} place
 * @returns {Comparison | null}  null as long as its value is missing
 */
export function toComparison(said, { field, many }) {
  const found = compared(said, field);
  // Of many values people mean any of them, or none.
  return found && many && !NONE.has(said.operator) ? { ...found, sign: `?${found.sign}` } : found;
}

/**
 * @param {Said} said
 * @param {Field} field
 * @returns {Comparison | null}
 */
function compared({ path, operator, value }, field) {
  if (operator === "empty" || operator === "filled") {
    const isEmpty = operator === "empty";
    if (isList(field)) return { path: `${path}:length`, sign: isEmpty ? "=" : ">", value: { kind: "number", text: "0" } };
    const nothing = /** @type {Value} */ (field.type === "json" ? { kind: "word", text: "null" } : { kind: "text", text: "" });
    return { path, sign: isEmpty ? "=" : "!=", value: nothing };
  }
  const { kind, text } = value;
  if (!text) return null;
  if (operator === "has") return { path: `${path}:each`, sign: "?=", value };
  if (operator === "hasNot") return { path: `${path}:each`, sign: "!=", value };
  if (operator === "pattern" || ((operator === "contains" || operator === "lacks") && kind !== "text")) {
    return { path, sign: operator === "lacks" ? "!~" : "~", value };
  }
  const sign = SIGNS[operator];
  if (sign) return { path, sign, value };
  return { path, sign: operator === "lacks" ? "!~" : "~", value: { kind: "text", text: patternOf(operator, text) } };
}

/**
 * @param {Operator} operator
 * @param {string} text
 */
function patternOf(operator, text) {
  const literal = text.replace(/[\\%_]/g, "\\$&");
  if (operator === "starts") return `${literal}%`;
  if (operator === "ends") return `%${literal}`;
  // The server puts the wildcards around a text that has none.
  return /[\\%]/.test(text) ? `%${literal}%` : text;
}

/**
 * @param {Condition} condition
 * @param {(path: string) => Place | undefined} placeOf
 * @returns {Said | null}  null where the builder has no words for it
 */
export function toSaid(condition, placeOf) {
  if ("raw" in condition) return null;
  const { path, sign, value } = condition;
  const [plain = "", modifier] = path.split(":");
  const place = placeOf(plain);
  if (!place) return null;
  const { field, many } = place;
  const isAny = sign.startsWith("?") && many;
  const said = read(field, modifier, isAny ? sign.slice(1) : sign, value);
  if (!said || !operatorsOf(field).includes(said.operator)) return null;
  if (many && isAny === NONE.has(said.operator)) return null;
  return isShown(field, said) ? { path: plain, ...said } : null;
}

/**
 * Whether the value is one that the input of its field can show.
 * @param {Field} field
 * @param {Omit<Said, "path">} said
 */
function isShown(field, { operator, value: { kind, text } }) {
  if (!needsValue(operator)) return true;
  if (kind === "name") return isMoment(field) && text.startsWith("@");
  if (kind === "word") return text !== "null" && (field.type === "bool" || field.type === "json");
  return field.type !== "bool";
}

const NOTHING = /** @type {Value} */ ({ kind: "text", text: "" });

/**
 * @param {Field} field
 * @param {string | undefined} modifier
 * @param {string} sign
 * @param {Value} value
 * @returns {Omit<Said, "path"> | null}
 */
function read(field, modifier, sign, value) {
  if (modifier === "length") {
    if (value.kind !== "number" || Number(value.text) !== 0) return null;
    if (sign === "=") return { operator: "empty", value: NOTHING };
    return sign === ">" || sign === "!=" ? { operator: "filled", value: NOTHING } : null;
  }
  if (modifier === "each") {
    if (sign === "?=") return { operator: "has", value };
    return sign === "!=" ? { operator: "hasNot", value } : null;
  }
  if (modifier !== undefined) return null;
  if ((sign === "=" || sign === "!=") && isNothing(field, value)) {
    return { operator: sign === "=" ? "empty" : "filled", value: NOTHING };
  }
  if (sign === "~" || sign === "!~") return readPattern(sign, value);
  const operator = /** @type {Operator} */ ((isMoment(field) && DATE_WORDS[sign]) || sign);
  return value.text && operator in SIGNS ? { operator, value } : null;
}

/**
 * @param {Field} field
 * @param {Value} value
 */
function isNothing(field, { kind, text }) {
  return field.type === "json" ? kind === "word" && text === "null" : (kind === "text" && !text) || text === "null";
}

/**
 * @param {"~" | "!~"} sign
 * @param {Value} value
 * @returns {Omit<Said, "path"> | null}
 */
function readPattern(sign, value) {
  const contains = sign === "~" ? "contains" : "lacks";
  if (value.kind !== "text") return { operator: contains, value };
  const [, before, inner = "", after] = /^(%?)((?:[^\\%]|\\[^])*?)(%?)$/.exec(value.text) ?? [];
  const literal = inner.replace(/\\([\\%_])/g, "$1");
  /** @type {Operator} */
  const operator = before === "%" && after !== "%" ? "ends" : before !== "%" && after === "%" ? "starts" : contains;
  const isSame = before !== undefined && literal && patternOf(operator, literal) === value.text;
  if (isSame && (sign === "~" || operator === "lacks")) return { operator, value: { kind: "text", text: literal } };
  return sign === "~" ? { operator: "pattern", value } : null;
}

/**
 * The value of an input, as a literal of its field's type.
 * @param {Field} field
 * @param {Operator} operator
 * @param {string} text
 * @returns {Value}
 */
export function literalOf(field, operator, text) {
  if (isMoment(field) && /^@[A-Za-z]+$/.test(text)) return { kind: "name", text };
  if (field.type === "bool") return { kind: "word", text };
  // JSON knows the type of what it is compared with.
  const isTyped = field.type === "json" && (operator === "=" || operator === "!=");
  if ((field.type === "number" || isTyped) && /^-?\d+(\.\d+)?$/.test(text)) return { kind: "number", text };
  return isTyped && /^(true|false)$/.test(text) ? { kind: "word", text } : { kind: "text", text };
}

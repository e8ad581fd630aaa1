// Numbers of records, put together by time or by value.

/** @typedef {import("../../../core/client.js").RecordModel} RecordModel */
/** @typedef {"hour" | "day" | "week" | "month" | "year"} Step */
/** @typedef {"count" | "sum" | "average" | "least" | "most"} Way */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MOST_BUCKETS = 2_000;

/**
 * The beginning of the step that a time lies in, in the reader's zone.
 * @param {Date} time
 * @param {Step} step
 */
export function beginOf(time, step) {
  const begin = new Date(time);
  if (step === "hour") begin.setMinutes(0, 0, 0);
  else begin.setHours(0, 0, 0, 0);
  // Weeks begin on Monday.
  if (step === "week") begin.setDate(begin.getDate() - ((begin.getDay() + 6) % 7));
  if (step === "month" || step === "year") begin.setDate(1);
  if (step === "year") begin.setMonth(0);
  return begin;
}

/**
 * @param {Date} begin
 * @param {Step} step
 */
export function endOf(begin, step) {
  const next = new Date(begin);
  if (step === "hour") next.setTime(next.getTime() + HOUR);
  else if (step === "day") next.setDate(next.getDate() + 1);
  else if (step === "week") next.setDate(next.getDate() + 7);
  else if (step === "month") next.setMonth(next.getMonth() + 1);
  else next.setFullYear(next.getFullYear() + 1);
  return next;
}

/**
 * The step that gives a span some dozens of values.
 * @param {number} milliseconds
 * @returns {Step}
 */
export function fittingStep(milliseconds) {
  if (milliseconds <= 3 * DAY) return "hour";
  if (milliseconds <= 90 * DAY) return "day";
  if (milliseconds <= 730 * DAY) return "week";
  return milliseconds <= 3_650 * DAY ? "month" : "year";
}

/**
 * One number of many; null of none, but for their count and sum.
 * @param {number[]} values
 * @param {Way} way
 */
export function together(values, way) {
  if (way === "count") return values.length;
  const sum = values.reduce((one, other) => one + other, 0);
  if (way === "sum") return sum;
  if (!values.length) return null;
  if (way === "average") return sum / values.length;
  // A spread of so many arguments would be too deep.
  return values.reduce((one, other) => (way === "least" ? Math.min(one, other) : Math.max(one, other)));
}

/**
 * A number for each step from the first record to the last, steps without records too.
 * @param {RecordModel[]} records
 * @param {{ date: string, number: string, way: Way, step: Step }} wanted  `number` is "" for counts
 */
export function byTime(records, { date, number, way, step }) {
  /** @type {Map<number, number[]>} */
  const buckets = new Map();
  for (const record of records) {
    const time = new Date(String(record[date]).replace(" ", "T"));
    if (Number.isNaN(time.valueOf())) continue;
    const key = beginOf(time, step).valueOf();
    const value = number ? Number(record[number]) : 0;
    const there = buckets.get(key);
    if (there) there.push(value);
    else buckets.set(key, [value]);
  }
  const keys = [...buckets.keys()].sort((one, other) => one - other);
  const [first] = keys;
  const last = keys.at(-1);
  const times = [];
  if (first !== undefined && last !== undefined) {
    for (let at = new Date(first); at.valueOf() <= last && times.length < MOST_BUCKETS; at = endOf(at, step)) {
      times.push(at.valueOf());
    }
  }
  return {
    times: times.map((time) => time / 1000),
    values: times.map((time) => together(buckets.get(time) ?? [], way)),
  };
}

/**
 * A number for each value of a field, the greatest first.
 * @param {RecordModel[]} records
 * @param {{ group: string, number: string, way: Way }} wanted
 */
export function byValue(records, { group, number, way }) {
  /** @type {Map<string, number[]>} */
  const buckets = new Map();
  for (const record of records) {
    const held = record[group];
    const keys = Array.isArray(held) ? held : [held];
    for (const key of keys.length ? keys : [""]) {
      const name = String(key ?? "");
      const there = buckets.get(name);
      const value = number ? Number(record[number]) : 0;
      if (there) there.push(value);
      else buckets.set(name, [value]);
    }
  }
  return [...buckets]
    .map(([value, numbers]) => ({ value, number: together(numbers, way) ?? 0 }))
    .sort((one, other) => other.number - one.number);
}

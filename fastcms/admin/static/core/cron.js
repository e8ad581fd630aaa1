// Cron expressions in words, and when one is due next. Their hours are UTC, as the server's are.

import { language, t } from "./language.js";

const MACROS = /** @type {Record<string, string>} */ ({
  "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
});
/** Least and most of minute, hour, day, month and day of the week (0 is Sunday). */
const BOUNDS = /** @type {const} */ ([[0, 59], [0, 23], [1, 31], [1, 12], [0, 6]]);
const ITEM = /^(\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/;
/** The longest that a date and its day of the week keep apart is forty years. */
const DAYS = 40 * 366;
const DAY = 86_400_000;
const MINUTE = 60_000;

/** @param {string} expression */
function partsOf(expression) {
  return (MACROS[expression] ?? expression).split(" ");
}

/**
 * The numbers that each part stands for, or null if it is no expression.
 * @param {string} expression
 * @returns {number[][] | null}
 */
function numbersOf(expression) {
  const parts = partsOf(expression);
  const found = BOUNDS.map(([least, most], at) => {
    /** @type {Set<number>} */
    const numbers = new Set();
    for (const item of (parts[at] ?? "").split(",")) {
      const [, span, low, high, step] = ITEM.exec(item) ?? [];
      if (!span || Number(step ?? 1) < 1) return [];
      const from = span === "*" ? least : Number(low);
      const to = span === "*" ? most : Number(high ?? low);
      if (from < least || to > most || from > to) return [];
      for (let number = from; number <= to; number += Number(step ?? 1)) numbers.add(number);
    }
    return [...numbers].sort((one, other) => one - other);
  });
  return parts.length === BOUNDS.length && found.every((numbers) => numbers.length) ? found : null;
}

/**
 * When it is due next; null for what is no expression, or never due.
 * @param {string} expression
 * @param {Date} [after]
 */
export function nextRun(expression, after = new Date()) {
  const [minutes, hours, days, months, week] = numbersOf(expression) ?? [];
  if (!minutes || !hours || !days || !months || !week) return null;
  const start = Math.floor(after.valueOf() / MINUTE + 1) * MINUTE;
  const midnight = Math.floor(start / DAY) * DAY;
  for (let number = 0; number < DAYS; number += 1) {
    const day = new Date(midnight + number * DAY);
    const isDay = days.includes(day.getUTCDate()) && months.includes(day.getUTCMonth() + 1) && week.includes(day.getUTCDay());
    if (!isDay) continue;
    for (const hour of hours) {
      for (const minute of minutes) {
        const due = day.valueOf() + (hour * 60 + minute) * MINUTE;
        if (due >= start) return new Date(due);
      }
    }
  }
  return null;
}

/**
 * An expression as a person says it; the expression itself where that is no shorter.
 * @param {string} expression
 */
export function inWords(expression) {
  const numbers = numbersOf(expression);
  if (!numbers) return t("cronInvalid");
  const parts = partsOf(expression);
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = parts;
  const daily = day === "*" && month === "*" && weekday === "*";
  const step = (/** @type {string} */ part) => Number(/^\*\/(\d+)$/.exec(part)?.[1] ?? 0);
  const isOne = (/** @type {string} */ part) => /^\d+$/.test(part);
  if (daily && hour === "*" && minute === "*") return t("cronEveryMinute");
  if (daily && hour === "*" && step(minute)) return t("cronMinutes", { count: step(minute) });
  if (daily && hour === "*" && isOne(minute)) return t("cronHourly", { minute: pad(minute) });
  if (daily && step(hour) && isOne(minute)) return t("cronHours", { count: step(hour), minute: pad(minute) });
  if (isOne(hour) && isOne(minute)) {
    const time = `${pad(hour)}:${pad(minute)}`;
    if (daily) return t("cronDaily", { time });
    if (day === "*" && month === "*") return t("cronWeekly", { days: weekdays(numbers[4] ?? []), time });
    if (isOne(day) && month === "*" && weekday === "*") return t("cronMonthly", { day: Number(day), time });
    if (isOne(day) && isOne(month) && weekday === "*") {
      return t("cronYearly", { date: dateName(Number(month), Number(day)), time });
    }
  }
  return t("cronOther", { expression });
}

/** @param {string} text */
function pad(text) {
  return text.padStart(2, "0");
}

/** @param {number[]} numbers  of days of the week */
function weekdays(numbers) {
  const format = new Intl.DateTimeFormat(language.value, { weekday: "long", timeZone: "UTC" });
  // The first of January 2023 was a Sunday.
  const names = numbers.map((number) => format.format(new Date(Date.UTC(2023, 0, 1 + number))));
  return new Intl.ListFormat(language.value).format(names);
}

/**
 * @param {number} month
 * @param {number} day
 */
function dateName(month, day) {
  const format = new Intl.DateTimeFormat(language.value, { day: "numeric", month: "long", timeZone: "UTC" });
  return format.format(new Date(Date.UTC(2024, month - 1, day)));
}

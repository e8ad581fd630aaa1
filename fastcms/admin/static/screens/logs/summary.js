// Figures of the log over a time, as the server adds them up.

import { pb } from "../../core/client.js";
import { language, t } from "../../core/language.js";
import { written } from "./span.js";

/** @typedef {{ p50: number | null, p95: number | null, p99: number | null }} Latency */
/** @typedef {Latency & { date: string, total: number, errors: number }} Slot */
/**
 * @typedef {object} Summary
 * @property {string} from
 * @property {string} to
 * @property {number} step  seconds
 * @property {Slot[]} slots
 * @property {Latency} latency
 * @property {{ route: string, total: number, errors: number, mean: number }[]} routes
 * @property {{ status: number, error: string, total: number, last: string }[]} errors
 */

/**
 * @param {import("./span.js").Span} span
 * @param {string} filter
 * @returns {Promise<Summary>}
 */
export function fetchSummary({ from, to }, filter) {
  return pb.send("/api/logs/summary", { query: { filter, from: written(from), to: written(to) } });
}

/**
 * All slots of the span, those without entries too.
 * @param {Summary} summary
 */
export function slotsOf({ from, to, step, slots }) {
  const known = new Map(slots.map((slot) => [seconds(slot.date), slot]));
  const times = [];
  for (let time = Math.floor(seconds(from) / step) * step; time < seconds(to); time += step) times.push(time);
  return { times, slots: times.map((time) => known.get(time)) };
}

/** @param {Summary} summary */
export function totalOf({ slots }) {
  return slots.reduce((sum, { total }) => sum + total, 0);
}

/** @param {string} text */
export function seconds(text) {
  return new Date(text.replace(" ", "T")).valueOf() / 1000;
}

/** @param {number | null | undefined} value */
export function milliseconds(value) {
  if (value === null || value === undefined) return "–";
  const digits = value < 10 ? 2 : 0;
  return t("logMs", { value: new Intl.NumberFormat(language.value, { maximumFractionDigits: digits }).format(value) });
}

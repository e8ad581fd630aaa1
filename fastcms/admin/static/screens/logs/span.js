// Which time is looked at: the last hours up to now, or what was chosen in the chart.

/** @typedef {{ from: Date, to: Date, isNow: boolean }} Span  `isNow`: its end moves with the time */

export const RANGES = /** @type {const} */ ({ "1h": 3_600, "24h": 86_400, "7d": 604_800, "30d": 2_592_000 });
/** @typedef {keyof typeof RANGES} Range */

/**
 * @param {string} name
 * @returns {Range}
 */
export function rangeOf(name) {
  return name in RANGES ? /** @type {Range} */ (name) : "24h";
}

/**
 * @param {URLSearchParams} query
 * @returns {Span}
 */
export function spanOf(query) {
  const [from, to] = [new Date(query.get("from") ?? ""), new Date(query.get("to") ?? "")];
  if (from < to) return { from, to, isNow: false };
  const now = new Date();
  return { from: new Date(now.valueOf() - RANGES[rangeOf(query.get("range") ?? "")] * 1000), to: now, isNow: true };
}

/**
 * As the API writes it.
 * @param {Date} time
 */
export function written(time) {
  return time.toISOString().replace("T", " ");
}

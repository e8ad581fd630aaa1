// Lines and bars over time. What one sees is also said, and what the pointer does the keys do too.

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { locale, number, t } from "../core/language.js";
import { theme } from "../core/theme.js";
import { loadSheet } from "./sheet.js";
import { complain } from "./toasts.js";

/** @typedef {{ label: string, values: (number | null)[], kind?: "line" | "bars" }} Series */
/** @typedef {(from: number, to: number) => void} OnRange  seconds since 1970 */
/**
 * @typedef {object} Props
 * @property {string} label
 * @property {number[]} times  seconds since 1970, ascending
 * @property {Series[]} series
 * @property {OnRange} [onRange]  called for a range that was drawn by the pointer or by Shift and arrows
 * @property {(value: number) => string} [format]
 * @property {number} [height]
 */

const COLOURS = 6;
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
const DAY = 86_400;

/** @param {Props} props */
export function Chart(props) {
  const { label, times, series, format = number, height = 240 } = props;
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const chart = useRef(/** @type {import("../vendor/uplot.js").default | null} */ (null));
  const latest = useRef(props);
  latest.current = props;
  const [said, setSaid] = useState("");
  const anchor = useRef(/** @type {number | null} */ (null));

  useEffect(() => {
    let isOver = false;
    /** @type {() => void} */
    let end = () => {};
    async function begin() {
      const [{ default: UPlot }] = await Promise.all([import("../vendor/uplot.js"), loadSheet("vendor/uplot.css")]);
      const { current } = place;
      if (isOver || !current) return;
      const made = new UPlot(optionsFor(UPlot, current, latest), dataOf(latest.current), current);
      chart.current = made;
      const sizes = new ResizeObserver(() => {
        made.setSize({ width: current.clientWidth, height: latest.current.height ?? height });
      });
      sizes.observe(current);
      end = () => {
        sizes.disconnect();
        made.destroy();
        chart.current = null;
      };
    }
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    /** A canvas holds colours, not names of them. */
    function again() {
      end();
      end = () => {};
      begin().catch(complain);
    }
    again();
    scheme.addEventListener("change", again);
    return () => {
      isOver = true;
      scheme.removeEventListener("change", again);
      end();
    };
  }, [theme.value, locale.value, JSON.stringify(series.map((one) => [one.label, one.kind])), height]);
  useEffect(() => chart.current?.setData(dataOf(latest.current)), [times, series]);

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    const { current: made } = chart;
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -times.length, End: times.length }[event.key];
    if (!made || !times.length) return;
    const at = made.cursor.idx ?? -1;
    if (step !== undefined) {
      event.preventDefault();
      if (!event.shiftKey) anchor.current = null;
      else anchor.current ??= Math.max(at, 0);
      const next = Math.min(Math.max(at + step, 0), times.length - 1);
      made.setCursor({ left: made.valToPos(times[next] ?? 0, "x"), top: made.over.clientHeight / 2 });
      if (anchor.current !== null) select(made, times[anchor.current] ?? 0, times[next] ?? 0);
      const values = series.map((one) => `${one.label} ${shown(one.values[next], format)}`);
      setSaid(`${dateTime(times[next] ?? 0)}: ${values.join(", ")}`);
    } else if (event.key === "Enter" && anchor.current !== null) {
      event.preventDefault();
      const ends = [times[anchor.current] ?? 0, times[Math.max(at, 0)] ?? 0];
      anchor.current = null;
      props.onRange?.(Math.min(...ends), Math.max(...ends));
    }
  }
  return html`<figure class="chart" aria-label=${label}>
    <div class="chart-place" ref=${place} tabindex="0" role="application" aria-label=${label}
      aria-roledescription=${t("chart")} onKeyDown=${onKeyDown}></div>
    <p class="hidden-text">${summary(times, series, format)}</p>
    <p class="hidden-text" role="status">${said}</p>
  </figure>`;
}

/**
 * @param {typeof import("../vendor/uplot.js").default} UPlot
 * @param {HTMLElement} place
 * @param {{ current: Props }} latest
 * @returns {import("../vendor/uplot.js").default.Options}
 */
function optionsFor(UPlot, place, latest) {
  const { series, format = number, height = 240 } = latest.current;
  const quiet = colour(place, "--quiet");
  const axis = { stroke: quiet, grid: { stroke: colour(place, "--line"), width: 1 }, ticks: { show: false } };
  return {
    width: place.clientWidth,
    height,
    cursor: { drag: { x: true, y: false, setScale: false } },
    hooks: {
      setSelect: [(chart) => {
        const { left, width } = chart.select;
        // Keys draw a range too; that one is taken by Enter.
        if (!width || !chart.cursor.event) return;
        latest.current.onRange?.(chart.posToVal(left, "x"), chart.posToVal(left + width, "x"));
        chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      }],
    },
    axes: [
      { ...axis, space: 90, values: (_, splits) => splits.map((time) => tick(time, splits)) },
      { ...axis, size: 64, values: (_, splits) => splits.map((value) => format(value)) },
    ],
    series: [
      { label: t("chartTime"), value: (_, time) => (time === null ? "–" : dateTime(time)) },
      ...series.map((one, index) => {
        const stroke = colour(place, `--chart-${(index % COLOURS) + 1}`);
        return {
          label: one.label, stroke, width: 2, dash: DASHES[index % DASHES.length] ?? [], points: { fill: stroke },
          value: (/** @type {unknown} */ _, /** @type {number | null} */ value) => shown(value, format),
          ...(one.kind === "bars" && { fill: stroke, dash: [], points: { show: false }, paths: UPlot.paths.bars?.({ size: [0.8, 60] }) }),
        };
      }),
    ],
  };
}

/**
 * @param {Props} props
 * @returns {import("../vendor/uplot.js").default.AlignedData}
 */
function dataOf({ times, series }) {
  return [times, ...series.map(({ values }) => values)];
}

/**
 * @param {import("../vendor/uplot.js").default} chart
 * @param {number} one
 * @param {number} other
 */
function select(chart, one, other) {
  const ends = [chart.valToPos(one, "x"), chart.valToPos(other, "x")];
  const left = Math.min(...ends);
  chart.setSelect({ left, width: Math.max(...ends) - left, top: 0, height: chart.over.clientHeight }, false);
}

/**
 * What a variable of the style is here and now.
 * @param {HTMLElement} place
 * @param {string} name
 */
function colour(place, name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/**
 * @param {number[]} times
 * @param {Series[]} series
 * @param {(value: number) => string} format
 */
function summary(times, series, format) {
  const [first] = times;
  const last = times.at(-1);
  if (first === undefined || last === undefined) return t("chartEmpty");
  const lines = series.map(({ label, values }) => {
    const known = values.filter((value) => value !== null);
    if (!known.length) return `${label}: –`;
    const bounds = { least: format(Math.min(...known)), most: format(Math.max(...known)) };
    return t("chartSeries", { name: label, ...bounds, last: shown(known.at(-1), format) });
  });
  return `${t("chartSpan", { from: dateTime(first), to: dateTime(last) })} ${lines.join(" ")}`;
}

/**
 * @param {number | null | undefined} value
 * @param {(value: number) => string} format
 */
function shown(value, format) {
  return value === null || value === undefined ? "–" : format(value);
}

/** @param {number} time */
function dateTime(time) {
  return new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "short" }).format(time * 1000);
}

/**
 * As much of a time as the distance between the marks needs.
 * @param {number} time
 * @param {number[]} splits
 */
function tick(time, splits) {
  const step = (splits[1] ?? time + DAY) - (splits[0] ?? time);
  const at = new Date(time * 1000);
  if (step >= 28 * DAY) return at.toLocaleDateString(locale.value, { month: "short", year: "numeric" });
  if (step >= DAY || (at.getHours() === 0 && at.getMinutes() === 0)) {
    return at.toLocaleDateString(locale.value, { day: "numeric", month: "short" });
  }
  const seconds = step < 60 ? /** @type {const} */ ({ second: "2-digit" }) : {};
  return at.toLocaleTimeString(locale.value, { hour: "2-digit", minute: "2-digit", ...seconds });
}

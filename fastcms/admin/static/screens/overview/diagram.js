// The diagram: boxes that can be moved, on a plane that can be moved and zoomed.

import { html, useEffect, useMemo, useRef, useState } from "../../vendor/preact.js";
import { t } from "../../core/language.js";
import { remembered } from "../../core/remembered.js";
import { address, go } from "../../core/router.js";
import { Button, IconButton } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { Box } from "./box.js";
import { HEAD, ROW, WIDTH, heightOf, layout, rowsOf } from "./layout.js";
import { savePicture } from "./picture.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("./layout.js").Point} Point */
/** @typedef {import("./layout.js").Edge} Edge */
/** @typedef {{ x: number, y: number, scale: number }} View  the middle of what is seen, and how large it is seen */

const STEP = 60;
const CLICK = 4; // pixels that a hand moves while it clicks
const moved = remembered("overview:moved", /** @type {Record<string, Point>} */ ({}));

/** @param {{ boxes: CollectionModel[], edges: Edge[] }} props */
export function Diagram({ boxes, edges }) {
  const plane = useRef(/** @type {SVGSVGElement | null} */ (null));
  const names = boxes.map(({ id }) => id).join();
  const places = useMemo(() => layout(boxes, edges), [names, edges.length]);
  /** @param {string} id @returns {Point} */
  const placeOf = (id) => moved.value[id] ?? places.get(id) ?? { x: 0, y: 0 };
  const whole = boundsOf(boxes, placeOf);
  const [size, setSize] = useState({ width: 1000, height: 600 });
  const [view, setView] = useState(/** @type {View | null} */ (null));
  const seen = view ?? fit(whole, size);
  const current = useRef(seen);
  current.current = seen;
  const drag = useRef(/** @type {{ id: string, from: Point, start: Point, far: boolean } | null} */ (null));

  useEffect(() => {
    const { current: svg } = plane;
    if (!svg) return undefined;
    const observer = new ResizeObserver(() => setSize({ width: svg.clientWidth, height: svg.clientHeight }));
    observer.observe(svg);
    /** @param {WheelEvent} event */
    function onWheel(event) {
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 500));
    }
    // The page must not scroll meanwhile, which a passive listener cannot keep it from.
    svg.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      observer.disconnect();
      svg.removeEventListener("wheel", onWheel);
    };
  }, []);

  /** @param {number} factor */
  function zoom(factor) {
    const { x, y, scale } = current.current;
    setView({ x, y, scale: Math.min(3, Math.max(0.1, scale * factor)) });
  }
  /** @param {string} id @param {Point} to */
  function move(id, to) {
    moved.value = { ...moved.value, [id]: to };
  }
  /** @param {PointerEvent} event @param {string} id  "" for the plane */
  function onPointerDown(event, id = "") {
    if (event.button !== 0) return;
    event.stopPropagation();
    plane.current?.setPointerCapture(event.pointerId);
    drag.current = { id, from: { x: event.clientX, y: event.clientY }, start: id ? placeOf(id) : seen, far: false };
  }
  /** @param {PointerEvent} event */
  function onPointerMove(event) {
    const held = drag.current;
    if (!held) return;
    const by = { x: event.clientX - held.from.x, y: event.clientY - held.from.y };
    if (!held.far && Math.hypot(by.x, by.y) < CLICK) return;
    held.far = true;
    const [x, y] = [by.x / seen.scale, by.y / seen.scale];
    if (held.id) move(held.id, { x: held.start.x + x, y: held.start.y + y });
    else setView({ ...seen, x: held.start.x - x, y: held.start.y - y });
  }
  function onPointerUp() {
    const held = drag.current;
    drag.current = null;
    const box = boxes.find(({ id }) => id === held?.id);
    if (held && box && !held.far) go(["collections", box.name]);
  }
  /** @param {KeyboardEvent} event @param {CollectionModel} [box] */
  function onKeyDown(event, box) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (way) {
      const [x = 0, y = 0] = way;
      if (box && event.shiftKey) {
        const at = placeOf(box.id);
        move(box.id, { x: at.x + x * 20, y: at.y + y * 20 });
      } else setView({ ...seen, x: seen.x + x * STEP / seen.scale, y: seen.y + y * STEP / seen.scale });
    } else if (event.key === "+") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0") setView(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  const [width, height] = [size.width / seen.scale, size.height / seen.scale];
  return html`<div class="diagram">
    <div class="diagram-tools" role="toolbar" aria-label=${t("overviewDiagram")}>
      <${IconButton} icon="add" label=${t("overviewZoomIn")} onClick=${() => zoom(1.25)} />
      <${IconButton} icon="minus" label=${t("overviewZoomOut")} onClick=${() => zoom(0.8)} />
      <${Button} onClick=${() => setView(null)}>${t("overviewFit")}<//>
      <${Button} disabled=${Object.keys(moved.value).length === 0} onClick=${() => {
        moved.value = {};
        setView(null);
      }}>${t("overviewArrange")}<//>
      <${Button} onClick=${() => plane.current && savePicture(plane.current, whole)}><${Icon} name="download" />SVG<//>
      <span class="quiet" id="diagram-help">${t("overviewKeys")}</span>
    </div>
    <svg ref=${plane} class="plane" tabindex="0" role="group" aria-label=${t("overviewDiagram")} aria-describedby="diagram-help"
      viewBox=${`${seen.x - width / 2} ${seen.y - height / 2} ${width} ${height}`}
      onPointerDown=${onPointerDown} onPointerMove=${onPointerMove} onPointerUp=${onPointerUp}
      onPointerCancel=${() => {
        drag.current = null;
      }} onKeyDown=${onKeyDown}>
      <g class="lines" aria-hidden="true">${edges.map((edge) => html`<path key=${`${edge.from} ${edge.field} ${edge.to}`}
        class=${edge.many ? "many" : ""} d=${lineOf(edge, boxes, placeOf)} />`)}</g>
      ${boxes.map((box) => html`<${Box} key=${box.id} collection=${box} place=${placeOf(box.id)} edges=${edges}
        href=${address(["collections", box.name])}
        onPointerDown=${(/** @type {PointerEvent} */ event) => onPointerDown(event, box.id)}
        onKeyDown=${(/** @type {KeyboardEvent} */ event) => onKeyDown(event, box)} />`)}
    </svg>
  </div>`;
}

/** @param {CollectionModel[]} boxes @param {(id: string) => Point} placeOf */
function boundsOf(boxes, placeOf) {
  const placed = boxes.map((box) => ({ ...placeOf(box.id), height: heightOf(box) }));
  const x = Math.min(0, ...placed.map((one) => one.x)) - 20;
  const y = Math.min(0, ...placed.map((one) => one.y)) - 20;
  return {
    x, y,
    width: Math.max(WIDTH, ...placed.map((one) => one.x + WIDTH)) + 20 - x,
    height: Math.max(HEAD, ...placed.map((one) => one.y + one.height)) + 20 - y,
  };
}

/**
 * @param {{ x: number, y: number, width: number, height: number }} whole
 * @param {{ width: number, height: number }} size
 * @returns {View}
 */
function fit(whole, size) {
  const scale = Math.min(1.1, size.width / whole.width, size.height / whole.height);
  return { x: whole.x + whole.width / 2, y: whole.y + whole.height / 2, scale: Math.max(0.1, scale) };
}

/**
 * From the row of the field to the head of the box that it names, on the near sides.
 * @param {Edge} edge
 * @param {CollectionModel[]} boxes
 * @param {(id: string) => Point} placeOf
 */
function lineOf(edge, boxes, placeOf) {
  const box = boxes.find(({ id }) => id === edge.from);
  const row = Math.min(edge.row, box ? rowsOf(box).shown.length : 0);
  const [from, to] = [placeOf(edge.from), placeOf(edge.to)];
  const y1 = from.y + HEAD + ROW * (row + 0.5);
  const y2 = to.y + HEAD / 2;
  const isLeft = to.x + WIDTH / 2 < from.x + WIDTH / 2;
  const x1 = isLeft ? from.x : from.x + WIDTH;
  const x2 = isLeft ? to.x + WIDTH : to.x + (to.x > from.x ? 0 : WIDTH);
  const [out, back] = [isLeft ? -50 : 50, isLeft ? 50 : to.x > from.x ? -50 : 50];
  return `M${x1} ${y1}C${x1 + out} ${y1} ${x2 + back} ${y2} ${x2} ${y2}`;
}

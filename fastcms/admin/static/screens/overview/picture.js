// The diagram as a file that looks the same without this page.

import { download } from "../../core/download.js";

const LOOKS = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-family", "font-weight", "font-style"];

/**
 * @param {SVGSVGElement} plane
 * @param {{ x: number, y: number, width: number, height: number }} whole
 */
export function savePicture(plane, { x, y, width, height }) {
  const copy = /** @type {SVGSVGElement} */ (plane.cloneNode(true));
  const [shown, made] = [plane.querySelectorAll("*"), copy.querySelectorAll("*")];
  shown.forEach((element, at) => {
    const style = getComputedStyle(element);
    for (const name of LOOKS) made[at]?.setAttribute(name, style.getPropertyValue(name));
  });
  for (const link of copy.querySelectorAll("a")) link.removeAttribute("href");
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const { backgroundColor } = getComputedStyle(plane);
  for (const [name, value] of Object.entries({ x, y, width, height, fill: backgroundColor })) ground.setAttribute(name, String(value));
  copy.prepend(ground);
  copy.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  download("collections.svg", [new XMLSerializer().serializeToString(copy)], "image/svg+xml");
}

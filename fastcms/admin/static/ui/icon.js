// Line icons of 24 units, drawn with the colour of the text.

import { html } from "../vendor/preact.js";

const SHAPES = {
  add: "M12 5v14M5 12h14",
  back: "M15 5l-7 7 7 7",
  base: "M4 7c0-4 16-4 16 0v10c0 4-16 4-16 0zM4 7c0 4 16 4 16 0M4 12c0 4 16 4 16 0",
  check: "M5 13l4 4L19 7",
  close: "M6 6l12 12M18 6L6 18",
  columns: "M4 5h16v14H4zM10 5v14M15 5v14",
  copy: "M9 9h10v10H9zM5 15V5h10",
  down: "M6 9l6 6 6-6",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  live: "M12 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2M8 8a6 6 0 0 0 0 8M16 8a6 6 0 0 1 0 8M5 5a10 10 0 0 0 0 14M19 5a10 10 0 0 1 0 14",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M5 11h14v9H5z",
  menu: "M5 7h14M5 12h14M5 17h14",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  refresh: "M20 11A8 8 0 1 0 18 17M20 5v6h-6",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16 16l4 4",
  settings: "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M5.6 18.4l2.1-2.1M16.3 7.7l2.1-2.1",
  trash: "M5 7h14M10 4h4M7 7l1 13h8l1-13",
  up: "M6 15l6-6 6 6",
  upload: "M12 16V5M7 9l5-5 5 5M5 20h14",
  user: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M5 20c0-8 14-8 14 0",
  view: "M3 12c4-8 14-8 18 0-4 8-14 8-18 0M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
  warning: "M12 4l9 16H3zM12 10v4M12 17h.01",
};
/** @typedef {keyof typeof SHAPES} Shape */

/** @param {{ name: Shape }} props */
export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${SHAPES[name]} /></svg>`;
}

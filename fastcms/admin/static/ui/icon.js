// Line icons of 24 units, drawn with the colour of the text.

import { html } from "../vendor/preact.js";

const SHAPES = {
  add: "M12 5v14M5 12h14",
  autodate: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 8v4l3 2",
  back: "M15 5l-7 7 7 7",
  base: "M4 7c0-4 16-4 16 0v10c0 4-16 4-16 0zM4 7c0 4 16 4 16 0M4 12c0 4 16 4 16 0",
  bool: "M8 7h8a5 5 0 0 1 0 10H8A5 5 0 0 1 8 7M8 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4",
  check: "M5 13l4 4L19 7",
  close: "M6 6l12 12M18 6L6 18",
  columns: "M4 5h16v14H4zM10 5v14M15 5v14",
  copy: "M9 9h10v10H9zM5 15V5h10",
  date: "M5 6h14v14H5zM5 10h14M9 3v4M15 3v4",
  down: "M6 9l6 6 6-6",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  editor: "M4 6h16M4 11h10M4 16h16M4 21h7",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  geoPoint: "M12 21c-5-5-7-8-7-11a7 7 0 0 1 14 0c0 3-2 6-7 11M12 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4",
  grip: "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
  json: "M9 4c-3 0-3 2-3 4s0 3-2 4c2 1 2 2 2 4s0 4 3 4M15 4c3 0 3 2 3 4s0 3 2 4c-2 1-2 2-2 4s0 4-3 4",
  live: "M12 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2M8 8a6 6 0 0 0 0 8M16 8a6 6 0 0 1 0 8M5 5a10 10 0 0 0 0 14M19 5a10 10 0 0 1 0 14",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M5 11h14v9H5z",
  mail: "M4 6h16v12H4zM4 7l8 6 8-6",
  manyToMany: "M4 7h4l8 10h4M4 17h4l8-10h4",
  menu: "M5 7h14M5 12h14M5 17h14",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  number: "M10 4L8 20M17 4l-2 16M4 9h16M3 15h16",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  polymorphic: "M4 12h6l6-7h4M10 12h10M10 12l6 7h4",
  refresh: "M20 11A8 8 0 1 0 18 17M20 5v6h-6",
  relation: "M4 8h6v8H4zM14 8h6v8h-6zM10 12h4",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16 16l4 4",
  select: "M9 7h11M9 12h11M9 17h11M5 7h.01M5 12h.01M5 17h.01",
  settings: "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M5.6 18.4l2.1-2.1M16.3 7.7l2.1-2.1",
  text: "M5 6h14M12 6v13",
  trash: "M5 7h14M10 4h4M7 7l1 13h8l1-13",
  unlock: "M7 11V8a5 5 0 0 1 9.6-2M5 11h14v9H5z",
  up: "M6 15l6-6 6 6",
  upload: "M12 16V5M7 9l5-5 5 5M5 20h14",
  url: "M10 14l4-4M8 11l-2 2a3.5 3.5 0 0 0 5 5l2-2M16 13l2-2a3.5 3.5 0 0 0-5-5l-2 2",
  user: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M5 20c0-8 14-8 14 0",
  view: "M3 12c4-8 14-8 18 0-4 8-14 8-18 0M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
  warning: "M12 4l9 16H3zM12 10v4M12 17h.01",
};
/** @typedef {keyof typeof SHAPES} Shape */

/** @param {{ name: Shape }} props */
export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${SHAPES[name]} /></svg>`;
}

// HTML of others in a frame where nothing runs and nothing is fetched: no script, no image from
// elsewhere, no form, no link.

import { html, useEffect, useRef } from "../vendor/preact.js";
import { INERT_STYLE, INERT_TAG, inert } from "./inert_html.js";

/** What makes or fetches something else than text. */
const NEVER = new Set([
  "audio", "base", "button", "embed", "fencedframe", "form", "frame", "frameset", "iframe", "input", "link", "meta",
  "noscript", "object", "portal", "script", "select", "source", "style", "svg", "math", "template", "textarea", "title", "track", "video",
]);
const ATTRIBUTES = new Set([
  "align", "alt", "bgcolor", "border", "cellpadding", "cellspacing", "class", "color", "colspan", "dir", "face",
  "height", "id", "lang", "role", "rowspan", "size", "title", "valign", "width",
]);
const IMAGE = /^data:image\/(?:png|jpeg|gif|webp);base64,/i;
const FETCHES = /url\s*\(|image-set|@import|\\|expression/i;

/** @param {{ label: string, source: string, height?: number }} props */
export function HtmlFrame({ label, source, height = 420 }) {
  const frame = useRef(/** @type {HTMLIFrameElement | null} */ (null));
  function show() {
    const page = frame.current?.contentDocument;
    if (page?.body) fill(page, source);
  }
  useEffect(show, [source]);
  // Without `allow-scripts` nothing ever runs in it; the same origin lets this page fill it.
  return html`<iframe class="html-frame" ref=${frame} title=${label} sandbox="allow-same-origin"
    onLoad=${show} height=${height}></iframe>`;
}

/**
 * @param {Document} page
 * @param {string} source
 */
function fill(page, source) {
  const parsed = new DOMParser().parseFromString(inert(source), "text/html");
  page.body.replaceChildren(...[...parsed.body.childNodes].flatMap((node) => copies(page, node)));
  const { defaultView: view } = page;
  if (!view) return;
  const sheets = [...parsed.querySelectorAll(INERT_TAG)].map((style) => {
    const sheet = new (/** @type {typeof globalThis} */ (/** @type {unknown} */ (view))).CSSStyleSheet();
    const { textContent: text } = style;
    if (text && !FETCHES.test(text)) sheet.replaceSync(text);
    return sheet;
  });
  page.adoptedStyleSheets = sheets;
}

/**
 * What of a node may be shown, made anew for the page.
 * @param {Document} page
 * @param {Node} node
 * @returns {Node[]}
 */
function copies(page, node) {
  if (node instanceof Text) return [page.createTextNode(node.data)];
  if (!(node instanceof HTMLElement)) return [];
  const name = node.localName;
  if (name === INERT_TAG || NEVER.has(name)) return [];
  const children = [...node.childNodes].flatMap((child) => copies(page, child));
  if (name.includes("-") || name.includes(":")) return children;
  // A picture that is not in the mail itself would tell its sender who looks.
  if (name === "img" && !IMAGE.test(node.getAttribute("src") ?? "")) return [page.createTextNode(node.getAttribute("alt") ?? "")];
  const copy = page.createElement(name);
  for (const attribute of node.attributes) {
    if (ATTRIBUTES.has(attribute.name)) copy.setAttribute(attribute.name, attribute.value);
    else if (attribute.name === INERT_STYLE && !FETCHES.test(attribute.value)) copy.style.cssText = attribute.value;
    else if (attribute.name === "src" && name === "img") copy.setAttribute("src", attribute.value);
    // Where a link leads can be seen, and not be followed.
    else if (attribute.name === "href" && name === "a") copy.title = attribute.value;
  }
  copy.append(...children);
  return [copy];
}

// The editor behind rich text: which HTML it knows, cleaned before it is shown.

import { labelOf } from "./field.js";
import { INERT_STYLE, INERT_TAG, inert } from "./inert_html.js";

/** @typedef {typeof import("../vendor/tiptap.js")} Tiptap */
/** @typedef {ReturnType<typeof createRichEditor>} RichEditor */

/**
 * @param {Tiptap} tiptap
 * @param {{ onInput: (html: string) => void, onMove: () => void }} listeners
 *   `onMove`: what is selected, and so what the tools show, may be another
 */
export function createRichEditor(tiptap, { onInput, onMove }) {
  const { DOMPurify, Editor } = tiptap;
  const editor = new Editor({
    element: null,
    injectCSS: false,
    extensions: extensions(tiptap),
    onUpdate: () => onInput(written()),
    onTransaction: onMove,
  });
  function written() {
    return editor.isEmpty ? "" : editor.getHTML();
  }
  return {
    editor,
    html: written,
    /** @param {string} text  whatever it is: harm is taken out of it */
    show(text) {
      const clean = DOMPurify.sanitize(inert(text), {
        USE_PROFILES: { html: true }, ADD_FORBID_CONTENTS: [INERT_TAG],
      });
      editor.commands.setContent(clean, { emitUpdate: false });
    },
    /** @param {HTMLElement} place */
    mount: (place) => editor.mount(place),
    unmount: () => editor.unmount(),
    /**
     * @param {import("./field.js").Wiring} wiring
     * @param {boolean} readOnly
     */
    describe(wiring, readOnly) {
      const { id, "aria-invalid": isWrong, "aria-describedby": described } = wiring;
      editor.setOptions({
        editable: !readOnly,
        editorProps: {
          transformPastedHTML: inert,
          attributes: {
            id, role: "textbox", "aria-multiline": "true", "aria-labelledby": labelOf(wiring), class: "prose",
            "aria-invalid": String(isWrong), "aria-readonly": String(readOnly),
            ...(described && { "aria-describedby": described }),
          },
        },
      });
    },
    end: () => editor.destroy(),
  };
}

/** @param {Tiptap} tiptap */
function extensions({ Image, StarterKit, Table, TableCell, TableHeader, TableRow, TextAlign, mergeAttributes }) {
  return [
    StarterKit.configure({
      trailingNode: false,
      link: { openOnClick: false, autolink: false, HTMLAttributes: { target: null, rel: null } },
    }),
    TextAlign.extend({
      addGlobalAttributes() {
        const textAlign = {
          default: null,
          parseHTML: (/** @type {HTMLElement} */ element) => alignmentOf(element.getAttribute(INERT_STYLE) ?? ""),
          renderHTML: (/** @type {{ textAlign?: string }} */ given) =>
            (given.textAlign ? { style: `text-align: ${given.textAlign}` } : {}),
        };
        return [{ types: this.options.types, attributes: { textAlign } }];
      },
    }).configure({ types: ["heading", "paragraph"] }),
    Table.extend({
      // Without the widths that it would add.
      renderHTML: ({ HTMLAttributes }) => ["table", mergeAttributes(HTMLAttributes), ["tbody", 0]],
    }).configure({ View: null }),
    TableRow,
    TableHeader,
    TableCell,
    Image.extend({
      addNodeView() {
        return ({ node }) => ({ dom: picture(node.attrs) });
      },
    }).configure({ inline: true, allowBase64: true }),
  ];
}

/** @param {string} style */
function alignmentOf(style) {
  return /text-align:\s*(left|center|right|justify)/i.exec(style)?.[1]?.toLowerCase() ?? null;
}

/**
 * An image of this server, or the address of one elsewhere, which the page does not ask for.
 * @param {Record<string, string | null>} attributes
 */
function picture({ src, alt, title }) {
  const address = new URL(src ?? "", document.baseURI);
  const isOurs = address.origin === location.origin || address.protocol === "data:";
  if (!isOurs) {
    const chip = document.createElement("span");
    chip.className = "chip";
    chip.textContent = alt ? `${alt} (${src})` : (src ?? "");
    return chip;
  }
  const image = document.createElement("img");
  image.src = address.href;
  image.alt = alt ?? "";
  if (title) image.title = title;
  return image;
}

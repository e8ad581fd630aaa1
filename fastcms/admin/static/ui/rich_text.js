// HTML as people write it, with tools above, or as source. What the editor would lose of a text that
// came from elsewhere is not lost by opening it: such a text is shown as source.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { t } from "../core/language.js";
import { Button } from "./button.js";
import { CodeArea } from "./code.js";
import { Field, labelOf } from "./field.js";
import { lostParts } from "./lost_parts.js";
import { createRichEditor } from "./rich_editor.js";
import { RichTools } from "./rich_tools.js";
import { complain } from "./toasts.js";

/** @typedef {typeof import("../vendor/tiptap.js")} Tiptap */
/** @typedef {import("./field.js").Wiring} Wiring */
/** @typedef {ReturnType<typeof createRichEditor>} RichEditor */
/** @typedef {{ label: string, value: string, onInput: (html: string) => void, readOnly?: boolean }} Props */

/** @type {Tiptap | null} */
let loaded = null;

/** @param {Props & { help?: string, problem?: string, required?: boolean }} props */
export function RichText({ label, help, problem, required, ...rest }) {
  return html`<${Field} ...${{ label, help, required, problem }}>
    ${(/** @type {Wiring} */ wiring) => html`<${Rich} ...${rest} label=${label} wiring=${wiring} />`}
  <//>`;
}

/** @param {Props & { wiring: Wiring }} props */
function Rich({ label, value, onInput, readOnly = false, wiring }) {
  const [tiptap, setTiptap] = useState(loaded);
  const [editor, setEditor] = useState(/** @type {RichEditor | null} */ (null));
  const [lost, setLost] = useState(/** @type {string[]} */ ([]));
  const [isSource, setIsSource] = useState(false);
  const [, setTurn] = useState(0);
  const given = useRef(value);
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const latest = useRef(onInput);
  latest.current = onInput;

  useEffect(() => {
    if (tiptap) return;
    import("../vendor/tiptap.js").then((module) => {
      loaded = module;
      setTiptap(module);
    }, complain);
  }, []);
  useEffect(() => {
    if (!tiptap) return undefined;
    const made = createRichEditor(tiptap, {
      onInput(text) {
        given.current = text;
        latest.current(text);
      },
      onMove: () => setTurn((turn) => turn + 1),
    });
    show(made, value);
    setEditor(made);
    return made.end;
  }, [tiptap]);
  // Before the next key: what was typed since would be taken for something old.
  useLayoutEffect(() => {
    if (editor && !isSource && value !== given.current) show(editor, value);
  }, [value]);
  const isShown = editor !== null && !isSource;
  useLayoutEffect(() => {
    if (!isShown || !place.current) return undefined;
    editor.mount(place.current);
    return editor.unmount;
  }, [editor, isShown]);
  useLayoutEffect(() => editor?.describe(wiring, readOnly), [
    editor, readOnly, wiring["aria-invalid"], wiring["aria-describedby"],
  ]);

  /**
   * @param {RichEditor} into
   * @param {string} text
   */
  function show(into, text) {
    given.current = text;
    into.show(text);
    const parts = lostParts(text, into.html());
    setLost(parts);
    setIsSource(parts.length > 0);
  }
  if (!editor || isSource) {
    return html`<div class="rich">
      ${lost.length > 0 && html`<div class="notice"><span>${t("richLost", { parts: lost.join(", ") })}</span>
        ${!readOnly && html`<${Button} onClick=${() => {
          setLost([]);
          setIsSource(false);
        }}>${t("richWay")}<//>`}</div>`}
      ${editor && lost.length === 0 && html`<div class="rich-tools"><${Button} aria-pressed="true" onClick=${() => show(editor, value)}>${t("richSource")}<//></div>`}
      <${CodeArea} language="html" value=${value} onInput=${(/** @type {string} */ text) => {
        latest.current(text);
        setLost([]);
      }} readOnly=${readOnly} minLines=${6} ...${wiring} aria-labelledby=${labelOf(wiring)} />
    </div>`;
  }
  return html`<div class="rich" onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
    if (event.altKey && event.key === "F10") {
      event.preventDefault();
      /** @type {HTMLElement | null | undefined} */ (place.current?.parentElement?.querySelector(".rich-tools [tabindex='0']"))?.focus();
    }
  }}>
    ${!readOnly && html`<${RichTools} editor=${editor} label=${label} onSource=${() => setIsSource(true)} />`}
    <div class="rich-place" ref=${place}></div>
    ${!readOnly && html`<p class="hidden-text">${t("richKeys")}</p>`}
  </div>`;
}

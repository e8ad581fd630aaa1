// The tools of rich text: one stop of the Tab key, among which the arrow keys move.

import { html, useRef, useState } from "../vendor/preact.js";
import { t } from "../core/language.js";
import { Button } from "./button.js";
import { Icon } from "./icon.js";
import { Menu } from "./menu.js";

/** @typedef {import("./rich_editor.js").RichEditor} RichEditor */
/** @typedef {RichEditor["editor"]} Editor */
/** @typedef {{ name: import("./icon.js").Shape, act: (editor: Editor) => unknown, isOn?: (editor: Editor) => boolean }} Tool */

/** @type {Tool[]} */
const TOOLS = [
  { name: "bold", act: (editor) => editor.chain().focus().toggleBold().run(), isOn: (editor) => editor.isActive("bold") },
  { name: "italic", act: (editor) => editor.chain().focus().toggleItalic().run(), isOn: (editor) => editor.isActive("italic") },
  { name: "underline", act: (editor) => editor.chain().focus().toggleUnderline().run(), isOn: (editor) => editor.isActive("underline") },
  { name: "strike", act: (editor) => editor.chain().focus().toggleStrike().run(), isOn: (editor) => editor.isActive("strike") },
  { name: "code", act: (editor) => editor.chain().focus().toggleCode().run(), isOn: (editor) => editor.isActive("code") },
  { name: "bullets", act: (editor) => editor.chain().focus().toggleBulletList().run(), isOn: (editor) => editor.isActive("bulletList") },
  { name: "numbers", act: (editor) => editor.chain().focus().toggleOrderedList().run(), isOn: (editor) => editor.isActive("orderedList") },
  { name: "quote", act: (editor) => editor.chain().focus().toggleBlockquote().run(), isOn: (editor) => editor.isActive("blockquote") },
  { name: "code_block", act: (editor) => editor.chain().focus().toggleCodeBlock().run(), isOn: (editor) => editor.isActive("codeBlock") },
  { name: "rule", act: (editor) => editor.chain().focus().setHorizontalRule().run() },
  .../** @type {const} */ (["left", "center", "right"]).map((side) => ({
    name: /** @type {const} */ (`align_${side}`),
    act: (/** @type {Editor} */ editor) => editor.chain().focus().toggleTextAlign(side).run(),
    isOn: (/** @type {Editor} */ editor) => editor.isActive({ textAlign: side }),
  })),
  { name: "unformat", act: (editor) => editor.chain().focus().unsetAllMarks().clearNodes().run() },
  { name: "undo_step", act: (editor) => editor.chain().focus().undo().run() },
  { name: "redo", act: (editor) => editor.chain().focus().redo().run() },
];
const LEVELS = /** @type {const} */ ([1, 2, 3, 4, 5, 6]);
const STOPS = ".rich-bar > :is(button, select), .rich-bar > .menu-place > button";

/** @param {{ editor: RichEditor, label: string, onSource: () => void }} props */
export function RichTools({ editor: { editor }, label, onSource }) {
  const bar = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [at, setAt] = useState(0);
  const [asks, setAsks] = useState(/** @type {"link" | "image" | null} */ (null));
  const level = LEVELS.find((one) => editor.isActive("heading", { level: one })) ?? 0;

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    const stops = /** @type {HTMLElement[]} */ ([...(bar.current?.querySelectorAll(STOPS) ?? [])]);
    const now = stops.indexOf(/** @type {HTMLElement} */ (event.target));
    if (now < 0) return;
    if (event.key === "Escape" && event.target !== event.currentTarget) {
      event.preventDefault();
      editor.commands.focus();
      return;
    }
    const to = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: stops.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = (to + stops.length) % stops.length;
    setAt(next);
    stops[next]?.focus();
  }
  let place = -1;
  const stop = () => {
    place += 1;
    return place === at ? 0 : -1;
  };
  return html`<div class="rich-tools">
    <div class="rich-bar" role="toolbar" aria-label=${t("richTools", { name: label })} ref=${bar} onKeyDown=${onKeyDown}>
      <select aria-label=${t("richBlock")} tabindex=${stop()} value=${String(level)}
        onChange=${(/** @type {Event & { currentTarget: HTMLSelectElement }} */ event) => {
          const chosen = LEVELS.find((one) => String(one) === event.currentTarget.value);
          const chain = editor.chain().focus();
          if (chosen) chain.setHeading({ level: chosen }).run();
          else chain.setParagraph().run();
        }}>
        <option value="0">${t("richParagraph")}</option>
        ${LEVELS.map((one) => html`<option key=${one} value=${String(one)}>${t("richHeading", { level: one })}</option>`)}
      </select>
      ${TOOLS.map(({ name, act, isOn }) => html`<button key=${name} type="button" class="icon-button" tabindex=${stop()}
        aria-label=${t(/** @type {import("../core/language.js").Key} */ (`rich_${name}`))}
        title=${t(/** @type {import("../core/language.js").Key} */ (`rich_${name}`))}
        aria-pressed=${isOn ? isOn(editor) : undefined} onClick=${() => act(editor)}><${Icon} name=${name} /></button>`)}
      ${/** @type {const} */ (["link", "image"]).map((kind) => html`<button key=${kind} type="button" class="icon-button" tabindex=${stop()}
        aria-label=${t(`rich_${kind}`)} title=${t(`rich_${kind}`)} aria-pressed=${kind === "link" ? editor.isActive("link") : undefined}
        aria-expanded=${asks === kind} onClick=${() => setAsks(asks === kind ? null : kind)}><${Icon} name=${kind} /></button>`)}
      <${TableMenu} editor=${editor} tabindex=${stop()} />
      <button type="button" class="button plain" tabindex=${stop()} aria-pressed="false" onClick=${onSource}>${t("richSource")}</button>
    </div>
    ${asks && html`<${Address} key=${asks} editor=${editor} kind=${asks} onClose=${() => {
      setAsks(null);
      editor.commands.focus();
    }} />`}
  </div>`;
}

/** @param {{ editor: Editor, tabindex: number }} props */
function TableMenu({ editor, tabindex }) {
  const inTable = editor.isActive("table");
  const steps = /** @type {const} */ ([
    ["richAddRow", () => editor.chain().focus().addRowAfter().run()],
    ["richAddColumn", () => editor.chain().focus().addColumnAfter().run()],
    ["richHeader", () => editor.chain().focus().toggleHeaderRow().run()],
    ["richDropRow", () => editor.chain().focus().deleteRow().run()],
    ["richDropColumn", () => editor.chain().focus().deleteColumn().run()],
    ["richDropTable", () => editor.chain().focus().deleteTable().run()],
  ]);
  const shown = inTable ? steps : /** @type {const} */ ([
    ["richInsertTable", () => editor.chain().focus().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run()],
  ]);
  return html`<${Menu} label=${t("rich_table")} tabindex=${tabindex} button=${html`<${Icon} name="table" />`}>
    ${(/** @type {() => void} */ close) => shown.map(([title, act]) => html`<button key=${title} type="button" onClick=${() => {
      close();
      act();
    }}>${t(title)}</button>`)}
  <//>`;
}

/**
 * Asks where a link leads to, or where an image is.
 * @param {{ editor: Editor, kind: "link" | "image", onClose: () => void }} props
 */
function Address({ editor, kind, onClose }) {
  const old = editor.getAttributes(kind);
  const [address, setAddress] = useState(String((kind === "link" ? old.href : old.src) ?? ""));
  const [alternative, setAlternative] = useState(String(old.alt ?? ""));
  const [isWrong, setIsWrong] = useState(false);

  function take() {
    const to = address.trim();
    // Other schemes may be scripts.
    if (!/^(https?:|mailto:|\/|#)/i.test(to)) return setIsWrong(true);
    if (kind === "image") editor.chain().focus().setImage({ src: to, alt: alternative }).run();
    else if (editor.state.selection.empty && !old.href) {
      editor.chain().focus().insertContent({ type: "text", text: to, marks: [{ type: "link", attrs: { href: to } }] }).run();
    } else editor.chain().focus().extendMarkRange("link").setLink({ href: to }).run();
    return onClose();
  }
  return html`<div class="rich-address" role="group" aria-label=${t(`rich_${kind}`)} onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      onClose();
    } else if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
      event.preventDefault();
      take();
    }
  }}>
    <input type="url" autofocus aria-label=${t("richAddress")} placeholder="https://" value=${address} aria-invalid=${isWrong}
      onInput=${(/** @type {InputEvent & { currentTarget: HTMLInputElement }} */ event) => setAddress(event.currentTarget.value)}
      ref=${(/** @type {HTMLInputElement | null} */ input) => input && !input.value && input.focus()} />
    ${kind === "image" && html`<input aria-label=${t("richAlternative")} placeholder=${t("richAlternative")} value=${alternative}
      onInput=${(/** @type {InputEvent & { currentTarget: HTMLInputElement }} */ event) => setAlternative(event.currentTarget.value)} />`}
    <${Button} onClick=${take}>${t("richInsert")}<//>
    ${kind === "link" && old.href && html`<${Button} onClick=${() => {
      editor.chain().focus().extendMarkRange("link").unsetLink().run();
      onClose();
    }}>${t("richRemove")}<//>`}
    ${isWrong && html`<p class="problem" role="alert">${t("richBadAddress")}</p>`}
  </div>`;
}

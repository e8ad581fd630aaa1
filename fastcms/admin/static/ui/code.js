// Code of the languages that fields, rules and queries are written in. A plain text area takes what
// is typed until the editor is there.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { Field, labelOf } from "./field.js";
import { filterLanguage } from "./filter_language.js";
import { complain } from "./toasts.js";

/** @typedef {typeof import("../vendor/codemirror.js")} CodeMirror */
/** @typedef {"filter" | "html" | "javascript" | "json" | "python" | "sql"} Language */
/** @typedef {{ from: number, to: number, message: string, severity?: "error" | "warning" | "info" }} CodeProblem */
/** @typedef {{ label: string, detail?: string, info?: string, apply?: string, type?: string }} Option
 *    `apply` is what is written where it is not the label */
/** @typedef {(context: { text: string, at: number, explicit: boolean }) => Option[] | Promise<Option[]>} Completions
 *    for the word that ends `at`; `explicit` when one asked with Ctrl+Space */
/**
 * @typedef {object} Props
 * @property {Language} language
 * @property {string} value
 * @property {(value: string) => void} [onInput]
 * @property {(range: { from: number, to: number }) => void} [onSelect]
 * @property {Completions} [completions]
 * @property {CodeProblem[]} [problems]  places that are underlined
 * @property {boolean} [readOnly]
 * @property {number} [minLines]
 * @property {boolean} [oneLine]
 * @property {() => void} [onEnter]  Enter where there is one line, Ctrl+Enter elsewhere
 * @property {string} [placeholder]
 */

const ATTRIBUTES = ["id", "aria-label", "aria-labelledby", "aria-invalid", "aria-describedby"];
const WORD = /[\w@#.:]+$/;

/** @type {Record<Language, (cm: CodeMirror) => import("../vendor/codemirror.js").Extension>} */
const LANGUAGES = {
  filter: (cm) => cm.StreamLanguage.define(filterLanguage),
  html: (cm) => cm.html(),
  javascript: (cm) => cm.javascript(),
  json: (cm) => cm.json(),
  python: (cm) => cm.python(),
  sql: (cm) => cm.sql({ dialect: cm.SQLite, upperCaseKeywords: true }),
};

/** @type {CodeMirror | null} */
let loaded = null;

/**
 * A field of code with its label.
 * @param {Props & { label: string, help?: string, problem?: string, required?: boolean }} props
 */
export function Code({ label, help, problem = "", required, ...rest }) {
  const said = problem || (rest.problems ?? []).map(({ message }) => message).join(" ");
  return html`<${Field} ...${{ label, help, required, problem: said }}>
    ${(/** @type {import("./field.js").Wiring} */ wiring) => html`<${CodeArea} ...${rest} ...${wiring} aria-labelledby=${labelOf(wiring)} />`}
  <//>`;
}

/**
 * The same without a label of its own; `aria-label` or `aria-labelledby` names it.
 * @param {Props & { id?: string, "aria-label"?: string, "aria-labelledby"?: string, "aria-invalid"?: boolean,
 *   "aria-describedby"?: string }} props
 */
export function CodeArea({ placeholder = "", ...props }) {
  const { language, value, onInput, problems = [], readOnly = false, minLines = 3, oneLine = false } = props;
  const [cm, setCm] = useState(loaded);
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const plain = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const cursor = useRef(/** @type {{ anchor: number, head: number } | null} */ (null));
  const editor = useRef(/** @type {ReturnType<typeof createEditor> | null} */ (null));
  const latest = useRef(props);
  latest.current = props;
  const attributes = attributesOf(props);

  useEffect(() => {
    if (cm) return;
    import("../vendor/codemirror.js").then((module) => {
      loaded = module;
      const { current: area } = plain;
      // Whoever is typing already goes on where they are.
      cursor.current = area && area === document.activeElement
        ? { anchor: area.selectionStart, head: area.selectionEnd } : null;
      setCm(module);
    }, complain);
  }, []);
  useLayoutEffect(() => {
    if (!cm || !place.current) return undefined;
    const made = createEditor(cm, place.current, latest, placeholder);
    editor.current = made;
    if (cursor.current) {
      made.view.dispatch({ selection: cursor.current });
      made.view.focus();
    }
    return () => {
      made.view.destroy();
      editor.current = null;
    };
  }, [cm]);
  useLayoutEffect(() => editor.current?.show(value), [cm, value]);
  useLayoutEffect(() => editor.current?.set({ language, readOnly, attributes }), [
    cm, language, readOnly, JSON.stringify(attributes),
  ]);
  useLayoutEffect(() => editor.current?.mark(problems), [cm, value, JSON.stringify(problems)]);

  return html`<div class=${`code ${oneLine ? "one-line" : ""}`} style=${{ "--lines": oneLine ? 1 : minLines }} ref=${place}>
    ${cm ? null : html`<textarea ...${attributes} ref=${plain} class="mono" rows=${oneLine ? 1 : minLines} value=${value}
      readonly=${readOnly} spellcheck=${false} placeholder=${placeholder}
      onInput=${(/** @type {InputEvent & { currentTarget: HTMLTextAreaElement }} */ event) => onInput?.(event.currentTarget.value)}></textarea>`}
  </div>`;
}

/** @param {Record<string, unknown>} props */
function attributesOf(props) {
  const given = ATTRIBUTES.filter((name) => props[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, String(props[name])]));
}

/**
 * @param {CodeMirror} cm
 * @param {HTMLElement} parent
 * @param {{ current: Props }} latest  what the page asks for now
 * @param {string} placeholder
 */
function createEditor(cm, parent, latest, placeholder) {
  const { oneLine = false } = latest.current;
  const changing = new cm.Compartment();
  let shows = false;
  /** @param {import("../vendor/codemirror.js").CompletionContext} context */
  async function complete(context) {
    const { completions } = latest.current;
    if (!completions) return null;
    const { pos: at, explicit } = context;
    const options = await completions({ text: context.state.doc.toString(), at, explicit });
    return { from: context.matchBefore(WORD)?.from ?? at, options };
  }
  function enter() {
    latest.current.onEnter?.();
    return latest.current.onEnter !== undefined;
  }
  const view = new cm.EditorView({
    parent,
    state: cm.EditorState.create({
      doc: latest.current.value,
      extensions: [
        changing.of([]),
        cm.history(),
        cm.indentOnInput(),
        cm.bracketMatching(),
        cm.closeBrackets(),
        // In one line Enter is for what the line is for, as long as nothing was chosen.
        cm.autocompletion({ selectOnOpen: !oneLine }),
        cm.EditorState.languageData.of(() => [{ autocomplete: complete }]),
        cm.syntaxHighlighting(colours(cm)),
        cm.EditorView.lineWrapping,
        cm.EditorView.theme(LOOK),
        cm.placeholder(placeholder),
        oneLine ? keepOneLine(cm) : [],
        // Tab is not among the keys: it leaves the editor.
        cm.keymap.of([
          ...cm.closeBracketsKeymap,
          ...cm.completionKeymap,
          { key: oneLine ? "Enter" : "Mod-Enter", run: enter },
          ...cm.defaultKeymap,
          ...cm.historyKeymap,
        ]),
        cm.EditorView.updateListener.of((update) => {
          if (update.docChanged && !shows) latest.current.onInput?.(update.state.doc.toString());
          if (update.selectionSet || update.docChanged) {
            const { from, to } = update.state.selection.main;
            latest.current.onSelect?.({ from, to });
          }
        }),
      ],
    }),
  });
  return {
    view,
    /** @param {string} value */
    show(value) {
      const { doc } = view.state;
      // An editor knows one kind of line break.
      if (doc.eq(view.state.toText(value))) return;
      shows = true;
      view.dispatch({ changes: { from: 0, to: doc.length, insert: value } });
      shows = false;
    },
    /** @param {{ language: Language, readOnly: boolean, attributes: Record<string, string> }} options */
    set({ language, readOnly, attributes }) {
      view.dispatch({
        effects: changing.reconfigure([
          LANGUAGES[language](cm),
          cm.EditorState.readOnly.of(readOnly),
          cm.EditorView.contentAttributes.of({ ...attributes, tabindex: "0", "aria-readonly": String(readOnly) }),
        ]),
      });
    },
    /** @param {CodeProblem[]} problems */
    mark(problems) {
      const { length } = view.state.doc;
      view.dispatch(cm.setDiagnostics(view.state, problems.map(({ from, to, message, severity = "error" }) => ({
        from: Math.min(from, length), to: Math.min(Math.max(to, from), length), message, severity,
      }))));
    },
  };
}

/** @param {CodeMirror} cm */
function keepOneLine(cm) {
  return [
    cm.EditorView.clipboardInputFilter.of((text) => text.replace(/\s*\n\s*/g, " ")),
    cm.EditorState.transactionFilter.of((change) => (change.newDoc.lines > 1 ? [] : change)),
  ];
}

const LOOK = {
  "&": { backgroundColor: "var(--card)", color: "var(--ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "0.86em", lineHeight: "1.6" },
  ".cm-content": { caretColor: "var(--ink)", padding: "0.4rem 0" },
  ".cm-line": { padding: "0 0.6rem" },
  ".cm-placeholder": { color: "var(--quiet)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--tint)" },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--line)", boxShadow: "var(--shadow)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.2rem 0.5rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent)", color: "var(--on-accent)",
  },
  ".cm-completionInfo": { maxWidth: "22rem", padding: "0.4rem 0.6rem" },
  ".cm-completionDetail": { opacity: "0.85" },
};

/** @param {CodeMirror} cm */
function colours({ HighlightStyle, tags }) {
  return HighlightStyle.define([
    { tag: [tags.keyword, tags.operatorKeyword, tags.tagName], color: "var(--code-keyword)" },
    { tag: [tags.string, tags.attributeValue, tags.special(tags.string)], color: "var(--code-string)" },
    { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
    { tag: [tags.atom, tags.attributeName, tags.typeName, tags.className, tags.propertyName], color: "var(--code-name)" },
    { tag: [tags.comment, tags.meta], color: "var(--quiet)", fontStyle: "italic" },
    { tag: [tags.compareOperator, tags.logicOperator], color: "var(--code-keyword)", fontWeight: "600" },
    { tag: tags.invalid, color: "var(--wrong)" },
  ]);
}

// Types for the bundle, from the packages that it is made of.
export {
  autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, startCompletion,
} from "@codemirror/autocomplete";
export type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
export { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
export { html } from "@codemirror/lang-html";
export { javascript } from "@codemirror/lang-javascript";
export { json } from "@codemirror/lang-json";
export { python } from "@codemirror/lang-python";
export { PostgreSQL, SQLite, sql } from "@codemirror/lang-sql";
export {
  HighlightStyle, StreamLanguage, bracketMatching, indentOnInput, syntaxHighlighting,
} from "@codemirror/language";
export type { StreamParser } from "@codemirror/language";
export { setDiagnostics } from "@codemirror/lint";
export type { Diagnostic } from "@codemirror/lint";
export { Compartment, EditorState } from "@codemirror/state";
export type { Extension } from "@codemirror/state";
export { EditorView, keymap, placeholder } from "@codemirror/view";
export { tags } from "@lezer/highlight";

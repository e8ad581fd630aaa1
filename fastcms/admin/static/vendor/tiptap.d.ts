// Types for the bundle, from the packages that it is made of.
export { default as DOMPurify } from "dompurify";
export { Editor, mergeAttributes } from "@tiptap/core";
export { Image } from "@tiptap/extension-image";
export { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
export { TextAlign } from "@tiptap/extension-text-align";
export { StarterKit } from "@tiptap/starter-kit";

// The dialogs of many records, which are loaded when one asks for them.

export const loadExport = async () => (await import("./export.js")).Export;
export const loadImport = async () => (await import("./import.js")).Import;
export const loadUpdate = async () => (await import("./update.js")).Update;

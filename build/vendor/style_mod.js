// The styles of CodeMirror as sheets of the document: its policy forbids `<style>` elements.
import { StyleModule } from "./node_modules/style-mod/src/style-mod.js";

const sheets = new WeakMap();

StyleModule.mount = (root, modules) => {
  const mounted = [modules].flat().map(sheetOf);
  const others = root.adoptedStyleSheets.filter((sheet) => !mounted.includes(sheet));
  root.adoptedStyleSheets = [...others, ...mounted];
};

function sheetOf(module) {
  let sheet = sheets.get(module);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(module.getRules());
    sheets.set(module, sheet);
  }
  return sheet;
}

export { StyleModule };

// A page that is nothing but its settings.

import { html } from "../../vendor/preact.js";
import { SettingsForm } from "./form.js";

/** @param {{ page: import("./pages.js").SettingsPage, path: string[] }} props */
export function Plain({ page, path }) {
  return html`<${SettingsForm} page=${page} path=${path} />`;
}

// Light, dark, or what the system says.

import { effect } from "../vendor/preact.js";
import { remembered } from "./remembered.js";

/** @typedef {"auto" | "light" | "dark"} Theme */

export const theme = remembered("theme", /** @type {Theme} */ ("auto"));
effect(() => {
  document.documentElement.dataset.theme = theme.value;
});

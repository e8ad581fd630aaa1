// To the clipboard, which browsers give to pages that came over HTTPS or from this machine.

import { t } from "../core/language.js";
import { complain, say } from "./toasts.js";

/** @param {string} text */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say(t("copied"));
  } catch (error) {
    complain(error);
  }
}

// Short messages in a corner, which go by themselves; errors stay until they are read.

import { html, signal } from "../vendor/preact.js";
import { messageOf } from "../core/client.js";
import { t } from "../core/language.js";
import { IconButton } from "./button.js";
import { Icon } from "./icon.js";

/** @typedef {{ id: number, text: string, kind: "good" | "bad", action?: { label: string, act: () => void } }} Toast */

const SECONDS = 5;
const toasts = signal(/** @type {Toast[]} */ ([]));
let last = 0;

/**
 * @param {string} text
 * @param {{ kind?: "good" | "bad", seconds?: number, action?: Toast["action"] }} [options]
 * @returns {() => void} takes it away
 */
export function say(text, { kind = "good", seconds = SECONDS, action } = {}) {
  last += 1;
  const id = last;
  const toast = { id, text, kind, action };
  toasts.value = [...toasts.value.slice(-4), toast];
  const close = () => {
    toasts.value = toasts.value.filter((other) => other.id !== id);
  };
  if (kind === "good") setTimeout(close, seconds * 1000);
  return close;
}

/**
 * Says what went wrong.
 * @param {unknown} error
 */
export function complain(error) {
  say(messageOf(error, t("unreachable")), { kind: "bad" });
}

export function Toasts() {
  return html`<div class="toasts" role="status" aria-live="polite">
    ${toasts.value.map(({ id, text, kind, action }) => {
      const close = () => {
        toasts.value = toasts.value.filter((other) => other.id !== id);
      };
      return html`<div key=${id} class=${`toast ${kind}`}>
        <${Icon} name=${kind === "good" ? "check" : "warning"} />
        <span>${text}</span>
        ${action && html`<button type="button" class="button plain" onClick=${() => {
          close();
          action.act();
        }}>${action.label}</button>`}
        <${IconButton} icon="close" label=${t("close")} onClick=${close} />
      </div>`;
    })}
  </div>`;
}

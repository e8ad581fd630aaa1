// What the application is called, and its colour, which is tried on this page at once.

import { html, useEffect } from "../../vendor/preact.js";
import { READABLE, contrastOf, loadAppearance, triedColour } from "../../core/appearance.js";
import { t } from "../../core/language.js";
import { ColorField } from "../../ui/color.js";
import { Icon } from "../../ui/icon.js";
import { SettingsForm } from "./form.js";

/** Readable on white, each of another hue. */
const CHOICES = ["#1055c9", "#0f766e", "#1c6b3f", "#7a4b00", "#b3261e", "#a21caf", "#6d28d9", "#374151"];
const [WHITE, DARK] = ["#ffffff", "#1d2632"];

/** @param {{ page: import("./pages.js").SettingsPage, path: string[] }} props */
export function Application({ page, path }) {
  return html`<${SettingsForm} page=${page} path=${path} inputs=${{ "meta.accentColor": Color }} onSaved=${loadAppearance} />`;
}

/** @param {import("./form.js").InputProps} props */
function Color({ value, ...props }) {
  const isColor = /^#[0-9a-f]{6}$/i.test(value);
  useEffect(() => {
    triedColour.value = isColor ? value.toLowerCase() : "";
  }, [value]);
  useEffect(() => () => {
    triedColour.value = "";
  }, []);
  const isLight = isColor && contrastOf(value, WHITE) < READABLE;
  return html`<${ColorField} ...${props} value=${value} choices=${CHOICES} />
    ${isColor && html`<p class="help" role="status">
      ${isLight && html`<${Icon} name="warning" /> ${t("colorTooLight")} `}
      ${t("colorContrast", { light: round(contrastOf(value, WHITE)), dark: round(contrastOf(value, DARK)) })}</p>`}`;
}

/** @param {number} ratio */
function round(ratio) {
  return Math.round(ratio * 10) / 10;
}

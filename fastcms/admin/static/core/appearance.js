// What the settings say of the dashboard itself: the app's name and its colour.

import { effect, signal } from "../vendor/preact.js";
import { pb, superuser } from "./client.js";

export const appName = signal("FastCMS");
const accent = signal("");
/** A colour that is only tried, "" for none. */
export const triedColour = signal("");
/** Whether collections are not to be changed by a click, and records only by two. */
export const hidesControls = signal(false);

/** The style's own colour, which the settings name too as long as nobody chose another. */
const USUAL = "#1055c9";
/** What WCAG asks of texts. */
export const READABLE = 4.5;
// What text of that colour stands on, where it is hardest to read.
const BEHIND = { light: [230, 238, 251], dark: [33, 48, 74] };

/** To be called when the settings may have changed. */
export async function loadAppearance() {
  const { meta } = await pb.settings.getAll({ fields: "meta" });
  appName.value = meta?.appName || "FastCMS";
  accent.value = /^#[0-9a-f]{6}$/i.test(meta?.accentColor) ? meta.accentColor.toLowerCase() : "";
  hidesControls.value = meta?.hideControls === true;
}

effect(() => {
  if (superuser.value) void loadAppearance().catch(() => {});
});

effect(() => {
  const { style } = document.documentElement;
  const colour = triedColour.value || accent.value;
  if (!colour || colour === USUAL) style.removeProperty("--accent");
  else style.setProperty("--accent", `light-dark(${readable(colour, "light")}, ${readable(colour, "dark")})`);
});

/**
 * The colour, or the nearest to it that can be read in a theme.
 * @param {string} colour  #rrggbb
 * @param {"light" | "dark"} theme
 */
function readable(colour, theme) {
  const [end, behind] = [theme === "light" ? 0 : 255, BEHIND[theme]];
  const parts = partsOf(colour);
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = parts.map((part) => Math.round(part + (end - part) * share));
    if (contrast(mixed, behind) >= READABLE) return `rgb(${mixed.join(" ")})`;
  }
  return `rgb(${end} ${end} ${end})`;
}

/**
 * How well one is read on the other, from 1 to 21.
 * @param {string} one  #rrggbb
 * @param {string} other
 */
export function contrastOf(one, other) {
  return contrast(partsOf(one), partsOf(other));
}

/** @param {string} colour */
function partsOf(colour) {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

/**
 * @param {number[]} one
 * @param {number[]} other
 */
function contrast(one, other) {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** @param {number[]} parts */
function luminance(parts) {
  const [red = 0, green = 0, blue = 0] = parts.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

// All of the view layer in one module, so that there is one Preact on the page.
import { h } from "preact";
import htm from "htm";

export { Fragment, createContext, h, render } from "preact";
export {
  useCallback, useContext, useEffect, useId, useLayoutEffect, useMemo, useRef, useState,
} from "preact/hooks";
export {
  batch, computed, effect, signal, untracked, useComputed, useSignal, useSignalEffect,
} from "@preact/signals";

/**
 * `condition && html`…`` may be an empty text. Preact would make a node of it, and where it comes or
 * goes take the elements behind it for one another: a button for its neighbour.
 */
const shown = (child) => (child === "" ? null : Array.isArray(child) ? child.map(shown) : child);
export const html = htm.bind((type, props, ...children) => h(type, props, ...children.map(shown)));

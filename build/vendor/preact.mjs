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
export const html = htm.bind(h);

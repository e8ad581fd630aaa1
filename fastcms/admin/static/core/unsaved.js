// What is typed and not yet saved: whoever leaves is asked first.

import { useEffect } from "../vendor/preact.js";

/** @type {Set<object>} */
const places = new Set();

/**
 * For a form: as long as `isUnsaved`, the page is not left without a question.
 * @param {boolean} isUnsaved
 */
export function useUnsaved(isUnsaved) {
  useEffect(() => {
    if (!isUnsaved) return undefined;
    const place = {};
    places.add(place);
    return () => places.delete(place);
  }, [isUnsaved]);
}

export function isAnythingUnsaved() {
  return places.size > 0;
}

addEventListener("beforeunload", (event) => {
  if (isAnythingUnsaved()) event.preventDefault();
});

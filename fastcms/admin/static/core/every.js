// Looking again and again at what changes on the server, as long as somebody looks at the screen.

import { useEffect, useRef } from "../vendor/preact.js";

/**
 * Calls `act` every so many seconds while the page is visible; never with 0.
 * @param {number} seconds
 * @param {() => unknown} act
 */
export function useEvery(seconds, act) {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (!seconds) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void latest.current();
    }, seconds * 1000);
    return () => clearInterval(timer);
  }, [seconds]);
}

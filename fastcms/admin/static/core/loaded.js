// What a screen fetches when it opens: the value, or what went wrong, and a way to ask again.

import { useCallback, useEffect, useRef, useState } from "../vendor/preact.js";

/**
 * Calls `load` when the screen opens and whenever `inputs` change; an answer that comes too late
 * is dropped. The last value stays while a new one is on its way.
 * @template T
 * @param {() => Promise<T>} load
 * @param {unknown[]} inputs
 * @returns {{ value: T | null, error: unknown, again: () => Promise<void> }}  `error` is null as long as all is well
 */
export function useLoaded(load, inputs) {
  const [value, setValue] = useState(/** @type {T | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const latest = useRef(0);
  const current = useRef(load);
  current.current = load;
  const again = useCallback(async () => {
    latest.current += 1;
    const turn = latest.current;
    try {
      const found = await current.current();
      if (turn !== latest.current) return;
      setValue(() => found);
      setError(null);
    } catch (problem) {
      if (turn === latest.current) setError(problem);
    }
  }, []);
  useEffect(() => {
    void again();
    return () => {
      latest.current += 1;
    };
  }, inputs);
  return { value, error, again };
}

// Something whose module is loaded when it is first shown.

import { html, useEffect, useState } from "../vendor/preact.js";
import { Failed, Loading } from "./page.js";

/** @typedef {(props: any) => unknown} Component */

/** @type {Map<() => Promise<Component>, Component>} */
const known = new Map();

/**
 * @param {{ load: () => Promise<Component>, quietly?: boolean, [prop: string]: unknown }} props  all others go to the component;
 *   `load` has to be the same function each time. Quietly: with nothing in its place while it is on its way
 */
export function Lazy({ load, quietly = false, ...props }) {
  const [, setTurn] = useState(0);
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const component = known.get(load);
  useEffect(() => {
    if (!component) void begin();
  }, [load]);

  async function begin() {
    setError(null);
    try {
      known.set(load, await load());
      setTurn((turn) => turn + 1);
    } catch (problem) {
      setError(problem);
    }
  }
  if (component) return html`<${component} ...${props} />`;
  if (quietly && !error) return null;
  return html`<div class="page"><div>
    ${error ? html`<${Failed} error=${error} again=${begin} />` : html`<${Loading} />`}
  </div></div>`;
}

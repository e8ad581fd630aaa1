// A screen of a plugin: an element that its module fills.

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { pb } from "../core/client.js";
import { t } from "../core/language.js";
import { pluginScreens } from "../core/plugins.js";
import { Failed, Loading, Page } from "../ui/page.js";

/** @param {{ path: string[] }} props  the plugin, and which of its screens */
export function PluginPlace({ path }) {
  const [plugin, number = "0"] = path;
  const screen = pluginScreens.value.filter((one) => one.plugin === plugin)[Number(number)];
  if (!screen) return html`<${Page} title=${t("unknownPage")} />`;
  return html`<${Page} key=${screen.module} title=${screen.title}><${Mounted} module=${screen.module} /><//>`;
}

/** @param {{ module: string }} props */
function Mounted({ module }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const [state, setState] = useState(/** @type {{ error?: unknown, ready?: boolean }} */ ({}));
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    /** @type {unknown} */
    let end;
    let isGone = false;
    async function begin() {
      try {
        const { mount } = await import(module);
        if (isGone) return;
        end = await mount(place.current, { pb });
        setState({ ready: true });
      } catch (error) {
        setState({ error });
      }
    }
    void begin();
    return () => {
      isGone = true;
      if (typeof end === "function") end();
    };
  }, [module, turn]);
  return html`
    ${state.error ? html`<${Failed} error=${state.error} again=${() => {
      setState({});
      setTurn(turn + 1);
    }} />` : !state.ready && html`<${Loading} />`}
    <div ref=${place}></div>`;
}

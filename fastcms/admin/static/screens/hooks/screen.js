// The functions of users on the server: what runs, a bench to try them on, and how a first one is written.

import { html } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { useEvery } from "../../core/every.js";
import { t } from "../../core/language.js";
import { useLoaded } from "../../core/loaded.js";
import { become } from "../../core/router.js";
import { IconButton } from "../../ui/button.js";
import { Failed, Loading, Page } from "../../ui/page.js";
import { Tabs } from "../../ui/tabs.js";
import { Bench } from "./bench.js";
import { First } from "./first.js";
import { Functions } from "./functions.js";
import { Plugins } from "./plugins.js";

/**
 * @typedef {object} Placed  a function that is in place
 * @property {string} kind
 * @property {string} event
 * @property {string} plugin
 * @property {string} file
 * @property {number} line
 * @property {string} name
 * @property {string[]} tags
 * @property {number} priority
 * @property {number} calls
 * @property {number} errors
 * @property {number | null} p50  milliseconds
 * @property {number | null} p95
 * @property {number | null} slowest
 * @property {string} lastError
 * @property {string} lastErrorAt
 */
/**
 * @typedef {object} State
 * @property {string} folder
 * @property {number} [process]
 * @property {Placed[]} functions
 * @property {{ file: string, error: string, trace: string, since: string }[]} broken
 * @property {string[]} lacking
 */

const LIVE_SECONDS = 2;
const TABS = /** @type {const} */ (["functions", "bench", "first", "plugins"]);

/** @param {{ path: string[] }} props */
export function Hooks({ path }) {
  const current = TABS.find((name) => name === path[0]) ?? "functions";
  const { value, error, again } = useLoaded(() => /** @type {Promise<State>} */ (pb.send("/api/hooks", {})), []);
  useEvery(current === "functions" ? LIVE_SECONDS : 0, again);
  const actions = html`<${IconButton} icon="refresh" label=${t("refresh")} onClick=${again} />`;
  return html`<${Page} title=${t("hooks")} text=${t("hooksText")} wide actions=${actions}>
    <${Tabs} label=${t("hooks")} current=${current} onChange=${(/** @type {string} */ name) => become(["hooks", name])}
      tabs=${TABS.map((name) => ({ name, title: t(`hooksTab_${name}`), wrong: name === "functions" && !!value?.broken.length }))}>
      <div class="hooks">
        ${error && !value ? html`<${Failed} error=${error} again=${again} />`
          : !value ? html`<${Loading} />`
            : current === "functions" ? html`<${Functions} state=${value} />`
              : current === "bench" ? html`<${Bench} />`
                : current === "first" ? html`<${First} folder=${value.folder} />`
                  : html`<${Plugins} />`}
      </div>
    <//>
  <//>`;
}

// The first screen: what goes on on the server, and what wants to be done.

import { html } from "../../vendor/preact.js";
import { hidesControls } from "../../core/appearance.js";
import { base } from "../../core/client.js";
import { collections } from "../../core/collections.js";
import { t } from "../../core/language.js";
import { remembered } from "../../core/remembered.js";
import { address } from "../../core/router.js";
import { Button } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { Lazy } from "../../ui/lazy.js";
import { Menu } from "../../ui/menu.js";
import { Choice } from "../../ui/choice.js";
import { Loading, Page } from "../../ui/page.js";
import { backUp } from "../palette/actions.js";
import { Activity, Latencies, Requests, useSummary } from "./figures.js";
import { Counts, Health, Storage, useDetails } from "./state.js";
import { Warnings } from "./warnings.js";

const CARDS = /** @type {const} */ ([
  "warnings", "actions", "requests", "latencies", "activity", "counts", "health", "storage",
]);
/** @typedef {(typeof CARDS)[number]} Card */

const hidden = remembered("home-hidden", /** @type {Card[]} */ ([]));
const range = remembered("home-range", /** @type {"1h" | "24h" | "7d"} */ ("24h"));
const loadFirst = async () => (await import("../add_collections.js")).AddCollections;

export function Home() {
  const all = collections.value;
  if (!all) return html`<${Page} title=${t("home")}><${Loading} /><//>`;
  // A new server has `users` and nothing else.
  if (!all.some(({ system, name }) => !system && name !== "users")) return html`<${Lazy} load=${loadFirst} />`;
  return html`<${Cards} />`;
}

function Cards() {
  const summary = useSummary(range.value);
  const details = useDetails();
  const contents = {
    warnings: Warnings, actions: Actions, requests: Requests, latencies: Latencies, activity: Activity,
    counts: Counts, health: Health, storage: Storage,
  };
  const shown = CARDS.filter((name) => !hidden.value.includes(name));
  const actions = html`
    <${Choice} label=${t("logRange")} chosen=${range.value} onChoose=${(/** @type {"1h"} */ name) => {
      range.value = name;
    }} options=${{ "1h": t("logRange_1h"), "24h": t("logRange_24h"), "7d": t("logRange_7d") }} />
    <${Menu} label=${t("homeCards")} button=${html`<${Icon} name="columns" />`}>
      ${() => CARDS.map((name) => html`<label key=${name}><input type="checkbox" checked=${shown.includes(name)} onChange=${() => {
        hidden.value = shown.includes(name) ? [...hidden.value, name] : hidden.value.filter((one) => one !== name);
      }} />${t(`homeCard_${name}`)}</label>`)}
    <//>`;
  return html`<${Page} title=${t("home")} wide actions=${actions}>
    <div class="home">
      ${shown.map((name) => html`<section key=${name} class=${`card home-card-${name}`} aria-labelledby=${`home-${name}`}>
        <h2 id=${`home-${name}`}>${t(`homeCard_${name}`)}</h2>
        <${contents[name]} range=${range.value} summary=${summary} details=${details} />
      </section>`)}
      ${shown.length === 0 && html`<p class="quiet">${t("homeAllHidden")}</p>`}
    </div>
  <//>`;
}

function Actions() {
  const own = (collections.value ?? []).filter(({ system, type }) => !system && type !== "view");
  return html`<div class="home-buttons">
    ${!hidesControls.value && html`<a class="button plain" href=${address(["schema"])}><${Icon} name="add" />${t("homeNewCollection")}</a>`}
    <${Menu} label=${t("newRecord")} class="button plain" button=${html`<${Icon} name="add" />${t("newRecord")}`}>
      ${() => own.map(({ id, name }) => html`<a key=${id} href=${address(["collections", name], { record: "new" })}>${name}</a>`)}
    <//>
    <${Button} onClick=${backUp}><${Icon} name="download" />${t("paletteBackup")}<//>
    <a class="button plain" href=${address(["collections", "_superusers"], { record: "new" })}><${Icon} name="user" />${t("paletteInvite")}</a>
    <a class="button plain" href=${`${base}/api/docs`} target="_blank" rel="noopener"><${Icon} name="help" />${t("documentation")}</a>
  </div>`;
}

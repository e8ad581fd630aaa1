// All collections at once: how they hang together, and their rules.

import { html } from "../../vendor/preact.js";
import { collections } from "../../core/collections.js";
import { t } from "../../core/language.js";
import { remembered } from "../../core/remembered.js";
import { address, become } from "../../core/router.js";
import { CheckField } from "../../ui/field.js";
import { List } from "../../ui/list.js";
import { Loading, Page } from "../../ui/page.js";
import { loadSheet } from "../../ui/sheet.js";
import { Tabs } from "../../ui/tabs.js";
import { Diagram } from "./diagram.js";
import { edgesOf, nameOf } from "./relations.js";
import { AllRules } from "./all_rules.js";

/** @typedef {import("./layout.js").Edge} Edge */

void loadSheet("styles/overview.css");
const withSystem = remembered("overview:system", false);

/** @param {{ path: string[] }} props  behind `overview`: the tab */
export function Overview({ path: [tab = "diagram"] }) {
  const all = collections.value;
  if (!all) return html`<div class="page"><${Loading} /></div>`;
  const boxes = withSystem.value ? all : all.filter(({ system }) => !system);
  return html`<${Page} wide title=${t("overview")} text=${t("overviewText")} actions=${html`<${CheckField} label=${t("overviewSystem")}
      checked=${withSystem.value} onInput=${(/** @type {boolean} */ on) => {
        withSystem.value = on;
      }} />`}>
    <${Tabs} label=${t("overview")} current=${tab} onChange=${(/** @type {string} */ next) => become(["overview", next])}
      tabs=${[{ name: "diagram", title: t("overviewDiagram") }, { name: "relations", title: t("overviewRelations") },
        { name: "rules", title: t("overviewRules") }]}>
      ${tab === "rules" ? html`<${AllRules} boxes=${boxes} />`
        : tab === "relations" ? html`<${Relations} edges=${edgesOf(boxes)} />`
          : html`<${Diagram} boxes=${boxes} edges=${edgesOf(boxes)} />`}
    <//>
  <//>`;
}

/** @param {{ edges: Edge[] }} props */
function Relations({ edges }) {
  return html`<${List} label=${t("overviewRelations")} rows=${edges} empty=${t("overviewNoRelations")}
    keyOf=${(/** @type {Edge} */ { from, field, to }) => `${from} ${field} ${to}`} columns=${[
      { title: t("overviewFrom"), cell: (/** @type {Edge} */ { from }) => html`<a href=${address(["collections", nameOf(from)])}>${nameOf(from)}</a>` },
      { title: t("overviewField"), cell: (/** @type {Edge} */ { field }) => html`<code>${field}</code>` },
      { title: t("overviewTo"), cell: (/** @type {Edge} */ { to }) => html`<a href=${address(["collections", nameOf(to)])}>${nameOf(to)}</a>` },
      { title: t("overviewHowMany"), cell: (/** @type {Edge} */ { many }) => t(many ? "overviewMany" : "overviewOne") },
    ]} />`;
}

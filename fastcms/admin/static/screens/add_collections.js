// Ways to the first collections: by hand, from a template, from a file.

import { html, useEffect, useState } from "../vendor/preact.js";
import { pb } from "../core/client.js";
import { loadCollections } from "../core/collections.js";
import { t } from "../core/language.js";
import { address, go } from "../core/router.js";
import { Button } from "../ui/button.js";
import { complain, say } from "../ui/toasts.js";

/** @typedef {{ name: string, title: string, description: string, collections: string[], problem?: string }} Template */

export function AddCollections() {
  const [templates, setTemplates] = useState(/** @type {Template[]} */ ([]));
  useEffect(() => {
    pb.send("/api/collections/meta/templates", { method: "GET" }).then(setTemplates, complain);
  }, []);

  /** @param {Template} template */
  async function apply(template) {
    try {
      await pb.send(`/api/collections/meta/templates/${encodeURIComponent(template.name)}/apply`, { method: "POST" });
      await loadCollections();
      go(["collections", template.collections[0] ?? ""]);
      say(t("templateApplied", { name: template.title || template.name }));
    } catch (error) {
      complain(error);
    }
  }
  return html`<div class="page"><div>
    <h1>${t("firstTitle")}</h1>
    <p class="quiet">${t("firstText")}</p>
    <div class="cards">
      <section class="card">
        <h3>${t("byHandTitle")}</h3>
        <p class="quiet">${t("byHandText")}</p>
        <a class="button main" href=${address(["schema"])}>${t("newCollection")}</a>
      </section>
      ${templates.filter((one) => !one.problem).map((one) => html`<section class="card" key=${one.name}>
        <h3>${one.title || one.name}</h3>
        <p class="quiet">${one.description}</p>
        <p>${one.collections.map((name) => html`<span class="chip" key=${name}>${name}</span> `)}</p>
        <${Button} onClick=${() => apply(one)}>${t("useTemplate")}<//>
      </section>`)}
      <section class="card">
        <h3>${t("importTitle")}</h3>
        <p class="quiet">${t("importText")}</p>
        <a class="button plain" href=${address(["settings", "import-collections"])}>${t("importChoose")}</a>
      </section>
    </div>
  </div></div>`;
}

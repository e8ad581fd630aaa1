// Chooses between the table and the other views.

import { html } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { Icon } from "../../../ui/icon.js";
import { viewsOf } from "./views.js";

/**
 * @param {{ collection: import("./views.js").CollectionModel, current: string, onChange: (name: string) => void }} props
 *   "" is the table
 */
export function ViewSwitch({ collection, current, onChange }) {
  const views = viewsOf(collection);
  if (!views.length) return null;
  const all = [{ name: "", title: /** @type {const} */ ("viewTable"), icon: /** @type {const} */ ("table") }, ...views];
  return html`<div class="view-switch" role="group" aria-label=${t("views")}>
    ${all.map(({ name, title, icon }) => html`<button key=${name} type="button" class="icon-button"
      aria-pressed=${name === current} aria-label=${t(title)} title=${t(title)}
      onClick=${() => onChange(name)}><${Icon} name=${icon} /></button>`)}
  </div>`;
}

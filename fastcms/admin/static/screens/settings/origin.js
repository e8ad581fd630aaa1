// Where the value of a setting comes from, and the way back to its default.

import { html } from "../../vendor/preact.js";
import { t } from "../../core/language.js";
import { Icon } from "../../ui/icon.js";
import { shown } from "./known.js";

const VARIABLE = /^FASTCMS_SETTINGS_/;

/**
 * @param {{ setting: import("./known.js").SettingKey, label: string, isChanged: boolean, onUndo: () => void,
 *   onRestore: () => void }} props
 */
export function Origin({ setting, label, isChanged, onUndo, onRestore }) {
  const { setBy, secret, isSet, isDefault } = setting;
  if (setBy) {
    return html`<p class="origin"><${Icon} name="lock" />${t(VARIABLE.test(setBy) ? "originVariable" : "originFile", { name: setBy })}</p>`;
  }
  if (isChanged) {
    return html`<p class="origin changed">${t("originChanged")}
      <button type="button" class="link-button" aria-label=${t("undoOf", { name: label })} onClick=${onUndo}>${t("undo")}</button></p>`;
  }
  // There is nothing to go back to, or its input says so itself.
  if (secret ? !isSet : isDefault) return secret ? null : html`<p class="origin">${t("originDefault")}</p>`;
  if (secret) return html`<p class="origin">${t("originSecret")}</p>`;
  return html`<p class="origin">${t("originStored", { value: shown(setting, setting.default) })}
    <button type="button" class="link-button" aria-label=${t("restoreOf", { name: label })} onClick=${onRestore}>${t("restoreDefault")}</button></p>`;
}

// The top of a collection that is built: its name and type, and what can be done with all of it.

import { html, useLayoutEffect, useRef } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { loadCollections } from "../../core/collections.js";
import { t } from "../../core/language.js";
import { address, go } from "../../core/router.js";
import { Button } from "../../ui/button.js";
import { confirm } from "../../ui/dialog.js";
import { Field, TextField } from "../../ui/field.js";
import { Icon } from "../../ui/icon.js";
import { Menu } from "../../ui/menu.js";
import { complain, say } from "../../ui/toasts.js";
import { nameFrom } from "./edited.js";
import { problemAt } from "./problems.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("./edited.js").Edited} Edited */

const KINDS = /** @type {const} */ (["base", "auth", "view"]);
const ICONS = /** @type {const} */ ({ auth: "user", base: "base", view: "view" });

/**
 * @param {{ form: import("./builder.js").Form, isChanged: boolean, isSaving: boolean, problem: string,
 *   onSave: () => void, onReset: () => void, onType: ((type: Edited["type"]) => void) | null }} props
 */
export function Head({ form, isChanged, isSaving, problem, onSave, onReset, onType }) {
  const { edited, stored, problems, put } = form;
  const name = useRef(/** @type {HTMLDivElement | null} */ (null));
  useLayoutEffect(() => {
    if (!stored) name.current?.querySelector("input")?.focus();
  }, []);
  return html`
    <header class="page-head schema-head">
      <h1>${stored ? html`<${Icon} name=${ICONS[edited.type]} /> ${stored.name}` : t("newCollection")}</h1>
      ${stored && html`<a class="button plain" href=${address(["collections", stored.name])}>${t("schemaRecords")}</a>
        <${More} stored=${stored} />`}
      <span class="spacer"></span>
      ${problem && html`<span class="problem" role="alert">${problem}</span>`}
      ${isChanged && html`<span class="quiet">${t("schemaUnsaved")}</span>
        <${Button} onClick=${onReset}>${t("resetChanges")}<//>`}
      <${Button} kind="main" disabled=${stored !== null && !isChanged} busy=${isSaving} onClick=${onSave}>
        ${t(stored ? "save" : "createCollection")}<//>
    </header>
    <div class="schema-name" ref=${name}>
      <${TextField} label=${t("collectionName")} help=${t("collectionNameHelp")} required value=${edited.name}
        problem=${problemAt(problems, "name")} disabled=${Boolean(stored?.system)} class="mono" maxlength="255"
        autocomplete="off" spellcheck=${false} onInput=${(/** @type {string} */ typed) => put("name", typed)}
        onChange=${() => put("name", nameFrom(edited.name))} />
      ${onType && html`<${Field} group label=${t("collectionType")} problem=${problemAt(problems, "type")}>
        ${() => html`<div class="type-choice">${KINDS.map((kind) => html`<label key=${kind}>
          <input type="radio" name="collection-type" checked=${edited.type === kind} onChange=${() => onType(kind)} />
          <${Icon} name=${ICONS[kind]} />
          <span><strong>${t(`kind_${kind}`)}</strong><span class="help">${t(`kind_${kind}_help`)}</span></span>
        </label>`)}</div>`}
      <//>`}
    </div>`;
}

/** @param {{ stored: CollectionModel }} props */
function More({ stored }) {
  async function copy() {
    try {
      await navigator.clipboard.writeText(JSON.stringify(stored, null, 2));
      say(t("copied"));
    } catch (error) {
      complain(error);
    }
  }
  /**
   * @param {"truncateCollection" | "deleteCollection"} what
   * @param {() => Promise<unknown>} act
   */
  async function destroy(what, act) {
    const { name } = stored;
    if (!(await confirm({ title: t(what), text: t(`${what}_text`, { name }), action: t(what), typed: name }))) return;
    try {
      await act();
      say(t(`${what}_done`, { name }));
    } catch (error) {
      complain(error);
    }
  }
  return html`<${Menu} label=${t("moreOf", { name: stored.name })} button=${html`<${Icon} name="more" />`}>
    ${(/** @type {() => void} */ close) => {
      /** @param {() => unknown} act */
      const closing = (act) => () => {
        close();
        void act();
      };
      return html`
        <button type="button" onClick=${closing(copy)}><${Icon} name="copy" />${t("copyJson")}</button>
        <a href=${address(["schema"], { copy: stored.name })}><${Icon} name="add" />${t("schemaDuplicate")}</a>
        ${!stored.system && stored.type !== "view" && html`<button type="button" onClick=${closing(() =>
          destroy("truncateCollection", () => pb.collections.truncate(stored.id)))}><${Icon} name="warning" />${t("truncateCollection")}</button>`}
        ${!stored.system && html`<button type="button" onClick=${closing(() =>
          destroy("deleteCollection", async () => {
            await pb.collections.delete(stored.id);
            await loadCollections();
            go(["collections"]);
          }))}><${Icon} name="trash" />${t("deleteCollection")}</button>`}`;
    }}
  <//>`;
}

// Signing in by accounts elsewhere: which providers, and what of a profile becomes a field.

import { html, useEffect, useState } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { t } from "../../../core/language.js";
import { Button, IconButton } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { SelectField } from "../../../ui/field.js";
import { Icon } from "../../../ui/icon.js";
import { complain } from "../../../ui/toasts.js";
import { fieldsIn } from "../edited.js";
import { problemAt } from "../problems.js";
import { ProviderDialog } from "./provider.js";

/** @typedef {{ name: string, displayName: string, logo: string }} Offered */
/** @typedef {{ name: string, clientId: string, clientSecret?: string, pkce: boolean | null, authURL: string, tokenURL: string,
 *   userInfoURL: string, displayName: string, extra: Record<string, any> }} Provider */

const MAPPED = /** @type {const} */ ({
  id: ["text"], name: ["text"], username: ["text"], avatarURL: ["text", "url", "file"],
});

/** @param {{ form: import("../builder.js").Form }} props */
export function OAuth2({ form }) {
  const { edited, problems, put } = form;
  const providers = /** @type {Provider[]} */ (edited.oauth2.providers);
  const [offered, setOffered] = useState(/** @type {Offered[]} */ ([]));
  const [isChoosing, setChoosing] = useState(false);
  const [open, setOpen] = useState(/** @type {Provider | null} */ (null));
  useEffect(() => {
    pb.send("/api/collections/meta/oauth2-providers", { method: "GET" }).then(setOffered, complain);
  }, []);
  const byName = new Map(offered.map((one) => [one.name, one]));
  /** @param {string} name */
  const titleOf = (name) => byName.get(name)?.displayName ?? name;

  return html`
    ${edited.oauth2.enabled && providers.length === 0 && html`<p class="problem"><${Icon} name="warning" /> ${t("noProviders")}</p>`}
    <ul class="providers" aria-label=${t("schemaProviders")}>${providers.map((provider, at) => {
      const problem = problemAt(problems, `oauth2.providers.${at}`);
      return html`<li key=${provider.name} class=${problem ? "wrong" : ""}>
        <${Logo} svg=${byName.get(provider.name)?.logo} />
        <span class="name">${provider.displayName || titleOf(provider.name)} <span class="quiet mono">${provider.name}</span></span>
        <button type="button" class="button plain" aria-invalid=${problem !== ""}
          onClick=${() => setOpen(provider)}>${t("providerSettings", { name: titleOf(provider.name) })}</button>
        <${IconButton} icon="trash" label=${t("removeProvider", { name: titleOf(provider.name) })}
          onClick=${() => put("oauth2.providers", providers.filter((one) => one !== provider))} />
        ${problem && html`<p class="problem" role="alert">${problem}</p>`}
      </li>`;
    })}</ul>
    <${Button} onClick=${() => setChoosing(true)}><${Icon} name="add" />${t("addProvider")}<//>
    <fieldset class="option-grid"><legend>${t("mappedFields")}</legend>
      ${Object.entries(MAPPED).map(([key, types]) => html`<${SelectField} key=${key} label=${t(/** @type {any} */ (`mapped_${key}`))}
        value=${edited.oauth2.mappedFields[key] ?? ""} onInput=${(/** @type {string} */ name) => put(`oauth2.mappedFields.${key}`, name)}
        options=${[{ value: "", label: t("notMapped") }, ...fieldsIn(edited)
          .filter(({ type, system }) => !system && /** @type {readonly string[]} */ (types).includes(type))
          .map(({ name }) => ({ value: name, label: name }))]} />`)}
    </fieldset>
    ${isChoosing && html`<${Picker} offered=${offered.filter(({ name }) => !providers.some((one) => one.name === name))}
      onClose=${() => setChoosing(false)} onChoose=${(/** @type {string} */ name) => {
        setChoosing(false);
        setOpen({ name, clientId: "", pkce: null, authURL: "", tokenURL: "", userInfoURL: "", displayName: "", extra: {} });
      }} />`}
    ${open && html`<${ProviderDialog} provider=${open} title=${titleOf(open.name)} onClose=${() => setOpen(null)}
      isStored=${Boolean(form.stored?.oauth2?.providers.some((/** @type {Provider} */ one) => one.name === open.name))}
      problems=${Object.fromEntries(["clientId", "clientSecret", "authURL", "tokenURL", "userInfoURL"].map((key) =>
        [key, problemAt(problems, `oauth2.providers.${providers.indexOf(open)}.${key}`)]))}
      onTake=${(/** @type {Provider} */ next) => {
        const at = providers.indexOf(open);
        put("oauth2.providers", at < 0 ? [...providers, next] : providers.with(at, next));
        setOpen(null);
      }} />`}`;
}

/** As an image, which runs nothing. @param {{ svg: string | undefined }} props */
function Logo({ svg }) {
  return svg ? html`<img class="logo" alt="" width="24" height="24" src=${`data:image/svg+xml,${encodeURIComponent(svg)}`} />` : null;
}

/** @param {{ offered: Offered[], onClose: () => void, onChoose: (name: string) => void }} props */
function Picker({ offered, onClose, onChoose }) {
  const [term, setTerm] = useState("");
  const wanted = term.trim().toLowerCase();
  const found = offered.filter(({ name, displayName }) => `${name} ${displayName}`.toLowerCase().includes(wanted));
  return html`<${Dialog} title=${t("addProvider")} onClose=${onClose}>
    <input type="search" aria-label=${t("searchProviders")} placeholder=${t("searchProviders")} value=${term}
      onInput=${(/** @type {InputEvent & { currentTarget: HTMLInputElement }} */ event) => setTerm(event.currentTarget.value)} />
    <ul class="choices">${found.map(({ name, displayName, logo }) => html`<li key=${name}>
      <button type="button" class="choice" onClick=${() => onChoose(name)}><${Logo} svg=${logo} />${displayName} <span class="quiet mono">${name}</span></button>
    </li>`)}</ul>
    ${found.length === 0 && html`<p class="quiet">${t("nothingFound")}</p>`}
  <//>`;
}

// A page of settings as a form: what was changed is kept in this browser until it is saved, but for
// secrets, and only that is sent.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../../vendor/preact.js";
import { messageOf, pb, problemsOf } from "../../core/client.js";
import { useLoaded } from "../../core/loaded.js";
import { language, t } from "../../core/language.js";
import { read, write } from "../../core/remembered.js";
import { useUnsaved } from "../../core/unsaved.js";
import { Button } from "../../ui/button.js";
import { Failed, Loading, Page } from "../../ui/page.js";
import { say } from "../../ui/toasts.js";
import { inputOf } from "./inputs.js";
import { Origin } from "./origin.js";
import { descriptionOf, isRequired, loadSettings, matters, titleOf } from "./known.js";

/** @typedef {import("../../vendor/preact.js").ComponentChildren} ComponentChildren */
/** @typedef {import("../../core/language.js").Key} TextKey */
/** @typedef {import("./known.js").Known} Known */
/** @typedef {import("./known.js").SettingKey} SettingKey */
/** @typedef {import("./pages.js").SettingsPage} SettingsPage */
/** @typedef {Record<string, any>} Values  by the keys' paths */
/**
 * @typedef {object} Form  what the parts of a page may need of it
 * @property {Values} values  as they stand in the form
 * @property {boolean} isChanged
 * @property {(path: string, value: any) => void} change
 * @property {() => Promise<void>} again  fetches what is stored
 * @property {Known} known
 */
/**
 * @typedef {object} InputProps
 * @property {SettingKey} setting
 * @property {string} label
 * @property {string} help
 * @property {any} value
 * @property {string} problem
 * @property {Record<string, string>} problems  of what is below it, by what follows in the path
 * @property {boolean} required
 * @property {boolean} disabled
 * @property {(value: any) => void} onInput
 */

/**
 * @param {{ page: SettingsPage, path?: string[], text?: ComponentChildren, actions?: (form: Form) => ComponentChildren,
 *   before?: (form: Form) => ComponentChildren, after?: (form: Form) => ComponentChildren,
 *   beforeSave?: (changes: Values) => Promise<boolean>, onSaved?: () => unknown,
 *   inputs?: Record<string, (props: InputProps) => ComponentChildren> }} props
 *   `path` may name a setting to begin at; `inputs` are for keys that no common input is for
 */
export function SettingsForm({ page, ...rest }) {
  const { value: known, error, again } = useLoaded(loadSettings, [page.name, language.value]);
  if (error) return html`<${Page} title=${t(page.title)}><${Failed} error=${error} again=${again} /><//>`;
  if (!known) return html`<${Page} title=${t(page.title)}><${Loading} /><//>`;
  return html`<${Loaded} page=${page} known=${known} again=${again} ...${rest} />`;
}

/** @param {Parameters<typeof SettingsForm>[0] & { known: Known, again: () => Promise<void> }} props */
function Loaded({ page, path = [], known, again, text, actions, before, after, beforeSave, onSaved, inputs = {} }) {
  const draft = `draft:settings:${page.name}`;
  const place = useRef(/** @type {HTMLFormElement | null} */ (null));
  const sections = sectionsOf(page, known);
  const keys = sections.flatMap((section) => section.keys);
  const [changes, setChanges] = useState(() => stillChanges(read(draft, {}), keys, known));
  const [problems, setProblems] = useState(/** @type {Record<string, string>} */ ({}));
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const [begin = ""] = path;
  const values = { ...known.values, ...changes };
  const changed = Object.keys(changes);
  const isChanged = changed.length > 0;

  useLayoutEffect(() => {
    const secrets = new Set(keys.filter((key) => key.secret).map((key) => key.key));
    const kept = Object.entries(changes).filter(([name]) => !secrets.has(name));
    write(draft, kept.length ? Object.fromEntries(kept) : undefined);
  }, [changes]);
  useUnsaved(isChanged);
  useEffect(() => {
    if (begin) inputOn(place.current, begin)?.focus();
  }, [begin]);

  /**
   * @param {string} name
   * @param {any} value
   */
  function change(name, value) {
    setChanges((old) => {
      const { [name]: _, ...others } = old;
      return value === undefined || isSame(value, known.values[name]) ? others : { ...others, [name]: value };
    });
    setProblems((old) => Object.fromEntries(Object.entries(old).filter(([at]) => at !== name && !at.startsWith(`${name}.`))));
  }
  async function save() {
    if (!isChanged || busy || (beforeSave && !(await beforeSave(changes)))) return;
    setBusy(true);
    setProblem("");
    setProblems({});
    try {
      await pb.send("/api/settings/all", { method: "PATCH", body: treeOf(changes) });
      write(draft, undefined);
      await again();
      setChanges({});
      say(t("settingsSaved"));
      await onSaved?.();
    } catch (error) {
      const found = problemsOf(error);
      setProblems(found);
      const elsewhere = Object.entries(found).filter(([name]) => !keys.some(({ key }) => name === key || name.startsWith(`${key}.`)));
      setProblem(elsewhere.map(([name, message]) => `${name}: ${message}`).join(" ")
        || (Object.keys(found).length ? t("checkFields") : messageOf(error, t("unreachable"))));
      requestAnimationFrame(() => /** @type {HTMLElement | null} */ (place.current?.querySelector("[aria-invalid=true]"))?.focus());
    } finally {
      setBusy(false);
    }
  }
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    function onKeyDown(event) {
      if (!(event.ctrlKey || event.metaKey) || event.key !== "s" || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      void save();
    }
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  });
  const form = { values, isChanged, change, again, known };
  return html`<${Page} title=${t(page.title)} text=${text} actions=${actions?.(form)}>
    <form ref=${place} class="settings" novalidate autocomplete="off" onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      void save();
    }}>
      ${before?.(form)}
      ${sections.map((section) => {
        const shown = section.keys.filter(({ key }) => matters(key, values) || key === begin || key in changes);
        if (!shown.length) return null;
        const restored = shown.filter((key) => !key.setBy && !isDefault(key, changes));
        return html`<section key=${section.title} class="card">
          <header class="page-head"><h2>${section.title}</h2><span class="spacer"></span>
            ${restored.length > 0 && html`<${Button} aria-label=${t("restoreGroupOf", { name: section.title })} onClick=${() => {
              for (const key of restored) change(key.key, key.default);
            }}>${t("restoreGroup")}<//>`}
          </header>
          ${section.description && html`<p class="quiet">${section.description}</p>`}
          ${shown.map((key) => {
            const name = key.key;
            const Input = inputs[name] ?? inputOf(key);
            const below = Object.entries(problems).filter(([at]) => at.startsWith(`${name}.`)).map(([at, message]) => [at.slice(name.length + 1), message]);
            return html`<div key=${name} class="setting" data-setting=${name}>
              <${Input} setting=${key} label=${titleOf(key)} help=${descriptionOf(key)}
                value=${key.secret ? changes[name] : values[name]} problem=${problems[name] ?? ""} problems=${Object.fromEntries(below)}
                required=${isRequired(key, values)} disabled=${Boolean(key.setBy)}
                onInput=${(/** @type {any} */ value) => change(name, value)} />
              <${Origin} setting=${key} label=${titleOf(key)} isChanged=${name in changes}
                onUndo=${() => change(name, known.values[name])} onRestore=${() => change(name, key.default)} />
            </div>`;
          })}
        </section>`;
      })}
      <div class="save-bar" hidden=${!isChanged}>
        <span role="status">${isChanged && t("settingsChanged", { count: changed.length })}</span>
        ${problem && html`<span class="problem" role="alert">${problem}</span>`}
        <span class="spacer"></span>
        <${Button} onClick=${() => {
          setChanges({});
          setProblems({});
          setProblem("");
        }}>${t("discard")}<//>
        <${Button} type="submit" kind="main" busy=${busy}>${t("save")}<//>
      </div>
    </form>
    ${after?.(form)}
  <//>`;
}

/**
 * Parts of a page with their keys, as the server knows them.
 * @param {SettingsPage} page
 * @param {Known} known
 */
function sectionsOf(page, { groups }) {
  return (page.sections ?? []).map(({ title, of }) => {
    const group = groups.find((one) => of.includes(one.name));
    const found = groups.flatMap((one) => (of.includes(one.name) ? one.keys : one.keys.filter(({ key }) => of.includes(key))));
    return {
      title: title ? t(title) : group ? titleOf(group) : "",
      description: !title && group ? descriptionOf(group) : "",
      keys: found.sort((a, b) => placeIn(of, a.key) - placeIn(of, b.key)),
    };
  });
}

/**
 * @param {readonly string[]} of
 * @param {string} key
 */
function placeIn(of, key) {
  const at = of.indexOf(key);
  return at < 0 ? of.length : at;
}

/**
 * What of a draft still differs from what is stored.
 * @param {Values} found
 * @param {SettingKey[]} keys
 * @param {Known} known
 * @returns {Values}
 */
function stillChanges(found, keys, { values }) {
  return Object.fromEntries(keys.filter(({ key, setBy }) => key in found && !setBy && !isSame(found[key], values[key])).map(({ key }) => [key, found[key]]));
}

/**
 * @param {SettingKey} key
 * @param {Values} changes
 */
function isDefault(key, changes) {
  if (key.key in changes) return isSame(changes[key.key], key.default);
  return key.secret ? !key.isSet : key.isDefault;
}

/**
 * @param {unknown} one
 * @param {unknown} other
 */
function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * Values by path as the tree that the server takes.
 * @param {Values} changes
 */
function treeOf(changes) {
  /** @type {Record<string, any>} */
  const tree = {};
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split(".");
    const last = /** @type {string} */ (names.pop());
    const above = names.reduce((found, name) => (found[name] ??= {}), tree);
    above[last] = value;
  }
  return tree;
}

/**
 * @param {HTMLElement | null} form
 * @param {string} name
 * @returns {HTMLElement | null | undefined}
 */
function inputOn(form, name) {
  const place = form?.querySelector(`[data-setting="${CSS.escape(name)}"]`);
  return place?.querySelector("input, select, textarea");
}

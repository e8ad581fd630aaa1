// A collection as it is built: its parts in tabs, and the way from what is typed to what is stored.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../../vendor/preact.js";
import { messageOf, pb } from "../../core/client.js";
import { loadCollections } from "../../core/collections.js";
import { t } from "../../core/language.js";
import { read, write } from "../../core/remembered.js";
import { address, become, go } from "../../core/router.js";
import { useUnsaved } from "../../core/unsaved.js";
import { Button } from "../../ui/button.js";
import { confirm } from "../../ui/dialog.js";
import { Tabs } from "../../ui/tabs.js";
import { say } from "../../ui/toasts.js";
import { AuthOptions } from "./auth/options.js";
import { bodyOf, editedOf, hasSecrets, keptIndexes, rowOf, settled, withoutSecrets, withValue } from "./edited.js";
import { Fields } from "./fields.js";
import { Head } from "./head.js";
import { Indexes } from "./indexes.js";
import { problemsIn, tabOf, without } from "./problems.js";
import { Query } from "./query.js";
import { risksOf } from "./risks.js";
import { Rules } from "./rules.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("../../core/client.js").Problems} Problems */
/** @typedef {import("./edited.js").Edited} Edited */
/** @typedef {{ edited: Edited, updated: string }} Draft  `updated` is when what it changes was stored */
/**
 * @typedef {object} Form  what every part of it gets
 * @property {Edited} edited
 * @property {CollectionModel | null} stored  null for a new one
 * @property {Problems} problems  by path
 * @property {(act: (edited: Edited) => Edited, path?: string) => void} change  `path`: where nothing is wrong any more
 * @property {(path: string, value: unknown) => void} put  the same for one value
 */

const TABS = /** @type {const} */ ({
  base: ["fields", "rules", "indexes"],
  auth: ["fields", "rules", "indexes", "options"],
  view: ["query", "rules"],
});
const PARTS = { fields: Fields, rules: Rules, indexes: Indexes, options: AuthOptions, query: Query };
const DATES = [
  { name: "created", type: "autodate", onCreate: true, onUpdate: false },
  { name: "updated", type: "autodate", onCreate: true, onUpdate: true },
];

/**
 * @param {{ stored: CollectionModel | null, scaffolds?: Record<string, CollectionModel>, copied?: Record<string, any> }} props
 *   a new collection begins as `copied`, or as the scaffold of its type
 */
export function Builder({ stored: given, scaffolds = {}, copied }) {
  const [stored, setStored] = useState(given);
  const begin = () => (stored ? editedOf(stored) : copied ? editedOf(copied) : blank(scaffolds, "base", ""));
  const [edited, setEdited] = useState(begin);
  const [problems, setProblems] = useState(/** @type {Problems} */ ({}));
  const [problem, setProblem] = useState("");
  const [tab, setTab] = useState(/** @type {string} */ (TABS[edited.type][0]));
  const [isSaving, setSaving] = useState(false);
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const draftName = `draft:schema:${stored?.id ?? ""}`;
  const [draft, setDraft] = useState(/** @type {Draft | null} */ (copied ? null : read(draftName, null)));
  const isChanged = stored ? Object.keys(bodyOf(edited, stored)).length > 0 : edited.name !== "" || edited.fields.some(({ was, field }) => !was && !field.system && field.type !== "autodate");

  const { current: first } = useRef(edited);
  useUnsaved(copied && !stored ? edited !== first : hasSecrets(edited));

  // At once: the page may go before there is time for an effect.
  useLayoutEffect(() => {
    if (draft || copied) return;
    write(draftName, isChanged ? { edited: withoutSecrets(edited), updated: stored?.updated ?? "" } : undefined);
  }, [edited, draft, draftName]);
  // Somebody else may have changed it while nothing was typed here.
  useEffect(() => {
    if (given && stored && given.updated !== stored.updated && !isChanged) reset(given);
  }, [given]);
  const latest = useRef(save);
  latest.current = save;
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    function onKeyDown(event) {
      if (!(event.ctrlKey || event.metaKey) || event.key !== "s" || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      void latest.current();
    }
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
  // The first thing that is wrong gets the focus, once its tab is there.
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (turn) /** @type {HTMLElement | null | undefined} */ (place.current?.querySelector('[aria-invalid="true"]'))?.focus();
  }, [turn]);

  /** @param {CollectionModel | null} next */
  function reset(next) {
    setStored(next);
    setEdited(next ? editedOf(next) : begin());
    setProblems({});
    setProblem("");
  }
  /** @type {Form["change"]} */
  function change(act, path) {
    setEdited(act);
    if (path) setProblems((old) => without(old, path));
  }
  /** @type {Form} */
  const form = {
    edited, stored, problems, change,
    put: (path, value) => change((old) => withValue(old, path, value), path),
  };
  /** @param {Edited["type"]} type */
  function become_(type) {
    const next = blank(scaffolds, type, edited.name);
    const own = edited.fields.filter(({ field }) => !field.system && field.type !== "autodate");
    if (type !== "view") next.fields.splice(next.fields.length - DATES.length, 0, ...own);
    setEdited(next);
    setProblems({});
    setTab(TABS[type][0]);
  }
  async function save() {
    if (isSaving) return;
    const ready = settled(edited);
    setEdited(ready);
    setProblem("");
    setProblems({});
    setSaving(true);
    try {
      const saved = stored ? await update(ready, stored) : await pb.collections.create(bodyOf(ready, null));
      if (!saved) return;
      write(draftName, undefined);
      setDraft(null);
      reset(saved);
      await loadCollections();
      say(t(stored ? "collectionSaved" : "collectionCreated", { name: saved.name }));
      if (!stored) go(["collections", saved.name]);
      else if (stored.name !== saved.name) become(["schema", saved.name]);
    } catch (error) {
      const found = problemsIn(error, ready);
      const [first] = Object.keys(found);
      setProblems(found);
      setProblem(first === undefined ? messageOf(error, t("unreachable")) : t("checkParts"));
      const wrong = first === undefined ? "" : tabOf(first);
      if (wrong) setTab(wrong);
      setTurn((old) => old + 1);
    } finally {
      setSaving(false);
    }
  }
  const tabs = TABS[edited.type];
  const current = tabs.find((name) => name === tab) ?? tabs[0];
  const Part = PARTS[current];
  return html`<main class="page wide schema" ref=${place}><div>
    <${Head} ...${{ form, isChanged, isSaving, problem }} onSave=${save} onType=${stored || copied ? null : become_}
      onReset=${() => {
        write(draftName, undefined);
        reset(stored);
      }} />
    ${draft && html`<div class="notice" role="status">
      <span>${t(draft.updated === (stored?.updated ?? "") ? "draftFound" : "draftOfOlder")}</span>
      <${Button} onClick=${() => {
        setEdited(draft.edited);
        setTab(TABS[draft.edited.type][0]);
        setDraft(null);
      }}>${t("restore")}<//>
      <${Button} onClick=${() => {
        write(draftName, undefined);
        setDraft(null);
      }}>${t("discard")}<//>
    </div>`}
    <${Tabs} label=${t("partsOfCollection")} current=${current} onChange=${setTab}
      tabs=${tabs.map((name) => ({ name, title: t(`tab_${name}`), wrong: Object.keys(problems).some((path) => tabOf(path) === name) }))}>
      <${Part} form=${form} />
    <//>
    ${!stored && html`<p class="help"><a href=${address(["new"])}>${t("otherWays")}</a></p>`}
  </div></main>`;
}

/**
 * Stores the change, once it is agreed to; null where it is not.
 * @param {Edited} edited
 * @param {CollectionModel} stored
 */
async function update(edited, stored) {
  const body = bodyOf(edited, stored);
  const plan = await pb.send(`/api/collections/${stored.id}`, { method: "PATCH", body, query: { dryRun: "1" } });
  const kept = new Set(keptIndexes(edited).map(({ at }) => at));
  const { texts, isLoss } = risksOf(plan, { edited, indexes: edited.indexes.filter((_, at) => !kept.has(at)) });
  if (texts.length) {
    const isAgreed = await confirm({
      title: t("riskTitle", { name: stored.name }), text: t("riskText"), action: t("saveAnyway"),
      typed: isLoss ? stored.name : "",
      details: html`<ul class="risks">${texts.map((text) => html`<li key=${text}>${text}</li>`)}</ul>`,
    });
    if (!isAgreed) return null;
  }
  return pb.collections.update(stored.id, body);
}

/**
 * A new collection of a type, with the dates that most have.
 * @param {Record<string, CollectionModel>} scaffolds
 * @param {Edited["type"]} type
 * @param {string} name
 */
function blank(scaffolds, type, name) {
  const edited = editedOf({ ...scaffolds[type], name });
  if (type !== "view") edited.fields.push(...DATES.map((field) => rowOf({ ...field })));
  return edited;
}

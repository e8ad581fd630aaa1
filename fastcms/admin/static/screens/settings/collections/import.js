// Definitions of collections from a file or the clipboard: first the plan, then the deed.

import { html, useEffect, useMemo, useState } from "../../../vendor/preact.js";
import { messageOf, pb, problemsOf } from "../../../core/client.js";
import { loadCollections } from "../../../core/collections.js";
import { t } from "../../../core/language.js";
import { useLoaded } from "../../../core/loaded.js";
import { Button } from "../../../ui/button.js";
import { Code } from "../../../ui/code.js";
import { confirm } from "../../../ui/dialog.js";
import { Page } from "../../../ui/page.js";
import { loadSheet } from "../../../ui/sheet.js";
import { complain, say } from "../../../ui/toasts.js";
import { mismatched, withIds } from "./ids.js";
import { PlanView } from "./plan.js";

/** @typedef {import("./ids.js").Entry} Entry */
/** @typedef {import("./plan.js").Plan} Plan */

void loadSheet("styles/transfer.css");
const PAUSE = 400; // milliseconds without a key
const PATH = "/api/collections/import";

export function ImportCollections() {
  const [text, setText] = useState("");
  const [replaces, setReplaces] = useState(false);
  const stored = useLoaded(() => pb.send("/api/collections/export", { method: "GET" }), []);
  const here = /** @type {Entry[]} */ (stored.value?.collections ?? []);
  const { entries, fault } = useMemo(() => read(text), [text]);
  const ids = useMemo(() => mismatched(entries ?? [], here), [entries, stored.value]);
  const { plan, problem, forget } = usePlan(entries, replaces);

  /** @param {File | undefined} file */
  async function take(file) {
    if (file) setText(await file.text());
  }
  async function apply() {
    if (!plan || !entries) return;
    const { losses } = plan;
    const [first] = losses;
    const isSure = !first || await confirm({
      title: t("importLosses"), text: t("importLossesText"), action: t("importApply"), typed: first.name,
      details: html`<ul>${losses.map(({ name, records }) => html`<li key=${name}><code>${name}</code>: ${t("importLoss", { count: records })}</li>`)}</ul>`,
    });
    if (!isSure) return;
    try {
      // Nothing else is lost than what was shown.
      await pb.send(PATH, { method: "PUT", body: { collections: entries, deleteMissing: replaces, drop: losses.map(({ name }) => name) } });
    } catch (error) {
      complain(error);
      return;
    }
    forget();
    setText("");
    say(t("imported"));
    await Promise.all([loadCollections(), stored.again()]);
  }
  /** @param {string} name @returns {Entry | undefined} */
  const before = (name) => here.find((one) => one.name === name);
  /** @param {string} name @returns {Entry | undefined} */
  function after(name) {
    const entry = (entries ?? []).find((one) => one.name === name);
    const own = here.find(({ id }) => id === entry?.id) ?? before(name);
    return entry && own && { ...own, ...entry, ...(entry.fields && !replaces ? { fields: mergedFields(own.fields, entry.fields) } : {}) };
  }
  return html`<${Page} wide title=${t("importCollections")} text=${t("importHelp")}>
    <div class="drop-place" onDragOver=${(/** @type {DragEvent} */ event) => event.preventDefault()}
      onDropCapture=${(/** @type {DragEvent} */ event) => {
        const file = event.dataTransfer?.files[0];
        if (!file) return;
        // The editor would write it to where the pointer is.
        event.preventDefault();
        event.stopPropagation();
        void take(file);
      }}>
      <label class="field"><span class="label">${t("importLoad")}</span>
        <input type="file" accept="application/json,.json" onChange=${(/** @type {Event & { currentTarget: HTMLInputElement }} */ event) => {
          const { currentTarget: input } = event;
          void take(input.files?.[0]);
          input.value = "";
        }} /></label>
      <${Code} label=${t("importPaste")} language="json" minLines=${10} value=${text} onInput=${setText} problem=${fault} />
    </div>
    <fieldset class="import-way"><legend>${t("importWay")}</legend>
      ${[false, true].map((way) => html`<label class="check" key=${String(way)}><input type="radio" name="import-way" checked=${replaces === way}
        onChange=${() => setReplaces(way)} /><span>${t(way ? "importReplace" : "importMerge")}</span></label>`)}
    </fieldset>
    ${entries && ids.size > 0 && html`<div class="notice" role="status"><span>${t("importIds", { count: ids.size })}</span>
      <${Button} onClick=${() => setText(JSON.stringify({ collections: withIds(entries, ids) }, null, 2))}>${t("importFixIds")}<//></div>`}
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}
    ${plan && html`<${PlanView} ...${{ plan, before, after }} />
      <div class="buttons">
        <${Button} onClick=${() => setText("")}>${t("importClear")}<//>
        <${Button} kind=${plan.losses.length ? "danger" : "main"} disabled=${plan.collections.length === 0} onClick=${apply}>${t("importApply")}<//>
      </div>`}
  <//>`;
}

/**
 * @param {string} text
 * @returns {{ entries: Entry[] | null, fault: string }}
 */
function read(text) {
  if (!text.trim()) return { entries: null, fault: "" };
  try {
    const found = JSON.parse(text);
    const entries = Array.isArray(found) ? found : found?.collections;
    const isList = Array.isArray(entries) && entries.every((one) => typeof one === "object" && one !== null);
    return isList ? { entries, fault: "" } : { entries: null, fault: t("importNoCollections") };
  } catch (error) {
    return { entries: null, fault: t("importNoJson", { message: messageOf(error, "") }) };
  }
}

/** @param {Entry[]} own @param {Entry[]} given  those that a merge leaves, too */
function mergedFields(own, given) {
  /** @param {Entry} field */
  const twin = (field) => given.find((one) => (one.id ? one.id === field.id : false) || one.name === field.name);
  const added = given.filter((one) => !own.some((field) => twin(field) === one));
  return [...own.map((field) => ({ ...field, ...twin(field) })), ...added];
}

/**
 * @param {Entry[] | null} entries
 * @param {boolean} deleteMissing
 */
function usePlan(entries, deleteMissing) {
  const [planned, setPlanned] = useState(/** @type {{ of: string, plan: Plan | null, problem: string } | null} */ (null));
  const asked = entries ? JSON.stringify({ collections: entries, deleteMissing }) : "";
  useEffect(() => {
    if (!asked) return undefined;
    let isOver = false;
    const timer = setTimeout(async () => {
      let plan = null;
      let problem = "";
      try {
        plan = await pb.send(PATH, { method: "PUT", query: { dryRun: 1 }, body: JSON.parse(asked) });
      } catch (error) {
        problem = [messageOf(error, t("unreachable")), ...Object.values(problemsOf(error))].join(" ");
      }
      if (!isOver) setPlanned({ of: asked, plan, problem });
    }, PAUSE);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [asked]);
  const isCurrent = asked !== "" && planned?.of === asked;
  return { plan: isCurrent ? planned.plan : null, problem: isCurrent ? planned.problem : "", forget: () => setPlanned(null) };
}

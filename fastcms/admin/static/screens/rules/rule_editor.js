// A rule: locked for all but superusers, open, or a condition that is checked while it is written.

import { html, useId, useMemo, useRef, useState } from "../../vendor/preact.js";
import { backRelations, filterCompletions } from "../../core/completions.js";
import { byName } from "../../core/collections.js";
import { t } from "../../core/language.js";
import { Button } from "../../ui/button.js";
import { CodeArea } from "../../ui/code.js";
import { Dialog } from "../../ui/dialog.js";
import { Icon } from "../../ui/icon.js";
import { Menu } from "../../ui/menu.js";
import { useCheck } from "./check.js";
import { KINDS, presetsOf, ruleText, stateOf, stateText } from "./kinds.js";
import { State } from "./state.js";
import { Try } from "./try.js";

/** @typedef {import("./kinds.js").Ruled} Ruled */

/**
 * @param {{ collection: Ruled, name: string, value: string | null, onInput: (value: string | null) => void,
 *   problem?: string }} props  `collection` with what is not saved yet; a `value` of null: superusers only
 */
export function RuleEditor({ collection, name, value, onInput, problem = "" }) {
  const id = useId();
  const unlocked = useRef(value ?? "");
  const [tries, setTries] = useState(false);
  const latest = useRef(collection);
  latest.current = collection;
  const completions = useMemo(() => filterCompletions(() => latest.current), []);
  const problems = useCheck(collection, value);
  if (value !== null) unlocked.current = value;
  const title = ruleText(name, "title");
  const state = stateOf(value);
  const faults = (problems ?? []).map(({ message }) => message).join(" ");
  const said = problem || (faults && t("ruleFault", { message: faults }));
  const { action } = KINDS.find((kind) => kind.name === name) ?? { action: null };
  const stored = byName.value.get(collection.id);
  return html`<div class="rule-editor" role="group" aria-labelledby=${`${id}-title`}>
    <div class="rule-head">
      <span class="label" id=${`${id}-title`}>${title}</span>
      <${State} state=${state}>${stateText(name, state)}<//>
      ${state === "condition" && problems?.length === 0 && html`<span class="rule-checked"><${Icon} name="check" />${t("ruleValid")}</span>`}
      <span class="spacer"></span>
      <${Menu} label=${t("rulePresetsFor", { name: title })} class="button plain small" button=${t("rulePresets")}>
        ${(/** @type {() => void} */ close) => presetsOf(collection).map((preset) => html`<button type="button" key=${preset.title}
          onClick=${() => {
            onInput(preset.rule);
            close();
          }}>${preset.title}</button>`)}
      <//>
      ${action && stored && html`<${Button} class="button plain small" aria-label=${t("ruleTryFor", { name: title })}
        onClick=${() => setTries(true)}>${t("ruleTry")}<//>`}
      <${Button} class="button plain small" aria-label=${t(value === null ? "ruleUnlockFor" : "ruleLockFor", { name: title })}
        onClick=${() => onInput(value === null ? unlocked.current : null)}>
        <${Icon} name=${value === null ? "unlock" : "lock"} />${t(value === null ? "ruleUnlock" : "ruleLock")}<//>
    </div>
    ${value !== null && html`<${CodeArea} language="filter" minLines=${2} ...${{ value, onInput, completions }}
      problems=${problems ?? []} aria-label=${title}
      aria-invalid=${said !== ""} aria-describedby=${`${id}-help${said ? ` ${id}-problem` : ""}`} />`}
    <p class="help" id=${`${id}-help`}>${ruleText(name, "help")}</p>
    ${said && html`<p class="problem" id=${`${id}-problem`} role="alert">${said}</p>`}
    ${value !== null && html`<${Words} collection=${collection}
      onChoose=${(/** @type {string} */ word) => onInput(value && !/\s$/.test(value) ? `${value} ${word}` : value + word)} />`}
    ${tries && stored && action && html`<${Dialog} side title=${t("ruleTryTitle", { name: title })} onClose=${() => setTries(false)}>
      <${Try} collection=${stored} actions=${[action]} rule=${value} />
    <//>`}
  </div>`;
}

/**
 * What can be written, to be looked up and put at the end.
 * @param {{ collection: Ruled, onChoose: (word: string) => void }} props
 */
function Words({ collection, onChoose }) {
  const groups = [
    { title: t("ruleFields"), words: collection.fields.map((field) => field.name) },
    { title: t("ruleBackRelations"), words: backRelations(collection.name).map(([via]) => `${via}.id`) },
    { title: t("ruleCaller"), words: ["@request.auth.id", "@request.auth.verified", "@request.auth.collectionName"] },
    { title: t("ruleSent"), words: collection.fields.map((field) => `@request.body.${field.name}:isset`) },
    { title: t("ruleRequest"), words: ["@request.method", "@request.context", "@request.query.", "@request.headers."] },
  ];
  return html`<details class="rule-words"><summary>${t("ruleWords")}</summary>
    ${groups.map(({ title, words }) => words.length > 0 && html`<p key=${title}><span class="quiet">${title}</span>
      ${words.map((word) => html` <button type="button" class="chip mono" key=${word}
        onClick=${() => onChoose(word)}>${word}</button>`)}</p>`)}
  </details>`;
}

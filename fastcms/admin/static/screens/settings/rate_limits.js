// The rules of rate limits as a table in their order, and which of them a request would meet.

import { html, useId, useState } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { t } from "../../core/language.js";
import { useLoaded } from "../../core/loaded.js";
import { Button, IconButton } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { SelectField, TextField } from "../../ui/field.js";
import { Icon } from "../../ui/icon.js";
import { moved, useSorting } from "../../ui/sorting.js";
import { SettingsForm } from "./form.js";
import { failed, outcomeShown } from "./trial.js";

/** @typedef {{ label: string, audience: string, duration: number | string, maxRequests: number | string }} Rule */

const RULES = "rateLimits.rules";
const AUDIENCES = /** @type {const} */ (["", "@guest", "@auth"]);
const NAMES = /** @type {const} */ ({ "": "limitsAll", "@guest": "limitsGuests", "@auth": "limitsSignedIn" });
const METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"];
/** @type {Rule} */
const NEW = { label: "", audience: "", duration: 10, maxRequests: 100 };

/** @param {{ page: import("./pages.js").SettingsPage, path: string[] }} props */
export function RateLimits({ page, path }) {
  const [isExplained, setIsExplained] = useState(false);
  return html`<${SettingsForm} page=${page} path=${path} inputs=${{ [RULES]: Rules }}
    actions=${() => html`<${Button} onClick=${() => setIsExplained(true)}>${t("limitsHelp")}<//>`}
    after=${(/** @type {import("./form.js").Form} */ { values }) => html`
      <${Try} rules=${values[RULES]} />
      ${isExplained && html`<${Help} onClose=${() => setIsExplained(false)} />`}`} />`;
}

/** @param {import("./form.js").InputProps} props */
function Rules({ label, help, value, problem, problems, disabled, onInput }) {
  const id = useId();
  const rules = /** @type {Rule[]} */ (value);
  const { value: labels } = useLoaded(async () => {
    const { items } = await pb.send("/api/settings/rate-limits/labels", { method: "GET" });
    return /** @type {string[]} */ (items);
  }, []);
  const { list, drag, begin } = useSorting((what, to) => onInput(moved(rules, Number(what), to)));
  /**
   * @param {number} at
   * @param {Partial<Rule>} change
   */
  const change = (at, change) => onInput(rules.map((rule, place) => (place === at ? { ...rule, ...change } : rule)));
  return html`<div class=${`field ${problem ? "wrong" : ""}`} role="group" aria-labelledby=${`${id}-label`}>
    <span class="label" id=${`${id}-label`}>${label}</span>
    <p class="help">${help}</p>
    <ol class="limits" ref=${list}>
      ${rules.map((rule, at) => {
        const [count, below] = [at + 1, /** @param {keyof Rule} key */ (key) => problems[`${at}.${key}`] ?? ""];
        /** @param {"maxRequests" | "duration"} key */
        const whole = (key) => (/** @type {string} */ text) => change(at, { [key]: /^\d+$/.test(text) ? Number(text) : text });
        return html`<li key=${at} data-drop=${drag?.to === at ? "before" : undefined}
            class=${`limit ${drag?.what === String(at) ? "dragged" : ""} ${drag?.to === at ? "target" : ""}`}>
          ${!disabled && html`<span class="grip" title=${t("limitsDrag")} onPointerDown=${(/** @type {PointerEvent} */ event) => {
            event.preventDefault();
            begin(event, String(at));
          }}><${Icon} name="menu" /></span>`}
          <${TextField} label=${t("limitsLabel")} value=${rule.label} problem=${below("label")} disabled=${disabled} class="mono"
            list=${`${id}-labels`} autocomplete="off" spellcheck=${false} onInput=${(/** @type {string} */ text) => change(at, { label: text })} />
          <${TextField} label=${t("limitsMost")} inputmode="numeric" value=${String(rule.maxRequests)} problem=${below("maxRequests")}
            disabled=${disabled} onInput=${whole("maxRequests")} />
          <${TextField} label=${t("limitsSeconds")} inputmode="numeric" value=${String(rule.duration)} problem=${below("duration")}
            disabled=${disabled} onInput=${whole("duration")} />
          <${SelectField} label=${t("limitsWhose")} value=${rule.audience} problem=${below("audience")} disabled=${disabled}
            options=${AUDIENCES.map((name) => ({ value: name, label: t(NAMES[name]) }))} onInput=${(/** @type {string} */ audience) => change(at, { audience })} />
          ${!disabled && html`<span class="limit-actions">
            <${IconButton} icon="up" label=${t("limitsUp", { count })} disabled=${at === 0} onClick=${() => onInput(moved(rules, at, at - 1))} />
            <${IconButton} icon="down" label=${t("limitsDown", { count })} disabled=${count === rules.length} onClick=${() => onInput(moved(rules, at, at + 2))} />
            <${IconButton} icon="trash" label=${t("limitsRemove", { count })} onClick=${() => onInput(rules.filter((_, place) => place !== at))} />
          </span>`}
        </li>`;
      })}
    </ol>
    <datalist id=${`${id}-labels`}>${labels?.map((one) => html`<option key=${one} value=${one}></option>`)}</datalist>
    ${!disabled && html`<${Button} onClick=${() => onInput([...rules, NEW])}>${t("limitsAdd")}<//>`}
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}
  </div>`;
}

/** @param {{ rules: Rule[] }} props  as they stand in the form, saved or not */
function Try({ rules }) {
  const [method, setMethod] = useState("POST");
  const [path, setPath] = useState("/api/collections/users/auth-with-password");
  const [audience, setAudience] = useState("@guest");
  const [outcome, setOutcome] = useState(/** @type {import("./trial.js").Outcome | null} */ (null));
  /** @param {Event} event */
  async function run(event) {
    event.preventDefault();
    try {
      const { rule: at, tags, served } = await pb.send("/api/settings/test/rate-limit", { method: "POST", body: { method, path, audience, rules } });
      const rule = at === null ? null : rules[at];
      const found = rule
        ? t("limitsFound", { place: at + 1, label: rule.label, most: rule.maxRequests, seconds: rule.duration })
        : t("limitsNone");
      const more = [tags.length ? t("limitsTags", { tags: tags.join(", ") }) : "", served ? "" : t("limitsNoRoute")];
      setOutcome({ good: true, text: [found, ...more].filter(Boolean).join(" ") });
    } catch (error) {
      setOutcome(failed(error));
    }
  }
  return html`<section class="card"><h2>${t("limitsTry")}</h2>
    <p class="quiet">${t("limitsTryText")}</p>
    <form class="limit try" onSubmit=${run}>
      <${SelectField} label=${t("limitsMethod")} value=${method} onInput=${setMethod} options=${METHODS.map((name) => ({ value: name, label: name }))} />
      <${TextField} label=${t("limitsPath")} value=${path} onInput=${setPath} class="mono" spellcheck=${false} autocomplete="off" />
      <${SelectField} label=${t("limitsAs")} value=${audience} onInput=${setAudience}
        options=${/** @type {const} */ (["@guest", "@auth"]).map((name) => ({ value: name, label: t(NAMES[name]) }))} />
      <${Button} type="submit">${t("limitsTryAction")}<//>
    </form>
    ${outcomeShown(outcome)}
  </section>`;
}

/** @param {{ onClose: () => void }} props */
function Help({ onClose }) {
  const forms = /** @type {const} */ ([
    ["posts:create", "limitsFormAction"], ["*:create", "limitsFormAnyAction"], ["POST /api/x", "limitsFormMethod"],
    ["/api/x", "limitsFormPath"], ["/api/", "limitsFormPrefix"],
  ]);
  return html`<${Dialog} title=${t("limitsHelp")} onClose=${onClose}>
    <p>${t("limitsOrder")}</p>
    <ol>${forms.map(([label, key]) => html`<li key=${key}><code>${label}</code> ${t(key)}</li>`)}</ol>
    <p>${t("limitsCounted")}</p>
    <p>${t("limitsExempt")}</p>
  <//>`;
}

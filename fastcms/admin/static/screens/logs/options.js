// What is logged and for how long, and emptying the log.

import { html, useState } from "../../vendor/preact.js";
import { messageOf, pb, problemsOf } from "../../core/client.js";
import { t } from "../../core/language.js";
import { useLoaded } from "../../core/loaded.js";
import { useUnsaved } from "../../core/unsaved.js";
import { Button } from "../../ui/button.js";
import { Dialog, confirm } from "../../ui/dialog.js";
import { CheckField, SelectField, TextField } from "../../ui/field.js";
import { Failed, Loading } from "../../ui/page.js";
import { complain, say } from "../../ui/toasts.js";
import { LEVELS } from "./levels.js";

/** @typedef {{ maxDays: number, minLevel: number, maxDataSize: number, logIP: boolean, logAuthId: boolean }} Options */

/** @param {{ onClose: () => void, onEmptied: () => void }} props */
export function LogOptions({ onClose, onEmptied }) {
  const { value, error, again } = useLoaded(async () => (await pb.settings.getAll({ fields: "logs" })).logs, []);
  async function empty() {
    if (!(await confirm({ title: t("logEmpty"), text: t("logEmptyText"), action: t("logEmpty"), typed: t("logs") }))) return;
    try {
      await pb.send("/api/logs", { method: "DELETE" });
      say(t("logEmptied"));
      onEmptied();
    } catch (problem) {
      complain(problem);
    }
  }
  return html`<${Dialog} title=${t("logOptions")} onClose=${onClose}>
    ${value
      ? html`<${Form} options=${value} onClose=${onClose} />`
      : error ? html`<${Failed} error=${error} again=${again} />` : html`<${Loading} />`}
    <hr />
    <p><${Button} kind="danger" onClick=${empty}>${t("logEmpty")}<//></p>
  <//>`;
}

/** @param {{ options: Options, onClose: () => void }} props */
function Form({ options, onClose }) {
  const [values, setValues] = useState(options);
  const [problems, setProblems] = useState(/** @type {Record<string, string>} */ ({}));
  const [problem, setProblem] = useState("");
  useUnsaved(JSON.stringify(values) !== JSON.stringify(options));
  /** @param {Partial<Options>} changed */
  const set = (changed) => setValues((old) => ({ ...old, ...changed }));
  /** @param {Event} event */
  async function save(event) {
    event.preventDefault();
    try {
      await pb.settings.update({ logs: values });
      say(t("logOptionsSaved"));
      onClose();
    } catch (error) {
      // Problems of a section are below its name.
      const { logs = {} } = /** @type {any} */ (error).response?.data ?? {};
      setProblems(Object.fromEntries(Object.entries(logs).map(([name, one]) => [name, /** @type {any} */ (one).message])));
      setProblem(Object.keys({ ...logs, ...problemsOf(error) }).length ? "" : messageOf(error, t("unreachable")));
    }
  }
  const whole = /** @type {const} */ ({ type: "number", min: "0", step: "1", required: true });
  return html`<form onSubmit=${save}>
    <${TextField} label=${t("logMaxDays")} help=${t("logMaxDaysHelp")} problem=${problems.maxDays} ...${whole}
      value=${String(values.maxDays)} onInput=${(/** @type {string} */ text) => set({ maxDays: Number(text) })} />
    <${SelectField} label=${t("logMinLevel")} help=${t("logMinLevelHelp")} problem=${problems.minLevel} value=${String(values.minLevel)}
      options=${optionsFor(values.minLevel)} onInput=${(/** @type {string} */ text) => set({ minLevel: Number(text) })} />
    <${TextField} label=${t("logMaxDataSize")} help=${t("logMaxDataSizeHelp")} problem=${problems.maxDataSize} ...${whole}
      value=${String(values.maxDataSize)} onInput=${(/** @type {string} */ text) => set({ maxDataSize: Number(text) })} />
    <${CheckField} label=${t("logIP")} checked=${values.logIP} onInput=${(/** @type {boolean} */ on) => set({ logIP: on })} />
    <${CheckField} label=${t("logAuthId")} checked=${values.logAuthId} onInput=${(/** @type {boolean} */ on) => set({ logAuthId: on })} />
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}
    <div class="buttons">
      <${Button} onClick=${onClose}>${t("cancel")}<//>
      <${Button} type="submit" kind="main">${t("save")}<//>
    </div>
  </form>`;
}

/** @param {number} current  which may be one that has no name */
function optionsFor(current) {
  const named = LEVELS.map(([name, level]) => ({ value: String(level), label: `${t(`logLevel_${name}`)} (${level})` }));
  const isNamed = named.some(({ value }) => value === String(current));
  return isNamed ? named : [...named, { value: String(current), label: String(current) }];
}

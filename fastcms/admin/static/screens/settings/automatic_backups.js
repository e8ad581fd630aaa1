// When backups are made by themselves, how many stay, and where they go.

import { html, useId } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { t } from "../../core/language.js";
import { TextField } from "../../ui/field.js";
import { SettingsForm } from "./form.js";
import { Trial } from "./trial.js";

/** The server counts in UTC. */
const PRESETS = /** @type {const} */ ([
  ["cronNever", ""], ["cronDaily", "0 3 * * *"], ["cronTwice", "0 3,15 * * *"], ["cronWeekly", "0 3 * * 0"], ["cronMonthly", "0 3 1 * *"],
]);

/** @param {{ page: import("./pages.js").SettingsPage, path: string[] }} props */
export function AutomaticBackups({ page, path }) {
  return html`<${SettingsForm} page=${page} path=${path} inputs=${{ "backups.cron": When }}
    after=${(/** @type {import("./form.js").Form} */ { values, isChanged }) => values["backups.s3.enabled"] && html`<section class="card">
      <h2>${t("bucketTest")}</h2>
      <${Trial} label=${t("bucketTry")} isChanged=${isChanged} attempt=${async () => {
        await pb.settings.testS3("backups");
        return t("storageWorks");
      }} /></section>`} />`;
}

/** @param {import("./form.js").InputProps} props */
function When({ setting: _, problems: __, onInput, ...props }) {
  const id = useId();
  return html`<${TextField} ...${props} onInput=${onInput} class="mono" list=${id} autocomplete="off" spellcheck=${false} />
    <datalist id=${id}>${PRESETS.map(([, cron]) => cron && html`<option key=${cron} value=${cron}></option>`)}</datalist>
    ${!props.disabled && html`<div class="chips">${PRESETS.map(([name, cron]) => html`<button key=${name} type="button" class="link-button"
      aria-pressed=${props.value === cron} onClick=${() => onInput(cron)}>${t(`backup_${name}`)}</button>`)}</div>`}`;
}

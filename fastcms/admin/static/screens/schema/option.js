// One option of a field or a collection: its label, its help, and the input that fits its values.

import { html, useState } from "../../vendor/preact.js";
import { language, size, t } from "../../core/language.js";
import { Button } from "../../ui/button.js";
import { CheckField, Field, SelectField, TextField } from "../../ui/field.js";

/** @typedef {import("../../core/language.js").Key} Key */
/** @typedef {import("../../ui/field.js").Wiring} Wiring */
/**
 * @typedef {object} Option
 * @property {string} key  in its field, or the path in its collection
 * @property {"area" | "check" | "checks" | "choice" | "code" | "collection" | "collections" | "date" | "end"
 *   | "junction" | "limit" | "lines" | "mimeTypes" | "number" | "seconds" | "several" | "size" | "text"} kind
 * @property {string} text  of its label and help: `option_TEXT` and `option_TEXT_help`
 * @property {string} [placeholder]
 * @property {readonly string[]} [choices]  `choice_TEXT_CHOICE` says what each is
 * @property {unknown} [otherwise]  the value where the server says none
 * @property {number} [least]
 * @property {number} [most]
 */
/** @typedef {{ option: Option, value: any, onInput: (value: any) => void, problem: string, disabled?: boolean }} Props */

/** @type {Record<string, string[]>} */
const MIME_TYPES = {
  images: ["image/jpeg", "image/png", "image/svg+xml", "image/gif", "image/webp"],
  documents: [
    "application/pdf", "application/msword", "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  ],
  videos: ["video/mp4", "video/x-ms-wmv", "video/quicktime", "video/3gpp"],
  archives: ["application/zip", "application/x-7z-compressed", "application/x-rar-compressed"],
};
/** What texts name and nothing takes the place of. */
const PLACEHOLDERS = { OTP: "{OTP}", random: "{random}", timestamp: "{timestamp}", uuid: "{uuid}" };
/** What several are where nobody has said how many. */
const MANY = 99;

/**
 * @param {string} text
 * @param {string} [suffix]
 */
export function optionText(text, suffix = "") {
  return t(/** @type {Key} */ (`option_${text}${suffix}`), PLACEHOLDERS);
}

/** @param {Props} props */
export function OptionInput({ option, value, onInput, problem, disabled = false }) {
  const { kind, text, placeholder, choices = [], least, most } = option;
  const label = optionText(text);
  const help = optionText(text, "_help");
  const field = { label, help, problem, disabled };
  if (kind === "check") return html`<${CheckField} ...${field} checked=${Boolean(value)} onInput=${onInput} />`;
  if (kind === "choice") {
    return html`<${SelectField} ...${field} value=${value ?? ""} onInput=${onInput}
      options=${choices.map((choice) => ({ value: choice, label: choiceText(text, choice) }))} />`;
  }
  if (kind === "checks") return html`<${Checks} ...${{ option, value, onInput, problem }} />`;
  if (kind === "lines" || kind === "mimeTypes") {
    return html`<${Lines} ...${{ option, value, onInput, problem, disabled }} />`;
  }
  if (kind === "several") return html`<${Several} ...${{ option, value, onInput, problem, disabled }} />`;
  if (kind === "area") {
    return html`<${Field} ...${{ label, help, problem }}>
      ${(/** @type {Wiring} */ wiring) => html`<textarea ...${wiring} disabled=${disabled} placeholder=${placeholder} value=${value ?? ""}
        onInput=${(/** @type {InputEvent & { currentTarget: HTMLTextAreaElement }} */ event) => onInput(event.currentTarget.value)} />`}
    <//>`;
  }
  if (kind === "date") {
    // As the server counts: in UTC.
    return html`<${TextField} ...${field} type="datetime-local" value=${String(value ?? "").slice(0, 16).replace(" ", "T")}
      onInput=${(/** @type {string} */ typed) => onInput(typed && `${typed.replace("T", " ")}:00.000Z`)} />`;
  }
  if (kind === "text" || kind === "code") {
    return html`<${TextField} ...${field} value=${value ?? ""} onInput=${onInput} placeholder=${placeholder}
      class=${kind === "code" ? "mono" : undefined} autocomplete="off" spellcheck=${false} />`;
  }
  const empty = kind === "limit" ? null : 0;
  const said = kind === "size" ? size(value || Number(placeholder)) : kind === "seconds" && value ? duration(value) : "";
  return html`<${TextField} ...${field} help=${said ? `${help} (${said})` : help} type="number" step=${kind === "limit" ? "any" : 1}
    min=${least} max=${most} placeholder=${placeholder} value=${value === empty || value === undefined ? "" : value}
    onInput=${(/** @type {string} */ typed) => onInput(typed === "" ? empty : Number(typed))} />`;
}

/**
 * @param {string} text
 * @param {string} choice
 */
function choiceText(text, choice) {
  return t(/** @type {Key} */ (`choice_${text}_${choice || "none"}`));
}

const UNITS = /** @type {const} */ ([["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]]);

/** @param {number} seconds */
function duration(seconds) {
  const [unit, length] = UNITS.find(([, step]) => seconds >= step) ?? UNITS[3];
  return new Intl.NumberFormat(language.value, {
    style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 1,
  }).format(seconds / length);
}

/** Texts, one a line. @param {Props} props */
function Lines({ option, value, onInput, problem, disabled }) {
  const { kind, text, placeholder } = option;
  const lines = /** @type {string[]} */ (value ?? []);
  const [typed, setTyped] = useState(lines.join("\n"));
  /** @param {string} text */
  const read = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
  const shown = read(typed).join("\n") === lines.join("\n") ? typed : lines.join("\n");
  return html`<${Field} label=${optionText(text)} help=${optionText(text, "_help")} problem=${problem}>
    ${(/** @type {Wiring} */ wiring) => html`<textarea ...${wiring} class="mono" spellcheck=${false} disabled=${disabled}
      placeholder=${placeholder} value=${shown}
      onInput=${(/** @type {InputEvent & { currentTarget: HTMLTextAreaElement }} */ event) => {
        setTyped(event.currentTarget.value);
        onInput(read(event.currentTarget.value));
      }} />
      ${kind === "mimeTypes" && !disabled && html`<div class="presets">${Object.entries(MIME_TYPES).map(([name, types]) => html`
        <${Button} key=${name} onClick=${() => onInput([...new Set([...lines, ...types])])}>${choiceText(text, name)}<//>`)}</div>`}`}
  <//>`;
}

/** One, or up to so many. @param {Props} props */
function Several({ option, value, onInput, problem, disabled }) {
  const isMany = value > 1;
  const { text, most = MANY } = option;
  // "1" is no more than the beginning of "12".
  const [typed, setTyped] = useState(/** @type {string | null} */ (null));
  return html`<${SelectField} label=${t("schemaHowMany")} help=${t("howManyHelp")} value=${isMany ? "many" : "one"} disabled=${disabled}
      problem=${isMany ? "" : problem} options=${[{ value: "one", label: t("schemaSingle") }, { value: "many", label: t("schemaMultiple") }]}
      onInput=${(/** @type {string} */ choice) => onInput(choice === "many" ? most : 1)} />
    ${isMany && html`<${Field} label=${optionText(text)} help=${optionText(text, "_help")} problem=${problem}>
      ${(/** @type {Wiring} */ wiring) => html`<input ...${wiring} type="number" min="2" step="1" disabled=${disabled} value=${typed ?? value}
        onInput=${(/** @type {InputEvent & { currentTarget: HTMLInputElement }} */ { currentTarget }) => {
          setTyped(currentTarget.value);
          if (currentTarget.valueAsNumber > 1) onInput(currentTarget.valueAsNumber);
        }}
        onBlur=${() => setTyped(null)} />`}
    <//>`}`;
}

/** Any of a few. @param {Omit<Props, "disabled">} props */
function Checks({ option, value, onInput, problem }) {
  const { text, choices = [] } = option;
  const chosen = /** @type {string[]} */ (value ?? []);
  return html`<${CheckGroup} label=${optionText(text)} help=${optionText(text, "_help")} problem=${problem} chosen=${chosen} onInput=${onInput}
    choices=${choices.map((choice) => ({ value: choice, label: choiceText(text, choice) }))} />`;
}

/**
 * @param {{ label: string, help: string, problem: string, chosen: readonly string[], onInput: (chosen: string[]) => void,
 *   choices: readonly { value: string, label: string }[], disabled?: boolean }} props
 */
export function CheckGroup({ label, help, problem, chosen, onInput, choices, disabled = false }) {
  return html`<${Field} group ...${{ label, help, problem }}>
    ${(/** @type {Wiring} */ wiring) => html`<div class="chips" aria-describedby=${wiring["aria-describedby"]}>
      ${choices.map((choice) => html`<label class="check" key=${choice.value}>
        <input type="checkbox" checked=${chosen.includes(choice.value)} disabled=${disabled} aria-invalid=${wiring["aria-invalid"]}
          onChange=${(/** @type {Event & { currentTarget: HTMLInputElement }} */ event) =>
            onInput(event.currentTarget.checked
              ? [...chosen, choice.value]
              : chosen.filter((one) => one !== choice.value))} /><span>${choice.label}</span></label>`)}
    </div>`}
  <//>`;
}

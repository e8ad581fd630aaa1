// How long each kind of token is good for, and the end of all that were issued.

import { html } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { CheckField } from "../../../ui/field.js";
import { OptionInput } from "../option.js";
import { problemAt } from "../problems.js";
import { Section } from "./section.js";

const TOKENS = /** @type {const} */ (["authToken", "passwordResetToken", "emailChangeToken", "verificationToken", "fileToken"]);

/** @param {{ form: import("../builder.js").Form }} props */
export function Tokens({ form }) {
  const { edited, problems, put } = form;
  return html`<${Section} title=${t("schemaTokens")} problem=${TOKENS.map((name) => problemAt(problems, name)).join("")}>
    <p class="help">${t("schemaTokensHelp")}</p>
    ${TOKENS.map((name) => {
      const isRenewed = edited.renewed.includes(name);
      return html`<div class="token" key=${name} role="group" aria-label=${t(`option_${name}`)}>
        <${OptionInput} option=${{ key: "duration", kind: "seconds", text: name, least: 10, most: 94670856 }}
          value=${edited[name].duration} problem=${problemAt(problems, name)}
          onInput=${(/** @type {number} */ value) => put(`${name}.duration`, value)} />
        <${CheckField} label=${t("invalidate")} checked=${isRenewed} onInput=${(/** @type {boolean} */ on) =>
          put("renewed", on ? [...edited.renewed, name] : edited.renewed.filter((one) => one !== name))} />
      </div>`;
    })}
  <//>`;
}

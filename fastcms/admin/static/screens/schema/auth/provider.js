// The settings of one OAuth2 provider, with what some of them have of their own.

import { html, useState } from "../../../vendor/preact.js";
import { messageOf, pb, problemsOf } from "../../../core/client.js";
import { t } from "../../../core/language.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { SelectField, TextField } from "../../../ui/field.js";
import { say } from "../../../ui/toasts.js";
import { OptionInput } from "../option.js";

/** @typedef {import("./oauth2.js").Provider} Provider */

const MICROSOFT = "https://login.microsoftonline.com";
const LARK = {
  authURL: "https://accounts.larksuite.com/open-apis/authen/v1/authorize",
  tokenURL: "https://open.larksuite.com/open-apis/authen/v2/oauth/token",
  userInfoURL: "https://open.larksuite.com/open-apis/authen/v1/user_info",
};
const NO_ADDRESSES = { authURL: "", tokenURL: "", userInfoURL: "" };
const CLAIMS = ["", "email", "verified_primary_email", "email_and_xms_edov", "any_verified"];

/**
 * @param {{ provider: Provider, title: string, isStored: boolean, problems: Record<string, string>,
 *   onClose: () => void, onTake: (provider: Provider) => void }} props
 */
export function ProviderDialog({ provider, title, isStored, problems, onClose, onTake }) {
  const [edited, setEdited] = useState(provider);
  const { name } = edited;
  /** @param {Partial<Provider>} part */
  const put = (part) => setEdited({ ...edited, ...part });
  const isOidc = /^oidc\d*$/.test(name);
  const form = { edited, put };
  return html`<${Dialog} title=${title} onClose=${onClose} footer=${html`
      <${Button} onClick=${onClose}>${t("cancel")}<//>
      <${Button} kind="main" onClick=${() => onTake(edited)}>${t("schemaTake")}<//>`}>
    <${TextField} label="Client ID" required value=${edited.clientId} problem=${problems.clientId} autocomplete="off" class="mono"
      onInput=${(/** @type {string} */ clientId) => put({ clientId })} />
    <${TextField} label="Client secret" type="password" required=${!isStored} value=${edited.clientSecret ?? ""} problem=${problems.clientSecret}
      help=${isStored ? t("secretKept") : ""} autocomplete="new-password" class="mono" onInput=${(/** @type {string} */ clientSecret) => {
        const { clientSecret: _, ...others } = edited;
        setEdited(clientSecret ? { ...others, clientSecret } : others);
      }} />
    ${name === "apple" && html`<${AppleSecret} clientId=${edited.clientId} onMade=${(/** @type {string} */ clientSecret) => put({ clientSecret })} />`}
    ${name === "microsoft" && html`<${Microsoft} ...${form} />`}
    ${name === "lark" && html`<${SelectField} label=${t("larkPlace")} value=${edited.authURL === LARK.authURL ? "lark" : "feishu"}
      options=${[{ value: "feishu", label: "feishu.cn" }, { value: "lark", label: "larksuite.com" }]}
      onInput=${(/** @type {string} */ place) => put(place === "lark" ? LARK : NO_ADDRESSES)} />`}
    ${isOidc && html`<${OpenId} ...${form} />`}
    <${TextField} label=${t("schemaDisplayName")} help=${t("schemaDisplayNameHelp")} value=${edited.displayName}
      onInput=${(/** @type {string} */ displayName) => put({ displayName })} />
    <details><summary>${t("schemaAddresses")}</summary>
      <p class="help">${t(isOidc ? "oidcAddressesHelp" : "addressesHelp")}</p>
      ${/** @type {const} */ (["authURL", "tokenURL", "userInfoURL"]).map((key) => html`<${TextField} key=${key} label=${t(`provider_${key}`)}
        class="mono" value=${edited[key]} problem=${problems[key]} onInput=${(/** @type {string} */ value) => put({ [key]: value })} />`)}
    </details>
    <${SelectField} label="PKCE" help=${t("pkceHelp")} value=${String(edited.pkce)}
      options=${[{ value: "null", label: t("pkceAuto") }, { value: "true", label: t("schemaOn") }, { value: "false", label: t("schemaOff") }]}
      onInput=${(/** @type {string} */ value) => put({ pkce: JSON.parse(value) })} />
  <//>`;
}

/** @param {{ edited: Provider, put: (part: Partial<Provider>) => void }} props */
function Microsoft({ edited, put }) {
  const tenant = edited.authURL.startsWith(`${MICROSOFT}/`) ? (edited.authURL.slice(MICROSOFT.length + 1).split("/")[0] ?? "") : "";
  return html`
    <${TextField} label=${t("tenant")} help=${t("tenantHelp")} class="mono" placeholder="common" value=${tenant}
      onInput=${(/** @type {string} */ typed) => {
        const next = typed.replace(/[^\w.-]/g, "");
        put(next
          ? { authURL: `${MICROSOFT}/${next}/oauth2/v2.0/authorize`, tokenURL: `${MICROSOFT}/${next}/oauth2/v2.0/token` }
          : { authURL: "", tokenURL: "" });
      }} />
    <${SelectField} label=${t("emailSource")} help=${t("emailSourceHelp")} value=${edited.extra?.idTokenEmailClaim ?? ""}
      options=${CLAIMS.map((claim) => ({ value: claim, label: claim || t("emailOfProfile") }))}
      onInput=${(/** @type {string} */ claim) => put({ extra: { ...edited.extra, idTokenEmailClaim: claim } })} />`;
}

/** @param {{ edited: Provider, put: (part: Partial<Provider>) => void }} props */
function OpenId({ edited, put }) {
  const extra = edited.extra ?? {};
  /** @param {Record<string, unknown>} part */
  const more = (part) => put({ extra: { ...extra, ...part } });
  return html`
    <${TextField} label=${t("issuerURL")} help=${t("issuerURLHelp")} class="mono" placeholder="https://login.example.com"
      value=${extra.issuer ?? ""} onInput=${(/** @type {string} */ issuer) => more({ issuer })} />
    ${!extra.issuer && html`
      <p class="help">${t("idTokenHelp")}</p>
      <${TextField} label=${t("jwksURL")} class="mono" value=${extra.jwksURL ?? ""} onInput=${(/** @type {string} */ jwksURL) => more({ jwksURL })} />
      <${OptionInput} option=${{ key: "issuers", kind: "lines", text: "issuers" }} value=${extra.issuers ?? []} problem=""
        onInput=${(/** @type {string[]} */ issuers) => more({ issuers })} />`}`;
}

/** @param {{ clientId: string, onMade: (secret: string) => void }} props */
function AppleSecret({ clientId, onMade }) {
  const [values, setValues] = useState({ teamId: "", keyId: "", privateKey: "" });
  const [days, setDays] = useState(180);
  const [problems, setProblems] = useState(/** @type {Record<string, string>} */ ({}));
  const [problem, setProblem] = useState("");
  async function make() {
    setProblems({});
    setProblem("");
    try {
      const { secret } = await pb.settings.generateAppleClientSecret(
        clientId, values.teamId.trim(), values.keyId.trim(), values.privateKey.trim(), days * 86_400,
      );
      onMade(secret);
      setValues({ teamId: "", keyId: "", privateKey: "" });
      say(t("appleMade", { count: days }));
    } catch (error) {
      setProblems(problemsOf(error));
      setProblem(messageOf(error, t("unreachable")));
    }
  }
  /** @param {Partial<typeof values>} part */
  const put = (part) => setValues({ ...values, ...part });
  return html`<details><summary>${t("appleSecret")}</summary>
    <p class="help">${t("appleSecretHelp")}</p>
    <${TextField} label="Team ID" class="mono" value=${values.teamId} problem=${problems.teamId} onInput=${(/** @type {string} */ teamId) => put({ teamId })} />
    <${TextField} label="Key ID" class="mono" value=${values.keyId} problem=${problems.keyId} onInput=${(/** @type {string} */ keyId) => put({ keyId })} />
    <${OptionInput} option=${{ key: "privateKey", kind: "area", text: "privateKey" }} value=${values.privateKey} problem=${problems.privateKey ?? ""}
      onInput=${(/** @type {string} */ privateKey) => put({ privateKey })} />
    <${TextField} label=${t("appleDays")} type="number" min="1" max="180" value=${days} problem=${problems.duration}
      onInput=${(/** @type {string} */ typed) => setDays(Number(typed))} />
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}
    <${Button} disabled=${!clientId} onClick=${make}>${t("makeSecret")}<//>
  </details>`;
}

// Where the links of mails lead, for the records of every auth collection.

import { html, useEffect, useState } from "../../vendor/preact.js";
import { messageOf, pb } from "../../core/client.js";
import { t } from "../../core/language.js";
import { Button } from "../../ui/button.js";
import { TextField } from "../../ui/field.js";
import { Alone } from "./alone.js";
import { useForm } from "./form.js";

/** @param {{ kind: string | undefined, token: string }} props */
export function Link({ kind, token }) {
  if (kind === "confirm-password-reset") return html`<${NewPassword} token=${token} />`;
  if (kind === "confirm-email-change") return html`<${NewAddress} token=${token} />`;
  if (kind === "confirm-verification") return html`<${Verification} token=${token} />`;
  if (kind === "oauth2-redirect-success") return html`<${Alone} title=${t("oauth2Done")} text=${t("closeWindow")} />`;
  if (kind === "oauth2-redirect-failure") return html`<${Alone} title=${t("oauth2Failed")} text=${t("closeWindow")} />`;
  return html`<${Alone} title=${t("unknownPage")} text="" />`;
}

/**
 * Which collection a link is for stands in its token, which only the server can judge.
 * @param {string} token
 */
function collectionOf(token) {
  try {
    const [, claims = ""] = token.split(".");
    const id = JSON.parse(atob(claims.replace(/-/g, "+").replace(/_/g, "/"))).collectionId;
    return typeof id === "string" && id ? id : "_superusers";
  } catch {
    return "_superusers";
  }
}

/** @param {{ token: string }} props */
function NewPassword({ token }) {
  const [done, setDone] = useState(false);
  const form = useForm({ password: "", passwordConfirm: "" }, async ({ password, passwordConfirm }) => {
    await pb.collection(collectionOf(token)).confirmPasswordReset(token, password, passwordConfirm);
    setDone(true);
  });
  if (done) {
    return html`<${Alone} title=${t("passwordChanged")} text=${t("signInWithIt")}>
      ${collectionOf(token) !== "_superusers" ? null : html`<p class="aside"><a href="#/">${t("backToSignIn")}</a></p>`}
    <//>`;
  }
  return html`<${Alone} title=${t("newPasswordTitle")} text="">
    <form onSubmit=${form.onSubmit}>
      <${TextField} label=${t("password")} type="password" autocomplete="new-password" required autofocus
        ...${form.field("password")} />
      <${TextField} label=${t("passwordAgain")} type="password" autocomplete="new-password" required
        ...${form.field("passwordConfirm")} />
      ${form.problem && html`<p class="problem" role="alert">${form.problem}</p>`}
      <${Button} type="submit" kind="main" busy=${form.busy}>${t("newPasswordAction")}<//>
    </form>
  <//>`;
}

/** @param {{ token: string }} props */
function NewAddress({ token }) {
  const [done, setDone] = useState(false);
  const form = useForm({ password: "" }, async ({ password }) => {
    await pb.collection(collectionOf(token)).confirmEmailChange(token, password);
    setDone(true);
  });
  if (done) return html`<${Alone} title=${t("emailChanged")} text=${t("signInWithIt")} />`;
  return html`<${Alone} title=${t("newEmailTitle")} text=${t("newEmailText")}>
    <form onSubmit=${form.onSubmit}>
      <${TextField} label=${t("password")} type="password" autocomplete="current-password" required autofocus
        ...${form.field("password")} />
      ${form.problem && html`<p class="problem" role="alert">${form.problem}</p>`}
      <${Button} type="submit" kind="main" busy=${form.busy}>${t("confirm")}<//>
    </form>
  <//>`;
}

/** @param {{ token: string }} props */
function Verification({ token }) {
  const [state, setState] = useState({ title: t("verifying"), text: "" });
  useEffect(() => {
    pb.collection(collectionOf(token)).confirmVerification(token).then(
      () => setState({ title: t("verified"), text: t("closeWindow") }),
      (error) => setState({ title: t("notVerified"), text: messageOf(error, t("unreachable")) }),
    );
  }, [token]);
  return html`<${Alone} title=${state.title} text=${state.text} />`;
}

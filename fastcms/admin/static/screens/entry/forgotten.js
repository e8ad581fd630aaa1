// Asks for a mail with a link to a new password.

import { html, useState } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { t } from "../../core/language.js";
import { address } from "../../core/router.js";
import { Button } from "../../ui/button.js";
import { TextField } from "../../ui/field.js";
import { Alone } from "./alone.js";
import { useForm } from "./form.js";

export function ForgottenPassword() {
  const [sent, setSent] = useState(false);
  const form = useForm({ email: "" }, async ({ email }) => {
    await pb.collection("_superusers").requestPasswordReset(email);
    setSent(true);
  });
  const back = html`<p class="aside"><a href=${address([])}>${t("backToSignIn")}</a></p>`;
  if (sent) return html`<${Alone} title=${t("forgottenTitle")} text=${t("forgottenSent")}>${back}<//>`;
  return html`<${Alone} title=${t("forgottenTitle")} text=${t("forgottenText")}>
    <form onSubmit=${form.onSubmit}>
      <${TextField} label=${t("email")} type="email" autocomplete="username" required autofocus
        ...${form.field("email")} />
      ${form.problem && html`<p class="problem" role="alert">${form.problem}</p>`}
      <${Button} type="submit" kind="main" busy=${form.busy}>${t("forgottenAction")}<//>
    </form>
    ${back}
  <//>`;
}

// The first superuser, by the address that the server prints when it has none.

import { html } from "../../vendor/preact.js";
import { messageOf, pb, problemsOf, statusOf } from "../../core/client.js";
import { t } from "../../core/language.js";
import { become } from "../../core/router.js";
import { Button } from "../../ui/button.js";
import { TextField } from "../../ui/field.js";
import { Alone } from "./alone.js";
import { useForm } from "./form.js";

/** @param {{ token: string }} props */
export function Install({ token }) {
  const form = useForm({ email: "", password: "", passwordConfirm: "" }, async (values) => {
    try {
      await pb.collection("_superusers").create(values, { headers: { Authorization: token } });
    } catch (error) {
      if (Object.keys(problemsOf(error)).length || !statusOf(error)) throw error;
      throw statusOf(error) === 400
        ? new Error(messageOf(error, ""))
        : new Error(t("installerExpired"));
    }
    await pb.collection("_superusers").authWithPassword(values.email, values.password);
    // The token is of no use any more; keep it out of the history.
    become(["collections"]);
  });
  return html`<${Alone} title=${t("installTitle")} text=${t("installText")}>
    <form onSubmit=${form.onSubmit}>
      <${TextField} label=${t("email")} type="email" autocomplete="username" required autofocus
        ...${form.field("email")} />
      <${TextField} label=${t("password")} type="password" autocomplete="new-password" required
        minlength="8" help=${t("passwordHelp")} ...${form.field("password")} />
      <${TextField} label=${t("passwordAgain")} type="password" autocomplete="new-password" required
        ...${form.field("passwordConfirm")} />
      ${form.problem && html`<p class="problem" role="alert">${form.problem}</p>`}
      <${Button} type="submit" kind="main" busy=${form.busy}>${t("installAction")}<//>
    </form>
  <//>`;
}

// The first superuser, by the address that the server prints when it has none.

import { html, useState } from "../../vendor/preact.js";
import { messageOf, pb, problemsOf, statusOf } from "../../core/client.js";
import { t } from "../../core/language.js";
import { become } from "../../core/router.js";
import { Button } from "../../ui/button.js";
import { Field, TextField } from "../../ui/field.js";
import { say } from "../../ui/toasts.js";
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
    become([]);
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
    <${Restore} token=${token} />
  <//>`;
}

/** @param {{ token: string }} props */
function Restore({ token }) {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  /** @param {Event & { currentTarget: HTMLInputElement }} event */
  async function restore({ currentTarget }) {
    const [file] = currentTarget.files ?? [];
    if (!file) return;
    setBusy(true);
    setProblem("");
    // The name that it is kept under may already be taken there, or be none that a backup can have.
    const key = `restored_${Date.now()}.zip`;
    const options = { headers: { Authorization: token } };
    try {
      await pb.backups.upload({ file: new File([file], key, { type: "application/zip" }) }, options);
      await pb.backups.restore(key, options);
      say(t("installRestored"), { seconds: 30 });
      become([]);
    } catch (error) {
      const [found] = Object.values(problemsOf(error));
      setProblem(found ?? (statusOf(error) === 401 ? t("installerExpired") : messageOf(error, t("unreachable"))));
    } finally {
      setBusy(false);
    }
  }
  return html`<details class="aside">
    <summary>${t("installRestore")}</summary>
    <${Field} label=${t("installRestore")} help=${t("installRestoreText")} problem=${problem}>
      ${(/** @type {import("../../ui/field.js").Wiring} */ wiring) => html`<input ...${wiring} type="file"
        accept=".zip,application/zip" disabled=${busy} aria-busy=${busy} onChange=${restore} />`}
    <//>
  </details>`;
}

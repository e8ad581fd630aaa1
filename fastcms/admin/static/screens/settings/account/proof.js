// Asks for the password before something that a found session must not do, and does it.

import { html } from "../../../vendor/preact.js";
import { t } from "../../../core/language.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { TextField } from "../../../ui/field.js";
import { useForm } from "../../entry/form.js";

/**
 * @param {{ title: string, text?: string, action: string, name?: string, onClose: () => void,
 *   act: (password: string, name: string) => Promise<unknown> }} props
 *   `name`: the label of one more thing to type
 */
export function Proof({ title, text, action, name, onClose, act }) {
  const form = useForm({ name: "", password: "" }, async (values) => {
    await act(values.password, values.name);
    onClose();
  });
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <form onSubmit=${form.onSubmit}>
      ${text && html`<p>${text}</p>`}
      ${name && html`<${TextField} label=${name} required ...${form.field("name")} />`}
      <${TextField} label=${t("password")} type="password" autocomplete="current-password" required ...${form.field("password")} />
      ${form.problem && html`<p class="problem" role="alert">${form.problem}</p>`}
      <div class="buttons">
        <${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} type="submit" kind="main" busy=${form.busy}>${action}<//>
      </div>
    </form>
  <//>`;
}

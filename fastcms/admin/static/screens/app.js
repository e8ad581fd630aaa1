// Which screen is on the page: by the address, and by whether somebody is signed in.

import { html } from "../vendor/preact.js";
import { superuser } from "../core/client.js";
import { route } from "../core/router.js";
import "../core/theme.js";
import { Toasts } from "../ui/toasts.js";
import { Install } from "./entry/install.js";
import { Link } from "./entry/link.js";
import { ForgottenPassword } from "./entry/forgotten.js";
import { SignIn } from "./entry/sign_in.js";
import { Shell } from "./shell.js";

export function App() {
  const { path } = route.value;
  return html`<${Screen} path=${path} /><${Toasts} />`;
}

/** @param {{ path: string[] }} props */
function Screen({ path }) {
  const [first, second, third] = path;
  // These come from the terminal and from mails, whoever is signed in.
  if (first === "pbinstall") return html`<${Install} token=${second ?? ""} />`;
  if (first === "auth") return html`<${Link} kind=${second} token=${third ?? ""} />`;
  if (superuser.value) return html`<${Shell} path=${path} />`;
  if (first === "request-password-reset") return html`<${ForgottenPassword} />`;
  return html`<${SignIn} />`;
}

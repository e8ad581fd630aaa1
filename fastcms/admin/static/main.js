// Puts the dashboard on the page.

import { html, render } from "./vendor/preact.js";
import { resume } from "./core/client.js";
import { ready } from "./core/language.js";
import { App } from "./screens/app.js";

const place = /** @type {HTMLElement} */ (document.getElementById("app"));
await ready;
render(html`<${App} />`, place);
void resume();

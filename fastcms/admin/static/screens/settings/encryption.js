// Whether what holds secrets is stored encrypted, and how that is changed on the machine.

import { html } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";
import { t } from "../../core/language.js";
import { useLoaded } from "../../core/loaded.js";
import { Icon } from "../../ui/icon.js";
import { Failed, Loading, Page } from "../../ui/page.js";

const COMMANDS = /** @type {const} */ ({
  off: ["export FASTCMS_KEY=$(openssl rand -hex 16)", "fastcms settings rotate-key --new-env FASTCMS_KEY", "fastcms serve --encryptionEnv FASTCMS_KEY"],
  partly: ["fastcms settings rotate-key --encryptionEnv FASTCMS_KEY --new-env FASTCMS_KEY"],
  on: ["fastcms settings rotate-key --encryptionEnv FASTCMS_KEY --new-env NEW_KEY"],
});

/** @param {{ page: import("./pages.js").SettingsPage }} props */
export function Encryption({ page }) {
  const { value, error, again } = useLoaded(async () => {
    const { encryption } = await pb.send("/api/settings/schema", { method: "GET" });
    return /** @type {keyof typeof COMMANDS} */ (encryption);
  }, []);
  return html`<${Page} title=${t(page.title)} text=${t("encryptionText")}>
    ${error ? html`<${Failed} error=${error} again=${again} />` : !value ? html`<${Loading} />` : html`<section class="card">
      <h2><${Icon} name=${value === "on" ? "lock" : "warning"} /> ${t(`encryption_${value}`)}</h2>
      <p>${t(`encryptionNext_${value}`)}</p>
      <pre><code>${COMMANDS[value].join("\n")}</code></pre>
      <p class="quiet">${t("encryptionStop")}</p>
    </section>`}
  <//>`;
}

// The page of the settings that the address names, or the first one.

import { html, useEffect } from "../../vendor/preact.js";
import { t } from "../../core/language.js";
import { become } from "../../core/router.js";
import { Lazy } from "../../ui/lazy.js";
import { Page } from "../../ui/page.js";
import { GROUPS } from "./pages.js";

/** @param {{ path: string[] }} props  behind `settings` */
export function Settings({ path }) {
  const pages = GROUPS.flatMap((group) => group.pages);
  const [name] = path;
  const first = pages[0];
  const page = pages.find((one) => one.name === name);
  useEffect(() => {
    if (!name && first) become(["settings", first.name]);
  }, [name]);
  if (page) return html`<${Lazy} key=${page.name} load=${page.load} page=${page} path=${path.slice(1)} />`;
  return html`<${Page} title=${t(name ? "unknownPage" : "settings")} />`;
}

// Writes the text of a hook for somebody to put into a file: the server takes no code from a browser.

import { html, useState } from "../../vendor/preact.js";
import { collections } from "../../core/collections.js";
import { t } from "../../core/language.js";
import { copy } from "../../ui/copy.js";
import { Button } from "../../ui/button.js";
import { Code } from "../../ui/code.js";
import { SelectField } from "../../ui/field.js";

const EVENTS = /** @type {const} */ ([
  "record_create", "record_update", "record_delete", "record_create_request", "record_after_create_success", "record_enrich",
]);
const DEEDS = /** @type {const} */ (["change", "refuse", "mail", "log"]);

/**
 * @param {string} event
 * @param {string} collection
 * @param {(typeof DEEDS)[number]} deed
 */
export function codeOf(event, collection, deed) {
  const bodies = {
    change: ["    event.record[\"title\"] = event.record[\"title\"].strip()", "    await event.next()"],
    refuse: ["    if not event.is_superuser:", "        raise errors.forbidden(\"Not today.\")", "    await event.next()"],
    mail: ["    await event.next()", "    await app.send_mail(\"you@example.com\", \"News\", \"<p>Something happened.</p>\")"],
    log: ["    app.logger.warning(\"%s: %s\", event.record.collection.name, event.record.id)", "    await event.next()"],
  };
  const names = { change: "on", refuse: "errors, on", mail: "app, on", log: "app, on" };
  return [
    `from fastcms import ${names[deed]}`, "", "",
    `@on.${event}(${JSON.stringify(collection)})`,
    "async def my_first_hook(event):",
    ...bodies[deed], "",
  ].join("\n");
}

/** @param {{ folder: string }} props */
export function First({ folder }) {
  const own = (collections.value ?? []).filter(({ system, type }) => !system && type !== "view");
  const [event, setEvent] = useState(/** @type {string} */ (EVENTS[0]));
  const [collection, setCollection] = useState("");
  const [deed, setDeed] = useState(/** @type {(typeof DEEDS)[number]} */ ("change"));
  const name = collection || own[0]?.name || "posts";
  const code = codeOf(event, name, deed);
  return html`<section class="hooks-first" aria-labelledby="hooks-first">
    <h2 id="hooks-first">${t("hooksFirst")}</h2>
    <div class="filters">
      <${SelectField} label=${t("hooksEvent")} value=${event} onInput=${setEvent}
        options=${EVENTS.map((one) => ({ value: one, label: t(`hooksEvent_${one}`) }))} />
      <${SelectField} label=${t("hooksCollection")} value=${name} onInput=${setCollection}
        options=${(own.length ? own.map((one) => one.name) : [name]).map((one) => ({ value: one, label: one }))} />
      <${SelectField} label=${t("hooksDeed")} value=${deed} onInput=${setDeed}
        options=${DEEDS.map((one) => ({ value: one, label: t(`hooksDeed_${one}`) }))} />
    </div>
    <${Code} label=${t("hooksCode")} language="python" readOnly value=${code} />
    <p>${t("hooksWhere")} <code>${`${folder || "pb_hooks"}/first.py`}</code>. ${t("hooksWhereMore")}</p>
    <div class="buttons"><${Button} kind="main" onClick=${() => copy(code)}>${t("hooksCopy")}<//></div>
  </section>`;
}

// Who can do what with the records of a collection, as the server answers for a record of it.

import { html, useState } from "../../vendor/preact.js";
import { pb, superuser } from "../../core/client.js";
import { collections, titleOf } from "../../core/collections.js";
import { targetsOf } from "../../core/completions.js";
import { t } from "../../core/language.js";
import { useLoaded } from "../../core/loaded.js";
import { Icon } from "../../ui/icon.js";
import { Failed, Loading } from "../../ui/page.js";
import { Answer } from "./answer.js";
import { kindsOf, ruleOf, stateOf } from "./kinds.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("../../core/client.js").RecordModel} RecordModel */
/** @typedef {import("./answer.js").Explanation} Explanation */
/** @typedef {{ collection: string, id: string }} Caller */
/** @typedef {"guest" | "signedIn" | "owner" | "superuser"} Who */
/** @typedef {{ verdict: "yes" | "no" | "depends", answer: Explanation | null }} Cell */

const WHO = /** @type {const} */ (["guest", "signedIn", "owner", "superuser"]);

/** @param {{ collection: CollectionModel }} props */
export function WhoCan({ collection }) {
  const { value, error, again } = useLoaded(() => found(collection), [collection]);
  const [open, setOpen] = useState("");
  if (error) return html`<${Failed} error=${error} again=${again} />`;
  if (!value) return html`<${Loading} />`;
  const { record, owner, rows } = value;
  const [shownAction, shownWho] = open.split(" ");
  const shown = rows.find(({ action }) => action === shownAction)?.cells[/** @type {Who} */ (shownWho)];
  return html`<p class="quiet">${record
      ? t("whoAsked", { name: titleOf(record), id: record.id }) : t("whoNoRecord")}
      ${record && !owner ? ` ${t("whoNoOwner")}` : ""}</p>
    <div class="list-place" tabindex="0" role="region" aria-label=${t("rulesWho")}><table class="list who">
      <thead><tr><th scope="col">${t("ruleAction")}</th>${WHO.map((who) => html`<th scope="col" key=${who}>${t(`who_${who}`)}</th>`)}</tr></thead>
      <tbody>${rows.map(({ action, cells }) => html`<tr key=${action}>
        <th scope="row">${t(`ruleAction_${action}`)}</th>
        ${WHO.map((who) => html`<td key=${who}><${Verdict} cell=${cells[who]} name=${`${action} ${who}`} ...${{ open, setOpen }} /></td>`)}
      </tr>`)}</tbody>
    </table></div>
    ${shown?.answer && html`<${Answer} answer=${shown.answer} />`}`;
}

/** @param {{ cell: Cell, name: string, open: string, setOpen: (name: string) => void }} props */
function Verdict({ cell: { verdict, answer }, name, open, setOpen }) {
  const said = html`<${Icon} name=${verdict === "yes" ? "check" : verdict === "no" ? "close" : "filter"} />${t(`who_${verdict}`)}`;
  if (!answer) return html`<span class=${`verdict ${verdict}`}>${said}</span>`;
  return html`<button type="button" class=${`verdict ${verdict}`} aria-expanded=${open === name}
    onClick=${() => setOpen(open === name ? "" : name)}>${said}</button>`;
}

/**
 * The newest record, who owns it, and what the server says to each of them.
 * @param {CollectionModel} collection
 */
async function found(collection) {
  const { items: [record = null] } = await pb.collection(collection.id).getList(1, 1, { skipTotal: true });
  const owner = record && ownerOf(collection, record);
  const stranger = await strangerTo(owner);
  /** @type {Record<Who, Caller | null | undefined>} */
  const callers = {
    guest: null, signedIn: stranger, owner: owner ?? undefined,
    superuser: { collection: "_superusers", id: superuser.value?.id ?? "" },
  };
  const rows = await Promise.all(kindsOf(collection).filter(({ action }) => action && action !== "auth").map(async ({ action, name }) => {
    const rule = ruleOf(collection, name);
    const cells = await Promise.all(WHO.map(async (who) => [who, await ask({ collection, action: action ?? "list", rule, record, caller: callers[who], who })]));
    return { action: action ?? "list", cells: /** @type {Record<Who, Cell>} */ (Object.fromEntries(cells)) };
  }));
  return { record, owner, rows };
}

/**
 * @param {{ collection: CollectionModel, action: import("./kinds.js").Action, rule: string | null,
 *   record: RecordModel | null, caller: Caller | null | undefined, who: Who }} question  undefined: there is nobody
 * @returns {Promise<Cell>}
 */
async function ask({ collection, action, rule, record, caller, who }) {
  const state = stateOf(rule);
  if (who === "superuser" && collection.type !== "view") return { verdict: "yes", answer: null };
  if (!record || caller === undefined) {
    const isYes = who === "superuser" || state === "open";
    return { verdict: isYes ? "yes" : state === "locked" ? "no" : "depends", answer: null };
  }
  const { id: _, collectionId: __, collectionName: ___, expand: ____, ...draft } = record;
  /** @type {Explanation} */
  const answer = await pb.send("/api/rules/explain", { method: "POST", body: {
    collection: collection.id, action, auth: caller, ...(action === "create" ? { draft } : { record: record.id }),
  } });
  return { verdict: answer.allowed ? "yes" : "no", answer };
}

/**
 * Whom a relation to accounts names; an account is its own.
 * @param {CollectionModel} collection
 * @param {RecordModel} record
 * @returns {Caller | null}
 */
function ownerOf(collection, record) {
  if (collection.type === "auth") return { collection: collection.name, id: record.id };
  for (const field of collection.fields) {
    const target = targetsOf(field).find(({ type }) => type === "auth");
    const [id] = [record[field.name]].flat();
    if (target && field.type !== "polymorphic" && id) return { collection: target.name, id };
  }
  return null;
}

/** @param {Caller | null} owner @returns {Promise<Caller | undefined>}  somebody else with an account */
async function strangerTo(owner) {
  const others = (collections.value ?? []).filter(({ type, name }) => type === "auth" && name !== "_superusers");
  for (const { name } of others) {
    const { items } = await pb.collection(name).getList(1, 2, { skipTotal: true });
    const other = items.find(({ id }) => id !== owner?.id);
    if (other) return { collection: name, id: other.id };
  }
  return undefined;
}

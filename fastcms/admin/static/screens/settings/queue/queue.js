// The queue: what waits, what runs, and what was given up.

import { html, useState } from "../../../vendor/preact.js";
import { pb } from "../../../core/client.js";
import { useEvery } from "../../../core/every.js";
import { fromNow, localTime, number, t } from "../../../core/language.js";
import { useLoaded } from "../../../core/loaded.js";
import { Button } from "../../../ui/button.js";
import { Dialog, confirm } from "../../../ui/dialog.js";
import { List } from "../../../ui/list.js";
import { Failed, Page } from "../../../ui/page.js";
import { Pager } from "../../../ui/pager.js";
import { State } from "../../../ui/state.js";
import { Tabs } from "../../../ui/tabs.js";
import { complain, say } from "../../../ui/toasts.js";

/**
 * @typedef {{ id: number, kind: string, label: string, state: "waiting" | "running" | "dead", attempts: number,
 *   due: string, expires: string, error: string, created: string, dead: string }} Task
 */

const STATES = /** @type {const} */ (["waiting", "running", "dead"]);
const KINDS = /** @type {const} */ ({ waiting: "quiet", running: "busy", dead: "bad" });
const PER_PAGE = 30;
const ALL = 500;
const SECONDS = 3;

export function Queue() {
  const [state, setState] = useState("");
  const [page, setPage] = useState(1);
  const [open, setOpen] = useState(/** @type {Task | null} */ (null));
  const { value, error, again } = useLoaded(() => load(state, page), [state, page]);
  useEvery(SECONDS, again);
  const counts = value?.counts;
  const total = (counts?.waiting ?? 0) + (counts?.running ?? 0) + (counts?.dead ?? 0);
  const title = (/** @type {string} */ text, /** @type {number | undefined} */ count) =>
    (count === undefined ? text : `${text} (${number(count)})`);

  /** @param {() => Promise<unknown>} act  and then the list anew */
  async function change(act) {
    try {
      await act();
      setOpen(null);
    } catch (problem) {
      complain(problem);
    }
    await again();
  }
  async function retryAll() {
    await change(async () => {
      const { items } = await fetchTasks("dead", 1, ALL);
      await Promise.all(items.map(({ id }) => retry(id)));
      say(t("queueRetried", { count: items.length }));
    });
  }
  /** @param {Task} task */
  async function remove(task) {
    const sure = await confirm({ title: t("queueRemoveTitle"), text: t("queueRemoveText", { name: task.label }), action: t("queueRemove") });
    if (sure) await change(() => pb.send(`/api/queue/${task.id}`, { method: "DELETE" }));
  }
  return html`<${Page} title=${t("queue")} text=${t("queueText")} wide actions=${
    counts && counts.dead > 0 && html`<${Button} onClick=${retryAll}>${t("queueRetryAll")}<//>`}>
    ${error && html`<${Failed} error=${error} again=${again} />`}
    <${Tabs} label=${t("queue")} current=${state || "all"} onChange=${(/** @type {string} */ name) => {
      setState(name === "all" ? "" : name);
      setPage(1);
    }} tabs=${[
      { name: "all", title: title(t("opsAll"), counts && total) },
      ...STATES.map((name) => ({ name, title: title(t(`queue_${name}`), counts?.[name]) })),
    ]}>
      ${(value || !error) && html`<${List} label=${t("queue")} rows=${value?.items ?? null} keyOf=${(/** @type {Task} */ task) => String(task.id)}
        onOpen=${setOpen} empty=${t("queueEmpty")} columns=${[
          { title: t("queueTask"), cell: (/** @type {Task} */ task) => task.label },
          { title: t("queueState"), cell: (/** @type {Task} */ task) => html`<${State} kind=${KINDS[task.state]} text=${t(`queue_${task.state}`)} />` },
          { title: t("queueAttempts"), end: true, cell: (/** @type {Task} */ task) => number(task.attempts) },
          { title: t("queueDue"), cell: (/** @type {Task} */ task) => (task.due ? fromNow(task.due) : "") },
          { title: t("queueError"), cell: (/** @type {Task} */ task) => task.error },
        ]} />`}
      <${Pager} page=${page} perPage=${PER_PAGE} total=${value?.total ?? 0} onChange=${setPage} />
    <//>
    ${open && html`<${Dialog} side title=${open.label} onClose=${() => setOpen(null)} footer=${html`
      ${open.state !== "running" && html`<${Button} kind="danger" onClick=${() => remove(open)}>${t("queueRemove")}<//>`}
      ${open.state === "dead" && html`<${Button} kind="main" onClick=${() => change(() => retry(open.id))}>${t("queueRetry")}<//>`}`}>
      <dl class="facts">
        <dt>${t("queueKind")}</dt><dd>${open.kind}</dd>
        <dt>${t("queueState")}</dt><dd><${State} kind=${KINDS[open.state]} text=${t(`queue_${open.state}`)} /></dd>
        <dt>${t("queueAttempts")}</dt><dd>${number(open.attempts)}</dd>
        ${times(open).map(([label, text]) => html`<dt key=${label}>${label}</dt><dd>${localTime(text)}</dd>`)}
        ${open.error && html`<dt>${t("queueError")}</dt><dd class="mono">${open.error}</dd>`}
      </dl>
    <//>`}
  <//>`;
}

/** @param {Task} task */
function times({ created, due, expires, dead }) {
  const found = /** @type {const} */ ([[t("queueCreated"), created], [t("queueDue"), due], [t("queueExpires"), expires], [t("queueDead"), dead]]);
  return found.filter(([, text]) => text);
}

/**
 * @param {string} state
 * @param {number} page
 */
async function load(state, page) {
  const [shown, ...sums] = await Promise.all([
    fetchTasks(state, page, PER_PAGE), ...STATES.map((name) => fetchTasks(name, 1, 1)),
  ]);
  const [waiting = 0, running = 0, dead = 0] = sums.map(({ totalItems }) => totalItems);
  return { items: shown.items, total: shown.totalItems, counts: { waiting, running, dead } };
}

/**
 * @param {string} state
 * @param {number} page
 * @param {number} perPage
 * @returns {Promise<{ items: Task[], totalItems: number }>}
 */
function fetchTasks(state, page, perPage) {
  return pb.send("/api/queue", { method: "GET", query: { page, perPage, ...(state && { state }) } });
}

/** @param {number} id */
function retry(id) {
  return pb.send(`/api/queue/${id}`, { method: "POST" });
}

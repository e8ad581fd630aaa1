// Deletions that can be taken back for a moment: the server hears of them when the moment is over.

import { pb } from "../../core/client.js";
import { t } from "../../core/language.js";
import { complain, say } from "../../ui/toasts.js";

const SECONDS = 6;
/** @type {Set<() => void>} */
const waiting = new Set();

addEventListener("pagehide", () => {
  for (const carryOut of [...waiting]) carryOut();
});

/**
 * @param {string} collection
 * @param {string[]} ids
 * @param {import("./rows.js").Rows} rows
 */
export function deleteSoon(collection, ids, rows) {
  rows.hidden.value = new Set([...rows.hidden.value, ...ids]);
  function show() {
    rows.hidden.value = new Set([...rows.hidden.value].filter((id) => !ids.includes(id)));
  }
  async function carryOut() {
    clearTimeout(timer);
    waiting.delete(carryOut);
    const results = await Promise.allSettled(
      // Leaving the page does not end these requests.
      ids.map((id) => pb.collection(collection).delete(id, { keepalive: true })),
    );
    for (const result of results) {
      if (result.status === "rejected") complain(result.reason);
    }
    await rows.refresh();
    show();
  }
  const timer = setTimeout(carryOut, SECONDS * 1000);
  waiting.add(carryOut);
  say(t("deleted", { count: ids.length }), {
    seconds: SECONDS,
    action: {
      label: t("undo"),
      act() {
        clearTimeout(timer);
        waiting.delete(carryOut);
        show();
      },
    },
  });
}

// Whether the server can be reached, as far as the browser and the last answers tell.

import { effect, signal } from "../vendor/preact.js";
import { base, unanswered } from "./client.js";

const SECONDS = 2;

export const online = signal(navigator.onLine);
let looks = false;

/** Looks until there is an answer. */
async function lookAgain() {
  if (looks) return;
  looks = true;
  while (!(await answers())) {
    online.value = false;
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  }
  online.value = true;
  looks = false;
}
effect(() => {
  if (unanswered.value) void lookAgain();
});
addEventListener("offline", () => void lookAgain());
addEventListener("online", () => void lookAgain());

async function answers() {
  try {
    await fetch(`${base}/api/health/live`, { cache: "no-store" });
    return navigator.onLine;
  } catch {
    return false;
  }
}

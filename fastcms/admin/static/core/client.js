// The one connection to the server, and who is signed in by it.

import PocketBase, { ClientResponseError } from "../vendor/pocketbase.js";
import { computed, signal } from "../vendor/preact.js";

/** @typedef {import("../vendor/pocketbase.js").RecordModel} RecordModel */
/** @typedef {import("../vendor/pocketbase.js").CollectionModel} CollectionModel */
/** @typedef {Record<string, string>} Problems  messages by field */

/** Where the server is; the dashboard also works below a path of a proxy. */
export const base = location.origin + location.pathname.replace(/\/_\/.*$/, "");

export const pb = new PocketBase(base);
pb.autoCancellation(false);
pb.beforeSend = (url, options) => {
  options.headers = { ...options.headers, "x-request-source": "pbui" };
  options.fetch = noticing;
  return { url, options };
};
pb.afterSend = (response, data) => {
  // A 401 with an mfaId asks for a second factor.
  if (response.status === 401 && superuser.value && !data?.mfaId) {
    pb.authStore.clear();
    hasEnded.value = true;
  }
  return data;
};

/** How often the server gave no answer at all. */
export const unanswered = signal(0);

/** @type {typeof fetch} */
async function noticing(address, options) {
  try {
    return await fetch(address, options);
  } catch (error) {
    if (!options?.signal?.aborted) unanswered.value += 1;
    throw error;
  }
}

/** Whether the server has ended the session, so that somebody who comes back should hear it. */
export const hasEnded = signal(false);

const account = signal(current());
pb.authStore.onChange(() => {
  account.value = current();
  if (account.value) hasEnded.value = false;
});

/** The superuser who is signed in, or null. */
export const superuser = computed(() => account.value);

function current() {
  const { isValid, isSuperuser, record } = pb.authStore;
  return isValid && isSuperuser ? record : null;
}

/** Asks the server whether what the last visit left is still good. */
export async function resume() {
  if (!superuser.value) return;
  try {
    await pb.collection("_superusers").authRefresh();
  } catch (error) {
    // A server that does not answer has not said that nobody is signed in.
    if (statusOf(error) === 401 || statusOf(error) === 403) pb.authStore.clear();
  }
}

export async function signOut() {
  try {
    await pb.send("/api/collections/_superusers/auth-logout", { method: "POST" });
  } catch {
    // The token is forgotten here in any case.
  }
  await pb.realtime.unsubscribe();
  pb.authStore.clear();
}

/**
 * A request whose answer, or whose body, is no JSON: the client knows only that.
 * @param {string} path
 * @param {{ method?: string, query?: [string, string][], type?: string, body?: BodyInit }} [options]
 * @returns {Promise<Response>}  a good one; others are thrown as the client's own errors
 */
export async function ask(path, { method = "GET", query = [], type, body } = {}) {
  const url = `${pb.buildURL(path)}?${new URLSearchParams(query)}`;
  const headers = new Headers({ Authorization: pb.authStore.token, "x-request-source": "pbui" });
  if (type) headers.set("Content-Type", type);
  let response;
  try {
    response = await fetch(url, { method, headers, body });
  } catch (error) {
    throw new ClientResponseError(error);
  }
  if (response.ok) return response;
  const data = await response.json().catch(() => ({}));
  throw new ClientResponseError({ url, status: response.status, response: data });
}

/** @param {unknown} error */
export function statusOf(error) {
  return error instanceof ClientResponseError ? error.status : 0;
}

/**
 * What the server says of each field; of what is below one by its path, as `smtp.port`.
 * @param {unknown} error
 * @returns {Problems}
 */
export function problemsOf(error) {
  /** @type {Problems} */
  const problems = {};
  if (error instanceof ClientResponseError) {
    collect(error.response.data, "", problems);
  }
  return problems;
}

/**
 * @param {Record<string, any> | undefined} data
 * @param {string} above  the path to it, with a dot behind
 * @param {Problems} problems
 */
function collect(data, above, problems) {
  for (const [name, problem] of Object.entries(data ?? {})) {
    if (typeof problem?.message === "string") problems[above + name] = problem.message;
    else if (problem && typeof problem === "object") collect(problem, `${above}${name}.`, problems);
  }
}

/**
 * One line for people.
 * @param {unknown} error
 * @param {string} unreachable  said where the server did not answer at all
 */
export function messageOf(error, unreachable) {
  if (error instanceof ClientResponseError) return error.status ? error.message : unreachable;
  return error instanceof Error ? error.message : String(error);
}

// Impersonation, refresh and the authStore as the official SDK has them.
//
//     node sessions.mjs SDK_FILE SERVER_URL KIND

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

const [sdkFile, url, kind] = process.argv.slice(2);
const { default: PocketBase, isTokenExpired, getTokenPayload } = await import(
  pathToFileURL(sdkFile).href
);

const client = () => new PocketBase(url).autoCancellation(false);
const status = (promise) => promise.then(() => 200, (error) => error.status);

const root = client();
await root.collection("_superusers").authWithPassword("root@example.com", "root-password-1");
assert.ok(root.authStore.isValid && root.authStore.isSuperuser);

// The authStore after signing in, and after a refresh.
const ada = client();
const changes = [];
ada.authStore.onChange((token, record) => changes.push([token, record?.id]));
await ada.collection("users").authWithPassword("ada@example.com", "reader-password-1");
const id = ada.authStore.record.id;
assert.ok(ada.authStore.isValid && !ada.authStore.isSuperuser);
const first = ada.authStore.token;
await ada.collection("users").authRefresh();
assert.ok(ada.authStore.isValid);
assert.equal(ada.authStore.record.id, id);
assert.equal(changes.length, 2);
assert.equal(getTokenPayload(first).id, id);

// The cookie of a server-side app goes there and back.
const other = client();
other.authStore.loadFromCookie(ada.authStore.exportToCookie());
assert.equal(other.authStore.token, ada.authStore.token);
assert.equal((await other.collection("users").authRefresh()).record.id, id);

// An impersonation is a client of its own, whose token stays as it is.
const acting = await root.collection("users").impersonate(id, 600);
assert.equal(acting.authStore.record.id, id);
assert.ok(acting.authStore.isValid && !acting.authStore.isSuperuser);
assert.ok(!isTokenExpired(acting.authStore.token, 590) && isTokenExpired(acting.authStore.token, 610));
assert.ok(root.authStore.isSuperuser);
const token = acting.authStore.token;
await acting.collection("users").authRefresh();
assert.equal(acting.authStore.token, token);
assert.equal(await status(acting.collections.getList()), 403);
assert.equal(await status(ada.collection("users").impersonate(id, 600)), 403);

if (kind === "fastcms") {
  // What FastCMS has beyond, through the SDK's own `send`.
  const send = (pb, method, path) => pb.send(`/api/collections/users/${path}`, { method });
  const { items } = await send(ada, "GET", "sessions");
  assert.equal(items.filter((one) => one.current).length, 1);
  await send(acting, "POST", "impersonate-exit");
  assert.equal(await status(acting.collection("users").authRefresh()), 401);
  await send(ada, "POST", "auth-logout");
  assert.equal(await status(ada.collection("users").authRefresh()), 401);
}

// What an app hears through the official SDK, of a server with the library of library.py.
//
//     node realtime.mjs SDK_FILE SERVER_URL [SIGNS_OUT]
//
// Fails on the first wrong message. SIGNS_OUT is given where the server ends a session when asked to.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [sdkFile, url, signsOut] = process.argv.slice(2);
const { default: PocketBase, ClientResponseError } = await import(pathToFileURL(sdkFile).href);
// Node has none of its own; it is installed beside the SDK.
globalThis.EventSource = createRequire(sdkFile)("eventsource").EventSource;

const PASSWORD = "reader-password-1";

function client() {
  const pb = new PocketBase(url);
  pb.autoCancellation(false);
  return pb;
}

/** The messages of one subscription; `next()` waits for the one that has to come. */
async function heard(subscribe) {
  const waiting = [], come = [];
  const unsubscribe = await subscribe((message) => {
    if (waiting.length) waiting.shift()(message);
    else come.push(message);
  });
  const next = () => (come.length ? come.shift() : new Promise((resolve) => waiting.push(resolve)));
  return { next, unsubscribe, get missed() { return come.length; } };
}

const root = client();
await root.collection("_superusers").authWithPassword("root@example.com", "root-password-1");
const ada = client(), guest = client();
const { record: adaRecord } = await ada.collection("users").authWithPassword("ada@example.com", PASSWORD);

// -- a collection, one record, options ----------------------------------------------------------

const all = await heard((on) => guest.collection("tags").subscribe("*", on));
const long = await heard((on) => guest.collection("tags").subscribe("*", on, {
  filter: "title ~ 'long'", fields: "title", headers: { "X-Own": "1" },
}));
const tag = await root.collection("tags").create({ title: "realtime" });
assert.deepEqual(await all.next(), { action: "create", record: tag });
const one = await heard((on) => guest.collection("tags").subscribe(tag.id, on));
const changed = await root.collection("tags").update(tag.id, { title: "a long title" });
assert.deepEqual(await all.next(), { action: "update", record: changed });
assert.deepEqual(await one.next(), { action: "update", record: changed });
assert.deepEqual(await long.next(), { action: "update", record: { title: "a long title" } });
await one.unsubscribe();
await root.collection("tags").delete(tag.id);
assert.deepEqual(await all.next(), { action: "delete", record: changed });
assert.deepEqual(await long.next(), { action: "delete", record: { title: "a long title" } });
assert.equal(one.missed, 0);

// -- rules ---------------------------------------------------------------------------------------

const own = await heard((on) => ada.collection("notes").subscribe("*", on, { expand: "owner" }));
const strangers = await heard((on) => guest.collection("notes").subscribe("*", on));
const other = await root.collection("users").getFirstListItem("email = 'ben@example.com'");
await root.collection("notes").create({ owner: other.id, text: "not ada's" });
const note = await root.collection("notes").create({ owner: adaRecord.id, text: "hers", mark: "hidden" });
const message = await own.next();
assert.equal(message.record.id, note.id);
assert.equal(message.record.mark, undefined);
assert.equal(message.record.expand.owner.email, "ada@example.com");

// -- what ends a permission ----------------------------------------------------------------------

await root.collection("notes").update(note.id, { owner: other.id });
const second = await root.collection("notes").create({ owner: adaRecord.id, text: "second" });
assert.equal((await own.next()).record.id, second.id);
await root.collection("users").update(adaRecord.id, { password: "other-password-1", passwordConfirm: "other-password-1" });
await root.collection("notes").update(second.id, { text: "after her password" });
await ada.collection("users").authWithPassword("ada@example.com", "other-password-1");
await ada.collection("notes").subscribe(second.id, () => {});
await root.collection("notes").update(second.id, { text: "with her new one" });
assert.equal((await own.next()).record.text, "with her new one");
assert.equal(own.missed, 0);

const { listRule } = await root.collections.getOne("notes");
await root.collections.update("notes", { listRule: null });
await root.collection("notes").update(second.id, { text: "under a closed rule" });
await root.collections.update("notes", { listRule });
await root.collection("notes").update(second.id, { text: "under the old rule" });
assert.equal((await own.next()).record.text, "under the old rule");
assert.equal(own.missed, 0);
assert.equal(strangers.missed, 0);

// -- another user on the same connection, and the end --------------------------------------------

const ben = client();
ben.authStore.save(ada.authStore.token, ada.authStore.record);
await ben.collection("tags").subscribe("*", () => {});
await ben.collection("users").authWithPassword("ben@example.com", PASSWORD);
await assert.rejects(ben.collection("notes").subscribe("*", () => {}), (error) =>
  error instanceof ClientResponseError && error.status === 403);

// -- signing out ---------------------------------------------------------------------------------

if (signsOut) {
  const tags = await heard((on) => ada.collection("tags").subscribe("*", on));
  await ada.send("/api/collections/users/auth-logout", { method: "POST" });
  await root.collection("notes").update(second.id, { text: "after her sign-out" });
  await root.collection("tags").create({ title: "after that" });
  assert.equal((await tags.next()).record.title, "after that");
  assert.equal(own.missed, 0);
}
for (const pb of [ada, ben, guest]) {
  await pb.realtime.unsubscribe();
  assert.equal(pb.realtime.isConnected, false);
}

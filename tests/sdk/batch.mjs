// What an app does in batches through the official SDK, against a server with the library of
// library.py.
//
//     node batch.mjs SDK_FILE SERVER_URL
//
// Fails on the first wrong answer.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [sdkFile, url] = process.argv.slice(2);
const { default: PocketBase, ClientResponseError } = await import(pathToFileURL(sdkFile).href);
globalThis.EventSource = createRequire(sdkFile)("eventsource").EventSource;

const rid = (name) => name.padEnd(15, "0");

function client() {
  const pb = new PocketBase(url);
  pb.autoCancellation(false);
  return pb;
}

async function refused(promise) {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof ClientResponseError, `${error}`);
    return error;
  }
  assert.fail("it was not refused");
}

const root = client(), guest = client();
await root.collection("_superusers").authWithPassword("root@example.com", "root-password-1");
await root.settings.update({ batch: { enabled: false, maxRequests: 50, timeout: 10 } });

const all = { listRule: "", viewRule: "", createRule: "", updateRule: "", deleteRule: "" };
const albums = await root.collections.create({
  name: "albums", ...all,
  fields: [{ type: "text", name: "title", required: true }, { type: "number", name: "plays" }],
});
await root.collections.create({
  name: "pictures", ...all,
  fields: [
    { type: "relation", name: "album", collectionId: albums.id, cascadeDelete: true, required: true },
    { type: "file", name: "file" }, { type: "file", name: "more", maxSelect: 3 },
  ],
});

// -- switched off ---------------------------------------------------------------------------------

const off = guest.createBatch();
off.collection("albums").create({ title: "no" });
assert.equal((await refused(off.send())).status, 403);
await root.settings.update({ batch: { enabled: true, maxRequests: 50, timeout: 10 } });

// -- every kind of item, each on what the ones before wrote, with files -----------------------------

const heard = [];
await guest.collection("pictures").subscribe("*", (message) => heard.push(message));

const batch = guest.createBatch();
batch.collection("albums").create({ id: rid("one"), title: "One" });
batch.collection("albums").upsert({ id: rid("one"), title: "Uno" });
batch.collection("albums").upsert({ id: rid("two"), title: "Two" });
batch.collection("albums").update(rid("one"), { "plays+": 2 }, { fields: "plays" });
batch.collection("pictures").create({
  id: rid("pic"), album: rid("one"), file: new File(["first"], "first.txt"),
  more: [new File(["a"], "a.txt"), new File(["b"], "b.txt")],
}, { expand: "album" });
batch.collection("pictures").update(rid("pic"), { "more+": new File(["c"], "c.txt"), file: null });
batch.collection("albums").delete(rid("two"));
const done = await batch.send();
assert.deepEqual(done.map((one) => one.status), [200, 200, 200, 200, 200, 200, 204]);
assert.equal(done[1].body.title, "Uno");
assert.deepEqual(done[3].body, { plays: 2 });
assert.equal(done[4].body.expand.album.title, "Uno");
assert.match(done[4].body.file, /^first_/);
assert.equal(done[5].body.more.length, 3);
assert.equal(done[6].body, null);

const picture = await guest.collection("pictures").getOne(rid("pic"));
assert.equal(picture.file, "");
const texts = await Promise.all(
  picture.more.map(async (name) => (await fetch(guest.files.getURL(picture, name))).text()));
assert.deepEqual(texts, ["a", "b", "c"]);
await assert.rejects(guest.collection("albums").getOne(rid("two")));

// -- one fails, all fail -----------------------------------------------------------------------------

const bad = guest.createBatch();
bad.collection("albums").update(rid("one"), { title: "Changed" });
bad.collection("pictures").create({ id: rid("lost"), album: rid("one"), file: new File(["x"], "x.txt") });
bad.collection("albums").create({ title: "" });
bad.collection("albums").create({ title: "never" });
const error = await refused(bad.send());
assert.equal(error.status, 400);
assert.deepEqual(Object.keys(error.response.data.requests), ["2"]);
assert.deepEqual(error.response.data.requests[2].response, {
  data: { title: { code: "validation_required", message: "Cannot be blank." } },
  message: "Failed to create record.", status: 400,
});
assert.equal((await guest.collection("albums").getOne(rid("one"))).title, "Uno");
await assert.rejects(guest.collection("pictures").getOne(rid("lost")));

// -- what was heard of it, in the order of the commits -------------------------------------------

await guest.collection("albums").delete(rid("one"));
while (heard.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
assert.deepEqual(heard.map((one) => [one.action, one.record.id]), [
  ["create", rid("pic")], ["update", rid("pic")], ["delete", rid("pic")],
]);

// -- as somebody -----------------------------------------------------------------------------------

const ada = client();
const { record } = await ada.collection("users").authWithPassword("ada@example.com", "reader-password-1");
const own = ada.createBatch();
own.collection("users").update(record.id, { name: "Ada in a batch" });
assert.equal((await own.send())[0].body.name, "Ada in a batch");
const others = guest.createBatch();
others.collection("users").update(record.id, { name: "Somebody" });
assert.equal((await refused(others.send())).response.data.requests[0].response.status, 404);
process.exit(0);

// Files as the official SDK has them: addresses, tokens, protected downloads.
//
//     node files.mjs SDK_FILE SERVER_URL

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

const [sdkFile, url] = process.argv.slice(2);
const { default: PocketBase, getTokenPayload } = await import(pathToFileURL(sdkFile).href);

const client = () => new PocketBase(url).autoCancellation(false);
const status = async (address) => (await fetch(address)).status;

const root = client();
await root.collection("_superusers").authWithPassword("root@example.com", "root-password-1");
await root.collections.create({
  name: "papers",
  type: "base",
  listRule: "",
  viewRule: "reader = @request.auth.id",
  fields: [
    { type: "file", name: "open", maxSelect: 5 },
    { type: "file", name: "closed", protected: true },
    { type: "relation", name: "reader", collectionId: "_pb_users_auth_" },
  ],
});
await root.collections.create({
  name: "papers_view",
  type: "view",
  viewRule: "",
  viewQuery: "SELECT id, open FROM papers",
});

const ada = client();
await ada.collection("users").authWithPassword("ada@example.com", "reader-password-1");
const ben = client();
await ben.collection("users").authWithPassword("ben@example.com", "reader-password-1");

const paper = await root.collection("papers").create({
  open: [new File(["one"], "One Two.txt"), new File(["two"], "two.txt")],
  closed: new File(["closed"], "closed.txt"),
  reader: ada.authStore.record.id,
});

// An open file is everybody's.
const open = client().files.getURL(paper, paper.open[0]);
const answer = await fetch(open);
assert.equal(await answer.text(), "one");
assert.equal(answer.headers.get("content-type"), "text/plain; charset=utf-8");
const forced = root.files.getURL(paper, paper.open[1], { download: true });
assert.match((await fetch(forced)).headers.get("content-disposition"), /^attachment; filename="two_\w{10}\.txt"$/);
const part = await fetch(open, { headers: { Range: "bytes=1-" } });
assert.deepEqual([part.status, await part.text()], [206, "ne"]);
assert.equal(await status(root.files.getURL(paper, "none.txt")), 404);

// Through a view.
const seen = await client().collection("papers_view").getOne(paper.id);
assert.equal(await (await fetch(root.files.getURL(seen, seen.open[1]))).text(), "two");

// A protected file is for who may view the record, by a token.
const addressFor = async (who) =>
  who.files.getURL(paper, paper.closed, { token: await who.files.getToken() });
assert.equal(await status(root.files.getURL(paper, paper.closed)), 404);
assert.equal(await (await fetch(await addressFor(ada))).text(), "closed");
assert.equal(await (await fetch(await addressFor(root))).text(), "closed");
assert.equal(await status(await addressFor(ben)), 404);
assert.equal(await status(ada.files.getURL(paper, paper.closed, { token: ada.authStore.token })), 404);
assert.equal(getTokenPayload(await ada.files.getToken()).type, "file");
await assert.rejects(client().files.getToken(), (error) => error.status === 401);

// Without the rule's relation it is nobody's but a superuser's.
const address = await addressFor(ada);
await root.collection("papers").update(paper.id, { reader: "" });
assert.equal(await status(address), 404);
await root.collection("papers").delete(paper.id);
assert.equal(await status(open), 404);

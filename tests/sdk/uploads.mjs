// Files through the official SDK: create, append, prepend, keep, replace, remove.
//
//     node uploads.mjs SDK_FILE SERVER_URL

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

const [sdkFile, url] = process.argv.slice(2);
const { default: PocketBase, ClientResponseError } = await import(pathToFileURL(sdkFile).href);

const pb = new PocketBase(url);
pb.autoCancellation(false);
await pb.collection("_superusers").authWithPassword("root@example.com", "root-password-1");
await pb.collections.create({
  name: "papers",
  type: "base",
  fields: [
    { type: "text", name: "title" },
    { type: "json", name: "data" },
    { type: "file", name: "one", mimeTypes: ["text/plain"] },
    { type: "file", name: "many", maxSelect: 3, maxSize: 100_000 },
  ],
});
const papers = pb.collection("papers");
const file = (name, content = name) => new File([content], name, { type: "text/plain" });
const stems = (names) => names.map((name) => name.replace(/_[a-z0-9]{10}\./, "."));
const text = async (record, name) => (await fetch(pb.files.getURL(record, name))).text();

let paper = await papers.create({
  title: "first",
  data: { list: [1, null, "x"] },
  one: file("single.txt"),
  many: [file("alpha.txt"), file("beta.txt")],
});
assert.equal(paper.title, "first");
assert.deepEqual(paper.data, { list: [1, null, "x"] });
assert.deepEqual(stems([paper.one, ...paper.many]), ["single.txt", "alpha.txt", "beta.txt"]);
assert.equal(await text(paper, paper.many[1]), "beta.txt");

paper = await papers.update(paper.id, { "many+": [file("gamma.txt")] });
assert.deepEqual(stems(paper.many), ["alpha.txt", "beta.txt", "gamma.txt"]);
const [alpha, beta] = paper.many;
paper = await papers.update(paper.id, { "many-": [alpha] });
paper = await papers.update(paper.id, { "+many": file("delta.txt") });
assert.deepEqual(stems(paper.many), ["delta.txt", "beta.txt", "gamma.txt"]);
assert.equal((await fetch(pb.files.getURL(paper, alpha))).status, 404);

await assert.rejects(papers.update(paper.id, { "many+": file("fourth.txt") }), (error) => {
  assert.ok(error instanceof ClientResponseError);
  assert.equal(error.status, 400);
  assert.equal(error.response.data.many.code, "validation_too_many_files");
  return true;
});
await assert.rejects(papers.update(paper.id, { one: file("x.txt", "\x89PNG\r\n\x00\x01") }), (error) => {
  assert.equal(error.response.data.one.code, "validation_invalid_mime_type");
  return true;
});

const form = new FormData();
form.append("many", beta);
form.append("many", file("epsilon.txt"));
form.append("title", "by a form");
paper = await papers.update(paper.id, form);
assert.equal(paper.title, "by a form");
assert.deepEqual(stems(paper.many), ["beta.txt", "epsilon.txt"]);

const old = paper.one;
paper = await papers.update(paper.id, { one: file("other.txt"), many: [file("zeta.txt")] });
assert.deepEqual(stems([paper.one, ...paper.many]), ["other.txt", "zeta.txt"]);
assert.equal((await fetch(pb.files.getURL(paper, old))).status, 404);
assert.equal(await text(paper, paper.one), "other.txt");

paper = await papers.update(paper.id, { one: null, many: [] });
assert.deepEqual([paper.one, paper.many], ["", []]);
await papers.delete(paper.id);

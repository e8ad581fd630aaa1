// Thumbs and transformations through the official SDK.
//
//     node images.mjs SDK_FILE SERVER_URL IMAGE_FILE
//
// Fails on the first wrong answer.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [sdkFile, url, imageFile] = process.argv.slice(2);
const { default: PocketBase } = await import(pathToFileURL(sdkFile).href);

const pb = new PocketBase(url);
await pb.collection("_superusers").authWithPassword("root@example.com", "root-password-1");
await pb.collections.create({
  name: "photos",
  type: "base",
  viewRule: "",
  fields: [
    { name: "image", type: "file", maxSelect: 1, thumbs: ["60x40", "0x30"], transform: true },
    { name: "secret", type: "file", maxSelect: 1, protected: true },
  ],
});
const content = await readFile(imageFile);
const file = () => new File([content], "photo.jpg", { type: "image/jpeg" });
const record = await pb.collection("photos").create({ image: file(), secret: file() });

async function got(name, options, transformation = "") {
  const address = pb.files.getURL(record, name, options);
  const response = await fetch(transformation ? `${address}?${transformation}` : address);
  return { status: response.status, type: response.headers.get("content-type"), bytes: Buffer.from(await response.arrayBuffer()) };
}

const original = await got(record.image, {});
assert.deepEqual(original.bytes, content);
for (const thumb of ["100x100", "60x40", "0x30"]) {
  const small = await got(record.image, { thumb });
  assert.equal(small.type, "image/jpeg");
  assert.ok(small.bytes.length < content.length / 2, thumb);
  assert.deepEqual((await got(record.image, { thumb })).bytes, small.bytes);
}
assert.deepEqual((await got(record.image, { thumb: "61x41" })).bytes, content);

const token = await pb.files.getToken();
assert.equal((await got(record.secret, { thumb: "100x100", token })).type, "image/jpeg");

assert.equal((await got(record.image, {}, "w=50&format=webp")).type, "image/webp");
assert.equal((await got(record.image, {}, "w=0")).status, 400);

await pb.collection("photos").delete(record.id);
assert.equal((await got(record.image, { thumb: "100x100" })).status, 404);

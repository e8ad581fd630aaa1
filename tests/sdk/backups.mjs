// Backups through the official SDK: every method of `pb.backups` but `restore`.
//
//     node backups.mjs SDK_FILE SERVER_URL EMAIL PASSWORD
//
// Fails on the first wrong answer.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

const [sdkFile, url, email, password] = process.argv.slice(2);
const { default: PocketBase } = await import(pathToFileURL(sdkFile).href);

const pb = new PocketBase(url);
await pb.collection("_superusers").authWithPassword(email, password);

assert.deepEqual(await pb.backups.getFullList(), []);
assert.equal(await pb.backups.create("made.zip"), true);
const [made] = await pb.backups.getFullList();
assert.equal(made.key, "made.zip");
assert.ok(made.size > 1000);

const token = await pb.files.getToken();
const answer = await fetch(pb.backups.getDownloadURL(token, "made.zip"));
assert.equal(answer.status, 200);
const zip = await answer.blob();
assert.equal(zip.size, made.size);

const file = new File([zip], "Copy (1).zip", { type: "application/zip" });
assert.equal(await pb.backups.upload({ file }), true);
const keys = (await pb.backups.getFullList()).map((backup) => backup.key);
assert.deepEqual(keys, ["Copy (1).zip", "made.zip"]);

await assert.rejects(pb.backups.create("made.zip"), (error) => {
  assert.equal(error.status, 400);
  assert.equal(error.response.data.name.code, "validation_backup_name_exists");
  return true;
});
for (const key of keys) assert.equal(await pb.backups.delete(key), true);
await assert.rejects(pb.backups.delete("made.zip"), { status: 400 });
assert.deepEqual(await pb.backups.getFullList(), []);

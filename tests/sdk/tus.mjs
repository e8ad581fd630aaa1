// Resumable uploads with tus-js-client, over a line that breaks and a server that dies.
//
//     node tus.mjs SDK_FILE TUS_MODULE PORT TOKEN OTHER_TOKEN
//
// It writes KILL when the server shall die, and reads the port of the next one.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { createServer, connect } from "node:net";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [sdkFile, tusModule, firstPort, token, otherToken] = process.argv.slice(2);
const { default: PocketBase } = await import(pathToFileURL(sdkFile).href);
const tus = await import(pathToFileURL(tusModule).href);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

// All requests go through this line, which can be cut once so many bytes have passed.
let port = Number(firstPort);
let passed = 0;
let cut = null;
const line = createServer((client) => {
  const server = connect(port, "127.0.0.1");
  const end = () => (client.destroy(), server.destroy());
  client.on("error", end).on("close", end);
  server.on("error", end).on("close", end);
  server.pipe(client);
  client.on("data", (bytes) => {
    passed += bytes.length;
    if (cut !== null && passed > cut.after) {
      const { then } = cut;
      cut = null;
      end();
      then();
    } else if (!server.write(bytes)) {
      client.pause();
      server.once("drain", () => client.resume());
    }
  });
});
line.listen(0, "127.0.0.1");
await once(line, "listening");
const url = `http://127.0.0.1:${line.address().port}`;

const pb = new PocketBase(url);
pb.authStore.save(token);

const send = (content, options = {}, metadata = {}) => {
  let upload;
  const done = new Promise((resolve, reject) => {
    upload = new tus.Upload(content, {
      endpoint: `${url}/api/uploads`,
      headers: { Authorization: token },
      metadata: { collection: "docs", field: "file", filename: "film.bin", ...metadata },
      retryDelays: Array(2000).fill(50),
      onSuccess: () => resolve(upload.url.split("/").pop()),
      onError: reject,
      ...options,
    });
  });
  return { upload, done };
};
const finished = ({ upload, done }) => (upload.start(), done);
const hash = (bytes) => createHash("sha256").update(bytes).digest("hex");
const check = async (id, content) => {
  const record = await pb.collection("docs").create({ title: "film", "@uploads": { file: id } });
  const stored = await (await fetch(pb.files.getURL(record, record.file))).arrayBuffer();
  assert.equal(hash(Buffer.from(stored)), hash(content));
};

const content = randomBytes(24 << 20);

// The line breaks in the middle of a request.
let breaks = 0;
passed = 0;
cut = { after: 9 << 20, then: () => breaks++ };
await check(await finished(send(content)), content);
assert.equal(breaks, 1);
assert.ok(passed < 40 << 20, "it did not begin anew");

// The server dies, and another one takes its place.
passed = 0;
cut = {
  after: 13 << 20,
  then: async () => {
    port = 1; // nobody listens there
    console.log("KILL");
    port = Number((await lines.next()).value);
    breaks++;
  },
};
await check(await finished(send(content, { chunkSize: 5 << 20 })), content);
assert.equal(breaks, 2);
assert.ok(passed < 40 << 20, "it did not begin anew");

// A record that waits for the file has it at the end.
const record = await pb.collection("docs").create({ owner: pb.authStore.record?.id ?? "x" });
const given = send(content, { uploadDataDuringCreation: true }, { record: record.id });
await finished(given);
assert.match((await pb.collection("docs").getOne(record.id)).file, /^film_\w+\.bin$/);

// Given up, it is gone.
const half = send(content, { chunkSize: 5 << 20, onChunkComplete: () => half.upload.abort(true) });
half.upload.start();
const headers = { Authorization: token };
while (!half.upload.url || (await fetch(half.upload.url, { headers })).status !== 404) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}

// What is refused is told.
const refused = (promise) => promise.then(() => assert.fail(), (error) => error);
const status = async (sending) =>
  (await refused(finished(sending))).originalResponse.getStatus();
assert.equal(await status(send(content, {}, { field: "small" })), 413);
assert.equal(await status(send(content, {}, { field: "title" })), 400);
const foreign = { headers: { Authorization: otherToken } };
assert.equal(await status(send(content, foreign, { collection: "locked" })), 403);
const stolen = { ...foreign, endpoint: undefined, uploadUrl: given.upload.url };
assert.equal(await status(send(content, stolen)), 404);

line.close();
process.exit(0);

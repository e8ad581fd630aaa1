// Sign-in by mail through the official client: `node mails.mjs SDK URL MAILS`, where each mail that
// was sent is a file of the folder MAILS: `NUMBER.json` with `to`, `subject`, `token` and `code`.

import assert from "node:assert/strict";
import { existsSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";

const [, , sdk, url, folder] = process.argv;
const { default: PocketBase } = await import(sdk);
const PASSWORD = "mails-password-1";
const NEW_PASSWORD = "mails-password-2";
let read = 0;

function client() {
  const pb = new PocketBase(url);
  pb.autoCancellation(false);
  return pb;
}

// The next mail; they come in the order in which they were sent.
async function nextMail(to) {
  read += 1;
  const file = join(folder, `${read}.json`);
  const watcher = watch(folder);
  try {
    while (!existsSync(file)) await new Promise((resolve) => watcher.once("change", resolve));
  } finally {
    watcher.close();
  }
  const mail = JSON.parse(readFileSync(file, "utf8"));
  assert.equal(mail.to, to);
  return mail;
}

async function refused(promise, status, message) {
  const error = await promise.then(() => assert.fail("not refused"), (found) => found);
  assert.deepEqual([error.status, error.response.message], [status, message]);
}

const root = client();
await root.collection("_superusers").authWithPassword("root@example.com", "root-password-1");
// The test itself signed in before, from another place.
await nextMail("root@example.com");
await root.collections.update("users", { otp: { enabled: true } });
const users = client().collection("users");
const ann = client();

// -- verification --------------------------------------------------------------------------------

await users.create({ email: "ann@example.com", password: PASSWORD, passwordConfirm: PASSWORD });
await users.requestVerification("ann@example.com");
const verification = await nextMail("ann@example.com");
await ann.collection("users").authWithPassword("ann@example.com", PASSWORD);
assert.equal(ann.authStore.record.verified, false);
// The client notes that its own record is verified now.
await ann.collection("users").confirmVerification(verification.token);
assert.equal(ann.authStore.record.verified, true);
assert.equal((await ann.collection("users").authRefresh()).record.verified, true);
await users.requestVerification("nobody@example.com");

// -- another password ----------------------------------------------------------------------------

await users.requestPasswordReset("ann@example.com");
const reset = await nextMail("ann@example.com");
await users.confirmPasswordReset(reset.token, NEW_PASSWORD, NEW_PASSWORD);
await refused(ann.collection("users").authRefresh(), 401, "The request requires valid record authorization token.");
await refused(users.authWithPassword("ann@example.com", PASSWORD), 400, "Failed to authenticate.");
await ann.collection("users").authWithPassword("ann@example.com", NEW_PASSWORD);

// -- another address -----------------------------------------------------------------------------

await ann.collection("users").requestEmailChange("anna@example.com");
const change = await nextMail("anna@example.com");
await ann.collection("users").confirmEmailChange(change.token, NEW_PASSWORD);
// The client has forgotten its token, which is dead.
assert.equal(ann.authStore.isValid, false);
await ann.collection("users").authWithPassword("anna@example.com", NEW_PASSWORD);

// -- one-time password ---------------------------------------------------------------------------

const { otpId } = await users.requestOTP("anna@example.com");
const code = (await nextMail("anna@example.com")).code;
await refused(users.authWithOTP(otpId, "0"), 400, "Invalid or expired OTP.");
const signedIn = await client().collection("users").authWithOTP(otpId, code);
assert.equal(signedIn.record.email, "anna@example.com");
await refused(users.authWithOTP(otpId, code), 400, "Invalid or expired OTP.");
const unknown = await users.requestOTP("nobody@example.com");
assert.match(unknown.otpId, /^[a-z0-9]{15}$/);

// -- both factors --------------------------------------------------------------------------------

await root.collections.update("users", { mfa: { enabled: true } });
const both = client();
const waiting = await both.collection("users").authWithPassword("anna@example.com", NEW_PASSWORD)
  .then(() => assert.fail("one factor was enough"), (error) => error);
assert.equal(waiting.status, 401);
const { mfaId } = waiting.response;
const second = await both.collection("users").requestOTP("anna@example.com");
const secondCode = (await nextMail("anna@example.com")).code;
const let_in = await both.collection("users").authWithOTP(second.otpId, secondCode, { mfaId });
assert.ok(both.authStore.isValid && let_in.token);
await root.settings.testEmail("users", "see@example.com", "login-alert");
await nextMail("see@example.com");

// How people sign in with OAuth2 through the official SDK, at a real provider (provider.mjs).
//
//     node oauth2.mjs SDK_FILE SERVER_URL PROVIDER_URL [discovery | again]
//
// With `discovery` the server knows the provider by its issuer alone; `again` is one more sign-in
// after that. Fails on the first wrong answer.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [sdkFile, url, provider, how] = process.argv.slice(2);
const { default: PocketBase } = await import(pathToFileURL(sdkFile).href);
// Node has none of its own; it is installed beside the SDK.
globalThis.EventSource = createRequire(sdkFile)("eventsource").EventSource;

const BACK = "http://127.0.0.1:1/back"; // an app's own page, which nobody needs to open

function client() {
  const pb = new PocketBase(url);
  pb.autoCancellation(false);
  return pb;
}

/** Opens a login page as this person and follows it to `end`; the last address, unopened. */
async function browse(address, person, end) {
  const cookies = new Map();
  for (let next = `${address}&login_hint=${person}`; ; ) {
    if (next.startsWith(end)) return next;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(next, { redirect: "manual", headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(";")[0].split("=");
      cookies.set(name, value);
    }
    assert.ok([302, 303].includes(answer.status), `${next}: ${answer.status} ${await answer.text()}`);
    next = new URL(answer.headers.get("location"), next).href;
  }
}

async function codeOf(pb, person, verifier) {
  const [one] = (await pb.collection("users").listAuthMethods()).oauth2.providers;
  const back = new URL(await browse(one.authURL + encodeURIComponent(BACK), person, BACK));
  assert.equal(back.searchParams.get("state"), one.state);
  return ["oidc", back.searchParams.get("code"), verifier ?? one.codeVerifier, BACK];
}

async function refused(promise, status, message) {
  const error = await promise.then(() => assert.fail(`expected ${status} ${message}`), (error) => error);
  assert.equal(error.status, status, `${error} ${JSON.stringify(error.response)}`);
  assert.equal(error.response.message, message);
}

if (how === "again") {
  const known = await client().collection("users").authWithOAuth2Code(...await codeOf(client(), "carl"));
  assert.deepEqual([known.record.email, known.meta.isNew], ["carl@example.com", false]);
  process.exit(0);
}

// -- what the superuser sets up ------------------------------------------------------------------

const root = client();
await root.collection("_superusers").authWithPassword("root@example.com", "root-password-1");
const addresses = how === "discovery"
  ? { extra: { issuer: provider } }
  : { authURL: `${provider}/auth`, tokenURL: `${provider}/token`, userInfoURL: `${provider}/me` };
await root.collections.update("users", {
  createRule: "@request.context = 'oauth2'",
  oauth2: {
    enabled: true,
    providers: [{ name: "oidc", clientId: "app", clientSecret: "secret & more", displayName: "House", ...addresses }],
  },
});

const { oauth2 } = await client().collection("users").listAuthMethods();
assert.deepEqual(oauth2.providers.map((one) => [one.name, one.displayName]), [["oidc", "House"]]);

// -- with a code that the app has got itself -----------------------------------------------------

const ann = client();
const first = await ann.collection("users").authWithOAuth2Code(...await codeOf(ann, "ann"), { role: "reader" });
assert.equal(first.record.email, "ann@example.com");
assert.equal(first.record.verified, true);
assert.equal(first.record.name, "ann of the provider");
assert.deepEqual([first.meta.id, first.meta.username, first.meta.isNew], ["ann", "ann", true]);
assert.equal(first.meta.rawUser.sub, "ann");
assert.ok(first.meta.accessToken && ann.authStore.isValid);
const again = await client().collection("users").authWithOAuth2Code(...await codeOf(ann, "ann"));
assert.deepEqual([again.record.id, again.meta.isNew], [first.record.id, false]);

const used = await codeOf(ann, "bob");
await client().collection("users").authWithOAuth2Code(...used);
await refused(client().collection("users").authWithOAuth2Code(...used), 400, "Failed to fetch OAuth2 token.");
// A code is of no use to who does not have the browser's verifier.
await refused(
  client().collection("users").authWithOAuth2Code(...await codeOf(ann, "bob", "w".repeat(43))),
  400, "Failed to fetch OAuth2 token.",
);
await refused(
  client().collection("users").authWithOAuth2Code("oidc", "nonsense", "v".repeat(43), BACK),
  400, "Failed to fetch OAuth2 token.",
);
await refused(
  client().collection("users").authWithOAuth2Code(...await codeOf(ann, "unverified-1")),
  400, "Failed to create record.",
);

// -- in one call, through the server's own redirect page -----------------------------------------

const REDIRECT = `${url}/api/oauth2-redirect`;
const SUCCESS = "../_/#/auth/oauth2-redirect-success";
const FAILURE = "../_/#/auth/oauth2-redirect-failure";

/** Opens the redirect page; where it leads on to. */
async function open(address) {
  const answer = await fetch(address, { redirect: "manual" });
  assert.equal(answer.status, 307);
  return answer.headers.get("location");
}

let visited;
const carl = client();
const inOneCall = await carl.collection("users").authWithOAuth2({
  provider: "oidc",
  createData: { role: "writer" },
  urlCallback: async (address) => {
    visited = await browse(address, "carl", REDIRECT);
    assert.equal(await open(visited), SUCCESS);
  },
});
assert.deepEqual([inOneCall.record.email, inOneCall.meta.isNew], ["carl@example.com", true]);
assert.equal(carl.authStore.record.id, inOneCall.record.id);
// The page has passed the code on; whoever opens it again is told nothing, and tells nobody.
assert.equal(await open(visited), FAILURE);

const refusal = await client().collection("users").authWithOAuth2({
  provider: "oidc",
  urlCallback: async (address) => {
    assert.equal(await open(await browse(address, "refuser", REDIRECT)), FAILURE);
  },
}).then(() => assert.fail("a refusal is no sign-in"), (error) => error);
assert.match(String(refusal.originalError), /OAuth2 redirect error/);

// -- linking and unlinking -----------------------------------------------------------------------

const links = await ann.collection("users").listExternalAuths(first.record.id);
assert.deepEqual(links.map((one) => [one.provider, one.providerId]), [["oidc", "ann"]]);
await ann.collection("users").unlinkExternalAuth(first.record.id, "oidc");
assert.deepEqual(await ann.collection("users").listExternalAuths(first.record.id), []);
await ann.collection("users").authWithOAuth2Code(...await codeOf(ann, "ann-too"));
const linked = await ann.collection("users").listExternalAuths(first.record.id);
assert.deepEqual(linked.map((one) => one.providerId), ["ann-too"]);

root.realtime.unsubscribe();
process.exit(0);

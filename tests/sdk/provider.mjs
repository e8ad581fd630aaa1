// A certified OpenID Connect provider on a port of this machine, for the tests.
//
//     node provider.mjs SDK_FILE PORT
//
// Its people are who the login hint says, or "ann", and each of them agrees to all that is asked.
// It makes its key at the start: started again, it signs with another one. Prints "ready".

import { generateKeyPairSync } from "node:crypto";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [sdkFile, port] = process.argv.slice(2);
// Installed beside the SDK.
const file = createRequire(sdkFile).resolve("oidc-provider");
const { default: Provider } = await import(pathToFileURL(file).href);
const issuer = `http://127.0.0.1:${port}`;
const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

const provider = new Provider(issuer, {
  clients: [
    // The secret has characters that must be encoded on their way.
    { client_id: "app", client_secret: "secret & more", redirect_uris: [`${issuer}/nowhere`], id_token_signed_response_alg: "ES256" },
  ],
  jwks: { keys: [{ ...key.export({ format: "jwk" }), kid: `key-${Date.now()}`, alg: "ES256", use: "sig" }] },
  cookies: { keys: ["of no importance"] },
  pkce: { required: () => true },
  claims: {
    openid: ["sub"],
    email: ["email", "email_verified"],
    profile: ["name", "preferred_username", "picture"],
  },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: `${id} of the provider`,
      preferred_username: id,
      email: `${id}@example.com`,
      email_verified: !id.startsWith("unverified"),
    }),
  }),
});

// The servers under test listen on ports that nobody knows beforehand.
provider.Client.prototype.redirectUriAllowed = () => true;

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith("/interaction/")) return next();
  const { prompt, params } = await provider.interactionDetails(ctx.req, ctx.res);
  if (params.login_hint === "refuser") {
    await provider.interactionFinished(ctx.req, ctx.res, { error: "access_denied" });
  } else if (prompt.name === "login") {
    const login = { accountId: params.login_hint ?? "ann" };
    await provider.interactionFinished(ctx.req, ctx.res, { login });
  } else {
    const { accountId } = (await provider.interactionDetails(ctx.req, ctx.res)).session;
    const grant = new provider.Grant({ accountId, clientId: params.client_id });
    grant.addOIDCScope("openid email profile");
    const consent = { grantId: await grant.save() };
    await provider.interactionFinished(ctx.req, ctx.res, { consent }, { mergeWithLastSubmission: true });
  }
  ctx.respond = false;
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));

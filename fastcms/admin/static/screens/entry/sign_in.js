// Signing in: a password, a code by mail or a passkey, and a second factor where one is asked for.

import { html, useEffect, useState } from "../../vendor/preact.js";
import { ClientResponseError } from "../../vendor/pocketbase.js";
import { hasEnded, messageOf, pb } from "../../core/client.js";
import { t } from "../../core/language.js";
import { address, route } from "../../core/router.js";
import { Button } from "../../ui/button.js";
import { TextField } from "../../ui/field.js";
import { Alone } from "./alone.js";
import { useForm } from "./form.js";
import { showPasskey } from "./passkey.js";

const COLLECTION = "_superusers";

/** @typedef {keyof typeof STEPS} Method */
/**
 * @typedef {object} Pending
 * @property {string} mfaId  of the factor that was shown
 * @property {Method[]} methods  what may come second
 * @property {string} identity  what was typed first
 */
/** @typedef {Partial<Record<Method, boolean>>} Offer */

export function SignIn() {
  const [pending, setPending] = useState(/** @type {Pending | null} */ (null));
  const [offer, setOffer] = useState(/** @type {Offer} */ ({ password: true }));
  const [method, setMethod] = useState(/** @type {Method} */ ("password"));
  useEffect(() => {
    // Left to itself, the client asks for those alone that PocketBase has.
    pb.collection(COLLECTION).listAuthMethods({ fields: "password,otp,passkey" }).then((found) => {
      const { passkey } = /** @type {{ passkey?: { enabled: boolean } }} */ (/** @type {unknown} */ (found));
      setOffer({
        password: found.password.enabled, otp: found.otp.enabled, passkey: Boolean(passkey?.enabled),
      });
      if (!found.password.enabled && found.otp.enabled) setMethod("otp");
    }, () => {});
  }, []);

  /**
   * Runs one factor; where another is asked for, that is what comes next.
   * @param {string} identity
   * @param {() => Promise<unknown>} factor
   */
  async function sign(identity, factor) {
    try {
      await factor();
    } catch (error) {
      const { mfaId, mfaMethods } = error instanceof ClientResponseError ? error.response : {};
      if (!mfaId) throw error;
      const asked = /** @type {string[]} */ (mfaMethods ?? (method === "otp" ? ["password"] : ["otp"]));
      const methods = asked.filter(isKnown);
      const [next] = methods;
      if (!next) throw error;
      setPending({ mfaId, methods, identity });
      setMethod(next);
    }
  }
  const step = { pending, sign, identity: pending?.identity ?? "" };
  const offered = /** @type {Method[]} */ (["password", "otp", "passkey"]).filter((name) => offer[name]);
  const others = (pending?.methods ?? offered).filter((other) => other !== method);
  const Step = STEPS[method];
  return html`<${Alone} title=${t(pending ? "secondFactorTitle" : "signInTitle")}
    text=${pending ? t("secondFactorText") : hasEnded.value ? t("sessionOver") : ""}>
    <${Step} key=${method} ...${step} />
    ${others.map((other) => html`<p class="aside" key=${other}>
      <button type="button" class="link-button" onClick=${() => setMethod(other)}>${t(`use_${other}`)}</button>
    </p>`)}
    ${!pending && method === "password" && html`<p class="aside">
      <a href=${address(["request-password-reset"])}>${t("forgottenLink")}</a>
    </p>`}
  <//>`;
}

/** @typedef {{ pending: Pending | null, identity: string, sign: (identity: string, factor: () => Promise<unknown>) => Promise<void> }} Step */

/** @param {{ form: ReturnType<typeof useForm>, action: string }} props */
function End({ form, action }) {
  return html`
    ${form.problem && html`<p class="problem" role="alert">${form.problem}</p>`}
    <${Button} type="submit" kind="main" busy=${form.busy}>${action}<//>`;
}

/** @param {Step} props */
function Password({ pending, identity, sign }) {
  const form = useForm({ identity: identity || given("demoEmail"), password: pending ? "" : given("demoPassword") }, (values) =>
    sign(values.identity, () => send("auth-with-password", { ...values, mfaId: pending?.mfaId })));
  return html`<form onSubmit=${form.onSubmit}>
    <${TextField} label=${t("email")} type="email" autocomplete="username" required autofocus
      ...${form.field("identity")} />
    <${TextField} label=${t("password")} type="password" autocomplete="current-password" required
      ...${form.field("password")} />
    <${End} form=${form} action=${t("signInAction")} />
  </form>`;
}

/**
 * What a link to a demonstration says is to be typed, before or behind its `#`.
 * @param {string} name
 */
function given(name) {
  return route.value.query.get(name) ?? new URLSearchParams(location.search).get(name) ?? "";
}

/** @param {Step} props */
function MailedCode({ pending, identity, sign }) {
  const [otpId, setOtpId] = useState("");
  const form = useForm({ identity, code: "" }, async (values) => {
    if (!otpId) {
      const { otpId: id } = await pb.collection(COLLECTION).requestOTP(values.identity);
      setOtpId(id);
      return;
    }
    await sign(values.identity, () => send("auth-with-otp", {
      otpId, password: values.code, mfaId: pending?.mfaId,
    }));
  });
  return html`<form onSubmit=${form.onSubmit}>
    <${TextField} label=${t("email")} type="email" autocomplete="username" required autofocus=${!otpId}
      readonly=${otpId !== ""} ...${form.field("identity")} />
    ${otpId && html`<${TextField} label=${t("code")} help=${t("mailedCodeHelp")} inputmode="numeric"
      autocomplete="one-time-code" required autofocus ...${form.field("code")} />`}
    <${End} form=${form} action=${t(otpId ? "signInAction" : "mailCodeAction")} />
  </form>`;
}

/** @param {Step} props */
function AppCode({ pending, identity, sign }) {
  const [lost, setLost] = useState(false);
  const form = useForm({ code: "" }, ({ code }) =>
    sign(identity, () => send("auth-with-totp", {
      mfaId: pending?.mfaId, [lost ? "recoveryCode" : "code"]: code.replace(/\s/g, ""),
    })));
  return html`<form onSubmit=${form.onSubmit}>
    <${TextField} label=${t(lost ? "recoveryCode" : "appCode")} inputmode=${lost ? "text" : "numeric"}
      autocomplete="one-time-code" required autofocus ...${form.field("code")} />
    <${End} form=${form} action=${t("signInAction")} />
    <p class="aside"><button type="button" class="link-button" onClick=${() => setLost(!lost)}>
      ${t(lost ? "use_totp" : "useRecoveryCode")}</button></p>
  </form>`;
}

/** @param {Step} props */
function Enrollment({ pending, identity, sign }) {
  const [secret, setSecret] = useState({ secret: "", qr: "" });
  const [problem, setProblem] = useState("");
  useEffect(() => {
    pb.send(`/api/collections/${COLLECTION}/totp/enroll`, { method: "POST", body: { mfaId: pending?.mfaId } })
      .then(setSecret, (error) => setProblem(messageOf(error, t("unreachable"))));
  }, []);
  const form = useForm({ code: "" }, ({ code }) =>
    sign(identity, () => send("auth-with-totp", { mfaId: pending?.mfaId, code })));
  return html`<form onSubmit=${form.onSubmit}>
    <p>${t("enrollText")}</p>
    ${secret.qr && html`<p><img class="qr" alt="" width="200" height="200"
      src=${`data:image/svg+xml,${encodeURIComponent(secret.qr)}`} /></p>
      <p class="mono">${secret.secret}</p>`}
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}
    <${TextField} label=${t("appCode")} inputmode="numeric" autocomplete="one-time-code" required
      ...${form.field("code")} />
    <${End} form=${form} action=${t("signInAction")} />
  </form>`;
}

/** @param {Step} props */
function Passkey({ pending, identity, sign }) {
  const form = useForm({}, () => sign(identity, async () => {
    const { token, record } = await showPasskey(pending?.mfaId);
    pb.authStore.save(token, record);
  }));
  return html`<form onSubmit=${form.onSubmit}>
    <p>${t("passkeyText")}</p>
    <${End} form=${form} action=${t("passkeyAction")} />
  </form>`;
}

/**
 * @param {string} way
 * @param {Record<string, unknown>} body
 */
async function send(way, body) {
  const { token, record } = await pb.send(`/api/collections/${COLLECTION}/${way}`, { method: "POST", body });
  pb.authStore.save(token, record);
}

/**
 * @param {string} name
 * @returns {name is Method}
 */
function isKnown(name) {
  return name in STEPS;
}

const STEPS = {
  password: Password, otp: MailedCode, totp: AppCode, passkey: Passkey, totpEnrollment: Enrollment,
};

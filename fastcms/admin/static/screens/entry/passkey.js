// Signing in with what the device keeps.

import { pb } from "../../core/client.js";

const ROUTE = "/api/collections/_superusers/auth-with-passkey";

/** @typedef {{ record: import("../../core/client.js").RecordModel, token: string }} SignedIn */

/**
 * @param {string} [mfaId]  of a sign-in that it completes
 * @returns {Promise<SignedIn>}
 */
export async function showPasskey(mfaId) {
  const body = mfaId ? { mfaId } : {};
  const { publicKey } = await pb.send(`${ROUTE}/options`, { method: "POST", body });
  const options = PublicKeyCredential.parseRequestOptionsFromJSON(publicKey);
  const credential = await navigator.credentials.get({ publicKey: options });
  const shown = /** @type {PublicKeyCredential} */ (credential).toJSON();
  return pb.send(ROUTE, { method: "POST", body: { ...body, credential: shown } });
}

// What can be asked of a collection over HTTP, with an example of each.

import { kindsOf, ruleOf, stateOf } from "../rules/kinds.js";
import { exampleBody, exampleRecord } from "./example.js";

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("../../core/language.js").Key} Key */
/** @typedef {{ status: number, body: unknown }} Reply */
/**
 * @typedef {object} Operation
 * @property {string} name  in the address
 * @property {string} method
 * @property {string} path
 * @property {boolean} isOn  whether the server answers it at all
 * @property {import("../rules/kinds.js").State | "signedIn"} needs  what it takes
 * @property {string} [rule]
 * @property {readonly [name: string, text: Key][]} [params]  of the path and the query
 * @property {Record<string, string>} [query]  of the example
 * @property {Record<string, unknown>} [body]
 * @property {string} call  of the official client, behind `pb`
 * @property {readonly Reply[]} replies
 */

const ID = "RECORD_ID";
/** @type {[string, Key]} */
const RECORD = ["id", "apiParam_id"];
/** @type {[string, Key][]} */
const SHAPED = [["expand", "apiParam_expand"], ["fields", "apiParam_fields"]];
/** @type {[string, Key][]} */
const LISTED = [
  ["page", "apiParam_page"], ["perPage", "apiParam_perPage"], ["sort", "apiParam_sort"], ["filter", "apiParam_filter"],
  ...SHAPED, ["skipTotal", "apiParam_skipTotal"],
];

/** @param {number} status @param {string} message @param {Record<string, unknown>} [data] @returns {Reply} */
const fault = (status, message, data = {}) => ({ status, body: { status, message, data } });
const NOT_FOUND = fault(404, "The requested resource wasn't found.");
const FORBIDDEN = fault(403, "Only superusers can perform this action.");
const REQUIRED = { code: "validation_required", message: "Cannot be blank." };
const DONE = { status: 204, body: null };

/**
 * @param {CollectionModel} collection
 * @param {{ batch: boolean }} server  what its settings allow
 * @returns {Operation[]}
 */
export function operationsOf(collection, { batch }) {
  const rules = new Map(kindsOf(collection).map(({ name }) => [name, ruleOf(collection, name)]));
  /** @param {string} name */
  const under = (name) => ({ isOn: true, needs: stateOf(rules.get(name) ?? null), rule: rules.get(name) ?? "" });
  const path = `/api/collections/${collection.name}/records`;
  const own = `pb.collection(${JSON.stringify(collection.name)})`;
  const record = exampleRecord(collection);
  const body = exampleBody(collection);
  const [field = "id"] = Object.keys(body);
  /** @type {Operation[]} */
  const reading = [
    {
      name: "list", method: "GET", path, ...under("listRule"), params: LISTED, query: { page: "1", perPage: "20", sort: "-id" },
      call: `${own}.getList(1, 20, { sort: "-id" })`,
      replies: [
        { status: 200, body: { page: 1, perPage: 20, totalItems: 1, totalPages: 1, items: [record] } },
        fault(400, "Something went wrong while processing your request."), FORBIDDEN,
      ],
    },
    {
      name: "view", method: "GET", path: `${path}/${ID}`, ...under("viewRule"), params: [RECORD, ...SHAPED],
      call: `${own}.getOne("${ID}")`, replies: [{ status: 200, body: record }, FORBIDDEN, NOT_FOUND],
    },
  ];
  if (collection.type === "view") return reading;
  /** @type {Operation[]} */
  const writing = [
    {
      name: "create", method: "POST", path, ...under("createRule"), params: SHAPED, body, call: `${own}.create(${literal(body)})`,
      replies: [{ status: 200, body: record }, fault(400, "Failed to create record.", { [field]: REQUIRED }), FORBIDDEN],
    },
    {
      name: "update", method: "PATCH", path: `${path}/${ID}`, ...under("updateRule"), params: [RECORD, ...SHAPED],
      body: firstOf(body), call: `${own}.update("${ID}", ${literal(firstOf(body))})`,
      replies: [{ status: 200, body: record }, fault(400, "Failed to update record.", { [field]: REQUIRED }), FORBIDDEN, NOT_FOUND],
    },
    {
      name: "delete", method: "DELETE", path: `${path}/${ID}`, ...under("deleteRule"), params: [RECORD], call: `${own}.delete("${ID}")`,
      replies: [DONE, fault(400, "Failed to delete record. Make sure that the record is not part of a required relation reference."), FORBIDDEN, NOT_FOUND],
    },
    {
      name: "realtime", method: "GET", path: "/api/realtime", ...under("listRule"),
      call: `${own}.subscribe("*", ({ action, record }) => console.log(action, record))`,
      replies: [{ status: 200, body: { action: "create", record } }],
    },
    {
      name: "batch", method: "POST", path: "/api/batch", ...under("createRule"), isOn: batch,
      body: { requests: [{ method: "POST", url: path, body }, { method: "DELETE", url: `${path}/${ID}` }] },
      call: "batch.send()",
      replies: [
        { status: 200, body: [{ status: 200, body: record }, { status: 204, body: null }] },
        fault(400, "Batch transaction failed.", { requests: { 1: { code: "batch_request_failed", message: "Batch request failed.", response: NOT_FOUND.body } } }),
        fault(403, "Batch requests are not allowed."),
      ],
    },
  ];
  return [...reading, ...writing, ...(collection.type === "auth" ? signingIn(collection, own, record) : [])];
}

/**
 * @param {CollectionModel} collection
 * @param {string} own
 * @param {Record<string, unknown>} record
 * @returns {Operation[]}
 */
function signingIn(collection, own, record) {
  const path = `/api/collections/${collection.name}`;
  const isPassword = collection.passwordAuth?.enabled === true;
  const identity = collection.passwordAuth?.identityFields?.[0] === "username" ? "ann" : "ann@example.com";
  const [password, email] = ["NEW_PASSWORD", "ann@example.com"];
  const signedIn = { status: 200, body: { token: "TOKEN", record } };
  const failed = fault(400, "Failed to authenticate.");
  /**
   * @param {string} name @param {Record<string, unknown>} body @param {string} call
   * @param {Partial<Operation>} [rest]
   * @returns {Operation}
   */
  const post = (name, body, call, rest = {}) => ({
    name, method: "POST", path: `${path}/${name}`, isOn: true, needs: "open", body, call: `${own}.${call}`, replies: [DONE, fault(400, "An error occurred while validating the submitted data.")], ...rest,
  });
  return [
    {
      name: "auth-methods", method: "GET", path: `${path}/auth-methods`, isOn: true, needs: "open", call: `${own}.listAuthMethods()`,
      replies: [{ status: 200, body: {
        password: { enabled: isPassword, identityFields: collection.passwordAuth?.identityFields ?? [] },
        oauth2: { enabled: collection.oauth2?.enabled === true, providers: [] },
        mfa: { enabled: collection.mfa?.enabled === true, duration: collection.mfa?.duration ?? 0 },
        otp: { enabled: collection.otp?.enabled === true, duration: collection.otp?.duration ?? 0 },
      } }],
    },
    post("auth-with-password", { identity, password: "PASSWORD" }, `authWithPassword("${identity}", "PASSWORD")`,
      { isOn: isPassword, params: SHAPED, replies: [signedIn, failed] }),
    post("auth-with-oauth2", { provider: "google", code: "CODE", codeVerifier: "VERIFIER", redirectURL: "https://example.com/redirect" },
      'authWithOAuth2({ provider: "google" })', { isOn: collection.oauth2?.enabled === true, params: SHAPED, replies: [signedIn, failed] }),
    post("request-otp", { email }, `requestOTP("${email}")`, { isOn: collection.otp?.enabled === true, replies: [{ status: 200, body: { otpId: "OTP_ID" } }, failed] }),
    post("auth-with-otp", { otpId: "OTP_ID", password: "123456" }, 'authWithOTP("OTP_ID", "123456")',
      { isOn: collection.otp?.enabled === true, params: SHAPED, replies: [signedIn, failed] }),
    post("auth-refresh", {}, "authRefresh()", { needs: "signedIn", replies: [signedIn, fault(401, "The request requires valid record authorization token.")] }),
    post("request-verification", { email }, `requestVerification("${email}")`),
    post("confirm-verification", { token: "TOKEN_OF_THE_MAIL" }, 'confirmVerification("TOKEN_OF_THE_MAIL")'),
    post("request-password-reset", { email }, `requestPasswordReset("${email}")`, { isOn: isPassword }),
    post("confirm-password-reset", { token: "TOKEN_OF_THE_MAIL", password, passwordConfirm: password },
      `confirmPasswordReset("TOKEN_OF_THE_MAIL", "${password}", "${password}")`, { isOn: isPassword }),
    post("request-email-change", { newEmail: "new@example.com" }, 'requestEmailChange("new@example.com")', { needs: "signedIn" }),
    post("confirm-email-change", { token: "TOKEN_OF_THE_MAIL", password: "PASSWORD" }, 'confirmEmailChange("TOKEN_OF_THE_MAIL", "PASSWORD")'),
  ];
}

/** @param {Record<string, unknown>} body */
function firstOf(body) {
  return Object.fromEntries(Object.entries(body).slice(0, 1));
}

/** @param {unknown} value  as JavaScript writes it */
export function literal(value) {
  return JSON.stringify(value, null, 2).replace(/^(\s*)"([a-zA-Z_]\w*)":/gm, "$1$2:");
}

// An operation as people write it: for curl, for the official JavaScript client, for Python.

import { base } from "../../core/client.js";
import { literal } from "./operations.js";

/** @typedef {import("./operations.js").Operation} Operation */

export const LANGUAGES = /** @type {const} */ ({ curl: "curl", javascript: "JavaScript", python: "Python" });
/** @typedef {keyof typeof LANGUAGES} Language */

/**
 * @param {Operation} operation
 * @param {Language} language
 * @param {string} collection
 */
export function exampleIn(operation, language, collection) {
  if (language === "curl") return operation.name === "realtime" ? curlStream(operation, collection) : curl(operation);
  if (language === "javascript") return javascript(operation, collection);
  return operation.name === "realtime" ? pythonStream(operation, collection) : python(operation);
}

/** @param {Operation} operation */
function needsToken({ needs }) {
  return needs !== "open";
}

/** @param {Operation} operation */
function urlOf({ path, query }) {
  return `${base}${path}${query ? `?${new URLSearchParams(query)}` : ""}`;
}

/** @param {string} text  for a shell */
function quoted(text) {
  return `'${text.replace(/'/g, "'\\''")}'`;
}

/** @param {Operation} operation */
function curl(operation) {
  const { method, body } = operation;
  return [
    `curl ${method === "GET" ? "" : `-X ${method} `}${quoted(urlOf(operation))}`,
    ...(needsToken(operation) ? [`-H ${quoted("Authorization: TOKEN")}`] : []),
    ...(body ? [`-H ${quoted("Content-Type: application/json")}`, `-d ${quoted(JSON.stringify(body, null, 2))}`] : []),
  ].join(" \\\n  ");
}

/** @param {Operation} operation @param {string} collection */
function curlStream(operation, collection) {
  const subscribing = { ...operation, method: "POST", body: { clientId: "CLIENT_ID", subscriptions: [`${collection}/*`] } };
  return `# Its first message has the clientId:\ncurl -N ${quoted(urlOf(operation))}\n\n# In another terminal:\n${curl(subscribing)}`;
}

/** @param {Operation} operation @param {string} collection */
function javascript(operation, collection) {
  const { name, call, body } = operation;
  const signIn = needsToken(operation)
    ? `await pb.collection("${operation.needs === "locked" ? "_superusers" : operation.needs === "signedIn" ? collection : "users"}").authWithPassword("ann@example.com", "PASSWORD");\n`
    : "";
  const head = `import PocketBase from "pocketbase";\n\nconst pb = new PocketBase(${JSON.stringify(base)});\n${signIn}\n`;
  if (name === "batch") {
    const [create] = /** @type {{ body: unknown }[]} */ (body?.requests ?? []);
    const own = `batch.collection(${JSON.stringify(collection)})`;
    return `${head}const batch = pb.createBatch();\n${own}.create(${literal(create?.body)});\n${own}.delete("RECORD_ID");\nconst answer = await ${call};\n`;
  }
  if (name === "realtime") return `${head}await ${call};\n`;
  return `${head}const answer = await ${call};\n`;
}

/** @param {Operation} operation */
function python(operation) {
  const { method, path, query, body } = operation;
  const parts = [
    JSON.stringify(`${base}${path}`),
    ...(query ? [`params=${pythonic(query, 1)}`] : []),
    ...(needsToken(operation) ? ['headers={"Authorization": "TOKEN"}'] : []),
    ...(body ? [`json=${pythonic(body, 1)}`] : []),
  ];
  const end = method === "DELETE" ? "" : "print(answer.json())\n";
  return `import httpx\n\nanswer = httpx.${method.toLowerCase()}(\n${parts.map((part) => `    ${part},\n`).join("")})\nanswer.raise_for_status()\n${end}`;
}

/** @param {Operation} operation @param {string} collection */
function pythonStream(operation, collection) {
  const headers = needsToken(operation) ? ', headers={"Authorization": "TOKEN"}' : "";
  return `import json

import httpx

url = ${JSON.stringify(urlOf(operation))}
with httpx.stream("GET", url, timeout=None) as stream:
    for line in stream.iter_lines():
        if not line.startswith("data:"):
            continue
        message = json.loads(line.removeprefix("data:"))
        if "clientId" in message:
            wanted = {"clientId": message["clientId"], "subscriptions": ["${collection}/*"]}
            httpx.post(url, json=wanted${headers}).raise_for_status()
        else:
            print(message["action"], message["record"])
`;
}

/**
 * A value as Python writes it.
 * @param {unknown} value
 * @param {number} depth
 * @returns {string}
 */
function pythonic(value, depth) {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const indent = "    ".repeat(depth + 1);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const items = Array.isArray(value)
    ? value.map((item) => pythonic(item, depth + 1))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${pythonic(item, depth + 1)}`);
  if (!items.length) return `${open}${close}`;
  return `${open}\n${items.map((item) => `${indent}${item},\n`).join("")}${"    ".repeat(depth)}${close}`;
}

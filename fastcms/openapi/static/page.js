// Shows the OpenAPI document of this server. Whatever comes from it becomes text, never markup.

const DOCUMENT = "/api/openapi.json";
const SIGN_IN = "/api/collections/_superusers/auth-with-password";
const SIGN_OUT = "/api/collections/_superusers/auth-logout";
// What was signed in for here; other tokens are not kept.
const KEPT = "fastcms_docs_token";
// Where PocketBase's dashboard keeps who is signed in.
const DASHBOARD = "__pb_superuser_auth__";
const SHOWN = 200_000; // characters of an answer
const DEEPEST = 4; // levels of a body that is proposed

const byId = (id) => document.getElementById(id);

let token = "";
let spec = null;

/** An element with attributes and children; texts among the children stay texts. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// ---- signing in

function keptToken() {
  const kept = sessionStorage.getItem(KEPT);
  if (kept) return kept;
  try {
    return JSON.parse(localStorage.getItem(DASHBOARD))?.token ?? "";
  } catch {
    return "";
  }
}

async function signIn(identity, password) {
  const answer = await fetch(SIGN_IN, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ identity, password }),
  });
  const body = await answer.json();
  if (answer.ok) {
    sessionStorage.setItem(KEPT, body.token);
    return body.token;
  }
  throw new Error(
    body.mfaId
      ? "This account needs a second factor: sign in elsewhere and give its token here."
      : body.message,
  );
}

async function open(given) {
  const answer = await fetch(DOCUMENT, { headers: { Authorization: given } });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.message);
  token = given;
  spec = body;
  show();
}

function ask(problem = "") {
  byId("viewer").hidden = true;
  byId("sign-in").hidden = false;
  byId("error").textContent = problem;
  byId("email").focus();
}

async function attempt(form, work) {
  const button = form.querySelector("button");
  button.disabled = true;
  byId("error").textContent = "";
  try {
    await open(await work());
    form.reset();
  } catch (error) {
    ask(error instanceof TypeError ? "The server does not answer." : error.message);
  } finally {
    button.disabled = false;
  }
}

// ---- the list of operations

function show() {
  byId("sign-in").hidden = true;
  byId("viewer").hidden = false;
  byId("title").textContent = spec.info.title;
  byId("search").value = "";
  const groups = new Map(spec.tags.map((tag) => [tag.name, []]));
  for (const [path, methods] of Object.entries(spec.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      groups.get(operation.tags[0]).push({ method: method.toUpperCase(), path, operation });
    }
  }
  byId("groups").replaceChildren();
  byId("content").replaceChildren();
  let number = 0;
  for (const [name, operations] of groups) {
    addGroup(`group-${++number}`, name, operations.map(operationItem));
  }
  const schemas = Object.entries(spec.components.schemas);
  addGroup("schemas", "Schemas", schemas.map(([name, schema]) => schemaItem(name, schema)));
}

function addGroup(id, name, items) {
  const section = make("section", { id }, make("h2", {}, name), ...items);
  byId("content").append(section);
  byId("groups").append(make("li", {}, make("a", { href: `#${id}` }, name)));
}

/** A part that is made when it is opened for the first time. */
function item(attributes, summary, content) {
  const details = make("details", attributes, make("summary", {}, ...summary));
  details.addEventListener("toggle", () => {
    if (details.childElementCount === 1) details.append(make("div", {}, ...content()));
  });
  return details;
}

function operationItem({ method, path, operation }) {
  const summary = [
    make("span", { class: "method" }, method),
    make("span", { class: "path" }, path),
    make("span", { class: "quiet" }, operation.summary),
  ];
  const attributes = { "data-text": `${method} ${path} ${operation.summary}`.toLowerCase() };
  return item(attributes, summary, () => operationContent(method, path, operation));
}

function schemaItem(name, schema) {
  const summary = [make("span", { class: "path" }, name)];
  return item({ "data-text": name.toLowerCase() }, summary, () => [
    make("pre", {}, typeText(schema, 0)),
  ]);
}

function find(text) {
  const wanted = text.trim().toLowerCase();
  for (const section of byId("content").children) {
    let found = 0;
    for (const details of section.querySelectorAll("details")) {
      details.hidden = !details.dataset.text.includes(wanted);
      found += !details.hidden;
    }
    section.hidden = found === 0;
  }
}

// ---- one operation

function operationContent(method, path, operation) {
  const parts = [make("p", { class: "quiet" }, operation.description ?? "")];
  const form = make("form", {}, make("h3", {}, "Try it"));
  const inputs = (operation.parameters ?? []).map((parameter) => {
    const input = make("input", { autocomplete: "off", spellcheck: "false" });
    if (parameter.required) input.required = true;
    const says = parameter.description ? ` — ${parameter.description}` : "";
    form.append(make("label", {}, `${parameter.name} (${parameter.in})${says}`, input));
    return { parameter, input };
  });
  const [type, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  let body = null;
  if (type) {
    parts.push(make("h3", {}, `Body: ${type}`), make("pre", {}, typeText(media.schema, 0, true)));
    if (type === "application/json") {
      body = make("textarea", { spellcheck: "false" });
      body.value = JSON.stringify(sample(media.schema, 0), null, 2);
      form.append(make("label", {}, "Body", body));
    }
  }
  for (const [status, answer] of Object.entries(operation.responses)) {
    const schema = Object.values(answer.content ?? {})[0]?.schema;
    if (status === "default") continue;
    parts.push(make("h3", {}, `Answer: ${status}`));
    if (schema) parts.push(make("pre", {}, typeText(schema, 0, true)));
  }

  const who = make("select", {}, ...["this superuser", "a guest"].map((w) => make("option", {}, w)));
  const curl = make("pre", { class: "curl" });
  const script = make("pre", { class: "script" });
  const output = make("pre", { class: "output", role: "status" });
  const button = make("button", { type: "submit" }, "Send");
  form.append(make("label", {}, "As", who), button, output);
  const request = () => ({
    method,
    address: address(path, inputs),
    body: body?.value.trim() || null,
    type,
    isGuest: who.selectedIndex === 1,
  });
  const update = () => {
    curl.textContent = curlText(request());
    script.textContent = scriptText(request());
  };
  form.addEventListener("input", update);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    output.textContent = "…";
    output.textContent = await send(request());
    button.disabled = false;
  });
  update();
  return [
    ...parts,
    make("h3", {}, "curl"),
    curl,
    make("h3", {}, "JavaScript"),
    script,
    // A form cannot send files or bytes here, and a stream has no end.
    ...((type && !body) || path === "/api/realtime" ? [] : [form]),
  ];
}

function address(path, inputs) {
  const query = new URLSearchParams();
  let filled = path;
  for (const { parameter, input } of inputs) {
    if (parameter.in === "path") {
      // As a function: `$&` in a replacement would stand for something else.
      filled = filled.replace(`{${parameter.name}}`, (found) =>
        input.value ? encodeURIComponent(input.value) : found,
      );
    } else if (input.value) {
      query.append(parameter.name, input.value);
    }
  }
  const text = query.toString();
  return text ? `${filled}?${text}` : filled;
}

async function send({ method, address, body, type, isGuest }) {
  const headers = {};
  if (!isGuest) headers.Authorization = token;
  if (body) headers["Content-Type"] = type;
  try {
    const answer = await fetch(address, { method, headers, body: body ?? undefined });
    const text = await answer.text();
    return `${answer.status} ${answer.statusText}\n\n${pretty(text).slice(0, SHOWN)}`;
  } catch {
    return "The server does not answer.";
  }
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

// ---- texts to copy; the token stays out of them

function curlText({ method, address, body, type, isGuest }) {
  const lines = [`curl -X ${method} ${quoted(location.origin + address)}`];
  if (!isGuest) lines.push('-H "Authorization: $TOKEN"');
  if (type) lines.push(`-H ${quoted(`Content-Type: ${type}`)}`);
  if (body) lines.push(`-d ${quoted(body)}`);
  return lines.join(" \\\n  ");
}

/** A text for the shell, in which nothing of it means anything. */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function scriptText({ method, address, body, type, isGuest }) {
  const headers = [];
  if (!isGuest) headers.push("Authorization: token");
  if (type) headers.push(`"Content-Type": ${JSON.stringify(type)}`);
  const lines = [`  method: ${JSON.stringify(method)},`, `  headers: { ${headers.join(", ")} },`];
  if (body) lines.push(`  body: ${JSON.stringify(body)},`);
  const url = JSON.stringify(location.origin + address);
  return `const answer = await fetch(${url}, {\n${lines.join("\n")}\n});\nawait answer.json();`;
}

// ---- schemas as text and as samples

function resolved(schema) {
  const name = schema.$ref?.split("/").at(-1);
  return name && Object.hasOwn(spec.components.schemas, name)
    ? spec.components.schemas[name]
    : schema;
}

function typeText(schema, depth, follow = false) {
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1);
    return follow ? `${name} ${typeText(resolved(schema), depth)}` : name;
  }
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.anyOf) return schema.anyOf.map((choice) => typeText(choice, depth)).join(" | ");
  if (Array.isArray(schema.type)) return schema.type.join(" | ");
  if (schema.type === "array") return `list of ${typeText(schema.items, depth, follow)}`;
  if (schema.type === "object" && schema.properties) {
    const inside = "  ".repeat(depth + 1);
    const lines = Object.entries(schema.properties).map(([name, value]) => {
      const mark = schema.required?.includes(name) ? "" : "?";
      const says = value.description ? `  — ${value.description.replaceAll("\n", " ")}` : "";
      return `${inside}${name}${mark}: ${typeText(value, depth + 1)}${says}`;
    });
    return `{\n${lines.join("\n")}\n${"  ".repeat(depth)}}`;
  }
  return schema.type ?? "anything";
}

/** A body to begin with: what is required. */
function sample(schema, depth) {
  const found = resolved(schema);
  if ("const" in found) return found.const;
  if (found.enum) return found.enum[0];
  if (found.anyOf) return sample(found.anyOf[0], depth);
  if (found.type === "array") {
    return depth < DEEPEST && found.items ? [sample(found.items, depth + 1)] : [];
  }
  if (found.type === "object") {
    if (depth >= DEEPEST) return {};
    const names = Object.entries(found.properties ?? {});
    const wanted = names.filter(([name]) => found.required?.includes(name));
    return Object.fromEntries(wanted.map(([name, value]) => [name, sample(value, depth + 1)]));
  }
  return { string: "", boolean: false, integer: 0, number: 0 }[found.type] ?? null;
}

// ---- begin

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(event.target, () => signIn(byId("email").value, byId("password").value));
});
byId("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(event.target, async () => byId("token").value.trim());
});
byId("sign-out").addEventListener("click", () => {
  // A session that began elsewhere goes on there.
  if (sessionStorage.getItem(KEPT) === token) {
    fetch(SIGN_OUT, { method: "POST", headers: { Authorization: token } }).catch(() => {});
  }
  token = "";
  spec = null;
  sessionStorage.removeItem(KEPT);
  byId("groups").replaceChildren();
  byId("content").replaceChildren();
  ask();
});
byId("search").addEventListener("input", (event) => find(event.target.value));

const kept = keptToken();
if (kept) {
  // One that is over is no news to anybody.
  open(kept).catch(() => ask());
} else {
  ask();
}

// Shows the form for the first superuser when the address holds an installer's token.

const INSTALL = "#/pbinstall/";
const RECORDS = "/api/collections/_superusers/records";

const byId = (id) => document.getElementById(id);

function show(name) {
  for (const section of ["welcome", "install", "done"]) {
    byId(section).hidden = section !== name;
  }
}

function start() {
  byId("api").firstElementChild.textContent = `${location.origin}/api/`;
  const installing = location.hash.startsWith(INSTALL);
  show(installing ? "install" : "welcome");
  if (installing) byId("email").focus();
}

function complain(problems, general) {
  for (const input of byId("form").elements) {
    if (!input.name) continue;
    const text = problems[input.name]?.message ?? "";
    byId(`${input.name}-error`).textContent = text;
    input.setAttribute("aria-invalid", String(text !== ""));
  }
  byId("form-error").textContent = general;
  byId("form").querySelector("[aria-invalid=true]")?.focus();
}

function findProblems({ email, password, passwordConfirm }) {
  const problems = {};
  if (!byId("email").checkValidity()) problems.email = { message: "Enter an email address." };
  if (password.length < 8) problems.password = { message: "Use at least 8 characters." };
  if (password !== passwordConfirm) {
    problems.passwordConfirm = { message: "The two passwords differ." };
  }
  return problems;
}

async function create(values) {
  const token = location.hash.slice(INSTALL.length);
  const response = await fetch(RECORDS, {
    method: "POST",
    headers: { "Authorization": token, "Content-Type": "application/json" },
    body: JSON.stringify(values),
  });
  if (response.ok) return;
  const error = await response.json();
  if (response.status === 401 || response.status === 403) {
    throw Object.assign(new Error(
      "This link has expired or was used already. Start the server again for a new one, " +
      "or run: fastcms superuser upsert EMAIL PASSWORD",
    ), { problems: {} });
  }
  const known = Object.keys(error.data).length > 0;
  throw Object.assign(new Error(known ? "" : error.message), { problems: error.data });
}

function finish(email) {
  // The token is of no use any more; keep it out of the history.
  history.replaceState(null, "", location.pathname);
  byId("done-email").textContent = email;
  byId("done-curl").textContent =
    `curl ${location.origin}/api/collections/_superusers/auth-with-password \\\n` +
    `  -H 'Content-Type: application/json' \\\n` +
    `  -d '{"identity":"${email}","password":"YOUR PASSWORD"}'`;
  byId("done-sdk").textContent =
    `import PocketBase from "pocketbase";\n\n` +
    `const pb = new PocketBase("${location.origin}");\n` +
    `await pb.collection("_superusers")\n` +
    `  .authWithPassword("${email}", "YOUR PASSWORD");\n` +
    `console.log(await pb.collections.getFullList());`;
  show("done");
  byId("done").querySelector("h1").focus();
}

byId("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const values = Object.fromEntries(new FormData(event.target));
  const problems = findProblems(values);
  complain(problems, "");
  if (Object.keys(problems).length) return;
  const button = event.target.querySelector("button");
  button.disabled = true;
  try {
    await create(values);
    finish(values.email);
  } catch (error) {
    complain(error.problems ?? {}, error.problems ? error.message : "The server does not answer.");
  } finally {
    button.disabled = false;
  }
});

addEventListener("hashchange", start);
start();

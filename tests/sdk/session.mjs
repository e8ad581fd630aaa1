// What an app does through the official SDK, against a server with the library of library.py.
//
//     node session.mjs SDK_FILE SERVER_URL
//
// Fails on the first wrong answer. Prints, as JSON, what must be in the data directory afterwards.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

const [sdkFile, url] = process.argv.slice(2);
const { default: PocketBase, ClientResponseError } = await import(pathToFileURL(sdkFile).href);

const ROOT = ["root@example.com", "root-password-1"];
const PASSWORD = "reader-password-1";
const NEW_PASSWORD = "reader-password-2";
const rid = (name) => name.padEnd(15, "0");

/** What the reference has to find when it opens the directory. */
const left = { records: [], gone: [], collections: [], counts: {}, signIns: [], settings: {} };

function client() {
  const pb = new PocketBase(url);
  pb.autoCancellation(false);
  return pb;
}

function kept(record) {
  const { expand, ...values } = record;
  left.records.push(values);
  return record;
}

/** The promise has to be refused with this status, message (or a pattern of it) and data. */
async function refused(promise, status, message, data = {}) {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof ClientResponseError, `${error}`);
    assert.equal(error.status, status, JSON.stringify(error.response));
    assert.deepEqual(error.response.data, data);
    (message instanceof RegExp ? assert.match : assert.equal)(error.response.message, message);
    return;
  }
  assert.fail(`expected ${status} ${message}`);
}

const code = (code, message, params) => ({ code, message, ...(params && { params }) });
const BLANK = code("validation_required", "Cannot be blank.");
const NOT_UNIQUE = code("validation_not_unique", "Value must be unique.");
const NOT_FOUND = "The requested resource wasn't found.";
const GENERIC = "Something went wrong while processing your request.";

// -- superuser: sign-in, collections, settings ---------------------------------------------------

const root = client();
await refused(
  root.collection("_superusers").authWithPassword(ROOT[0], "wrong"), 400, "Failed to authenticate.",
);
const rootSession = await root.collection("_superusers").authWithPassword(...ROOT);
assert.equal(rootSession.record.email, ROOT[0]);
assert.ok(root.authStore.isValid && root.authStore.isSuperuser);
await root.collection("_superusers").authRefresh();
assert.equal((await root.health.check()).data.canBackup, true);

const all = await root.collections.getFullList({ sort: "name" });
assert.equal(all.length, 19);
assert.deepEqual(all.map((one) => one.name), all.map((one) => one.name).sort());
const few = await root.collections.getList(2, 3, { filter: "system = false", sort: "-name" });
assert.deepEqual([few.page, few.perPage, few.totalItems, few.items.length], [2, 3, 14, 3]);
const books = await root.collections.getOne("books");
assert.equal(books.fields.find((field) => field.name === "pages").onlyInt, true);

const gadgets = await root.collections.create({
  name: "gadgets",
  type: "base",
  listRule: "owner = @request.auth.id",
  viewRule: "owner = @request.auth.id",
  createRule: "@request.auth.id != '' && @request.body.owner = @request.auth.id",
  updateRule: "owner = @request.auth.id",
  deleteRule: "owner = @request.auth.id",
  fields: [
    { type: "text", name: "name", required: true, max: 20 },
    { type: "number", name: "weight", min: 1 },
    { type: "select", name: "colours", values: ["red", "green"], maxSelect: 2 },
    { type: "relation", name: "owner", collectionId: "_pb_users_auth_", maxSelect: 1 },
    { type: "relation", name: "parts", collectionId: books.id, maxSelect: 5 },
    { type: "json", name: "extra" },
    { type: "geoPoint", name: "where" },
    { type: "autodate", name: "created", onCreate: true },
    { type: "autodate", name: "updated", onCreate: true, onUpdate: true },
  ],
  indexes: ["CREATE UNIQUE INDEX idx_gadgets_name ON gadgets (name)"],
});
assert.equal(gadgets.fields[0].name, "id");
assert.equal(gadgets.indexes.length, 1);

const changed = await root.collections.update("gadgets", {
  fields: gadgets.fields
    .map((field) => (field.name === "extra" ? { ...field, name: "notes" } : field))
    .concat([{ type: "bool", name: "sold" }, { type: "date", name: "bought" }]),
});
assert.ok(changed.fields.some((field) => field.name === "notes"));
left.collections.push(changed);

const tags = await root.collections.getOne("tags");
left.collections.push(await root.collections.update("tags", {
  fields: [...tags.fields, { type: "text", name: "colour", pattern: "^#[0-9a-f]{6}$" }],
  createRule: "@request.auth.id != ''",
  deleteRule: null,
}));
const countries = await root.collections.getOne("countries");
left.collections.push(await root.collections.update("countries", {
  name: "lands",
  fields: countries.fields.map((field) => (field.name === "name" ? { ...field, name: "title" } : field)),
}));
left.collections.push(await root.collections.create({
  name: "customers", type: "auth", createRule: "", authRule: "",
  fields: [{ type: "text", name: "company" }],
}));

await refused(root.collections.create({ name: "" }), 400, "Failed to create collection.", { name: BLANK });
await refused(root.collections.create({ name: "BOOKS" }), 400, "Failed to create collection.", {
  name: code("validation_collection_name_exists", "Collection name must be unique (case insensitive)."),
});
await refused(
  root.collections.create({
    name: "wrong", listRule: "nothing = 1",
    fields: [{ type: "text", name: "a", min: -1 }, { type: "select", name: "b" }],
  }),
  400, "Failed to create collection.",
  {
    fields: {
      1: { min: code("validation_min_greater_equal_than_required", "Must be no less than 0.", { threshold: 0 }) },
      2: { values: BLANK },
    },
    listRule: code(
      "validation_invalid_rule",
      'Invalid rule. Raw error: invalid left operand "nothing" - unknown field "nothing".',
    ),
  },
);
await refused(root.collections.getOne("wrong"), 404, NOT_FOUND);
// The reference names the referrers in random order.
await refused(root.collections.delete("books"), 400, /existing reference in (\w+, )*reviews/);
await refused(root.collections.delete("branches"), 400, /existing reference in (loans|staff), (loans|staff)\.$/);
await root.collections.create({ name: "scratch" });
await root.collection("scratch").create({});
await root.collections.truncate("scratch");
assert.equal((await root.collection("scratch").getList()).totalItems, 0);
await root.collections.delete("scratch");
await refused(root.collections.getOne("scratch"), 404, NOT_FOUND);

const settings = await root.settings.update({ meta: { appName: "Library" } });
assert.equal(settings.meta.appName, "Library");
left.settings = { appName: (await root.settings.getAll()).meta.appName };
await refused(root.settings.update({ meta: { appName: "" } }), 400,
  "An error occurred while saving the new settings.", { meta: { appName: BLANK } });

// -- guest ---------------------------------------------------------------------------------------

const guest = client();
await refused(guest.collections.getList(), 401, "The request requires valid record authorization token.");
await refused(guest.settings.getAll(), 401, "The request requires valid record authorization token.");
await refused(guest.collection("vault").getList(), 403, "Only superusers can perform this action.");
await refused(guest.collection("nothing").getList(), 404, "Missing collection context.");
await refused(guest.collection("books").getOne("nothing"), 404, NOT_FOUND);
await refused(guest.collection("books").create({ title: "x", author: rid("author1") }), 400, "Failed to create record.");
await refused(guest.collection("books").getList(1, 5, { filter: "title =" }), 400, GENERIC);
await refused(guest.collection("books").getList(1, 5, { sort: "nothing" }), 400, GENERIC);
await refused(guest.collection("books").getList(1, 5, { filter: "@request.auth.id = ''" }), 403,
  "Only superusers can filter by @request.");
const methods = await guest.collection("staff").listAuthMethods();
assert.deepEqual(methods.password, { identityFields: ["email", "badge"], enabled: true });

assert.equal((await guest.collection("branches").getList()).totalItems, 0);
assert.equal((await guest.collection("branches").getList(1, 5, { query: { desk: "main" } })).totalItems, 2);
await refused(guest.collection("branches").getOne(rid("main")), 404, NOT_FOUND);
const main = await guest.collection("branches").getOne(rid("main"), { headers: { "X-Desk": "main" } });
assert.deepEqual(main.place, { lon: 13.4, lat: 52.5 });
await refused(guest.collection("authors").getOne(rid("none")), 404, NOT_FOUND);
assert.equal((await guest.collection("authors").getOne(rid("author1"))).name, "Author 1");

// -- a reader: lists -----------------------------------------------------------------------------

const ada = client();
await refused(ada.collection("users").authWithPassword("ada@example.com", ""), 400,
  "An error occurred while validating the submitted data.", { password: BLANK });
const session = await ada.collection("users").authWithPassword("ada@example.com", PASSWORD);
assert.equal(session.record.name, "Ada");
assert.ok(ada.authStore.isValid && !ada.authStore.isSuperuser);
await refused(ada.collections.getList(), 403, "The authorized record is not allowed to perform this action.");
const refreshed = await ada.collection("users").authRefresh();
assert.equal(refreshed.record.id, rid("ada"));

const page = await ada.collection("books").getList(2, 20, {
  filter: ada.filter("pages > {:pages} && published = true && title ~ {:word}", { pages: 100, word: "Book" }),
  sort: "-pages,title",
});
assert.deepEqual([page.page, page.perPage, page.items.length], [2, 20, 20]);
assert.equal(page.totalPages, Math.ceil(page.totalItems / 20));
const pages = page.items.map((book) => book.pages);
assert.deepEqual(pages, [...pages].sort((a, b) => b - a));
assert.ok(page.items.every((book) => book.published && book.pages > 100));
const untold = await ada.collection("books").getList(1, 5, { skipTotal: true, sort: "title" });
assert.deepEqual([untold.totalItems, untold.totalPages, untold.items.length], [-1, -1, 5]);
const visible = await ada.collection("books").getFullList({ batch: 500, sort: "@rowid" });
// A third is unpublished, and of those she sees the books of the authors that she owns.
const hers = (number) => [0, 3, 6, 9].includes(number % 10);
const expected = [...Array(2500).keys()].filter((number) => number % 3 !== 0 || hers(number));
assert.equal(visible.length, expected.length);
assert.equal(visible[0].id, rid("book0"));
const red = await ada.collection("books").getFirstListItem('tags.title ?= "tag 3" && price < 10', { sort: "price" });
assert.ok(red.tags.includes(rid("tag3x")));
await refused(ada.collection("books").getFirstListItem('title = "no such book"'), 404, NOT_FOUND);
const related = await ada.collection("reviews").getList(1, 50, {
  filter: "book.author.name = 'Author 4' && stars >= 3 && (reader.name = 'Ada' || reader.name = 'Ben')", sort: "id",
});
assert.ok(related.totalItems > 0 && related.items.every((review) => review.stars >= 3));
const mine = await ada.collection("notes").getList(1, 1);
assert.equal(mine.totalItems, 152);
assert.ok(!("mark" in mine.items[0]));
assert.equal((await ada.collection("loans").getList()).totalItems, 1);
assert.equal((await ada.collection("shelves").getList()).totalItems, 1);
assert.equal((await guest.collection("shelves").getList()).totalItems, 0);
assert.equal((await ada.collection("clubs").getList()).totalItems, 1);
const people = await ada.collection("users").getFullList({ sort: "name" });
assert.deepEqual(people.map((one) => one.email), ["ada@example.com", "ben@example.com", undefined]);

// -- a reader: writes ----------------------------------------------------------------------------

const note = await ada.collection("notes").create({ owner: rid("ada"), text: "Grüße & <b>bold</b>", views: 1, mark: "hidden" });
assert.ok(!("mark" in note));
const updated = kept(await ada.collection("notes").update(note.id, { "views+": 4, text: "changed" }));
assert.equal(updated.views, 5);
await refused(ada.collection("notes").create({ owner: rid("ben"), text: "x" }), 400, "Failed to create record.");
await refused(ada.collection("notes").create({ owner: rid("ada") }), 400, "Failed to create record.", { text: BLANK });
await refused(ada.collection("notes").getOne("note00000000001"), 404, NOT_FOUND);
await refused(ada.collection("notes").update("note00000000001", { text: "x" }), 404, NOT_FOUND);
await refused(ada.collection("notes").delete("note00000000001"), 404, NOT_FOUND);
await ada.collection("notes").delete("note00000000003");
left.gone.push(["notes", "note00000000003"]);

const gadget = await ada.collection("gadgets").create({
  id: rid("gadget"), name: "Lamp", weight: 2.5, colours: ["red"], owner: rid("ada"), parts: ["book00000000001"],
  notes: { a: [1, { b: null }] }, where: { lon: 1, lat: -2 }, bought: "2026-01-02 03:04:05.678Z",
});
assert.deepEqual(gadget.notes, { a: [1, { b: null }] });
kept(await ada.collection("gadgets").update(gadget.id, { "colours+": "green", "parts-": "book00000000001", sold: true }));
await refused(ada.collection("gadgets").create({ name: "Lamp", owner: rid("ada") }), 400, "Failed to create record.", { name: NOT_UNIQUE });
await refused(
  ada.collection("gadgets").create({ name: "x".repeat(21), weight: 0.5, colours: ["blue"], owner: rid("ada"), parts: ["none"] }),
  400, "Failed to create record.",
  {
    name: code("validation_max_text_constraint", "Must be no more than 20 character(s).", { max: 20 }),
    weight: code("validation_min_number_constraint", "Must be greater or equal than 1.", { min: 1 }),
    colours: code("validation_invalid_value", "Invalid value blue.", { value: "blue" }),
    parts: code("validation_missing_rel_records", "Failed to find all relation records with the provided ids."),
  },
);
const form = new FormData();
form.append("id", rid("bymultipart"));
form.append("name", "Form");
form.append("weight", "7");
form.append("colours", "red");
form.append("colours", "green");
form.append("owner", rid("ada"));
kept(await ada.collection("gadgets").create(form));
for (let number = 0; number < 20; number += 1) {
  kept(await ada.collection("gadgets").create({ name: `Bulk ${number}`, owner: rid("ada"), weight: number + 1 }));
}

kept(await ada.collection("samples").create({
  id: rid("full"), editor: "<p>a</p>", email: "a@example.com", url: "https://example.com", number: -2.5, bool: true,
  date: "2026-05-06", select: ["b"], json: [1, "two", { three: 3.5 }], relation: [rid("tag1x")], password: "12345", point: { lon: 9, lat: 8 },
}));
await refused(ada.collection("samples").create({ text: "x", email: "x", url: "x", number: 6, password: "1", point: { lat: 91 } }), 400,
  "Failed to create record.",
  {
    text: code("validation_min_text_constraint", "Must be at least 2 character(s).", { min: 2 }),
    email: code("validation_is_email", "Must be a valid email address."),
    url: code("validation_invalid_url", "Must be a valid url."),
    number: code("validation_max_number_constraint", "Must be less or equal than 5.", { max: 5 }),
    password: code("validation_min_text_constraint", "Must be at least 4 character(s)."),
    point: code("validation_invalid_latitude", "Latitude must be between -90 and 90 degrees."),
  });

const review = await ada.collection("reviews").create({ book: "book00000000001", reader: rid("ada"), stars: 4, text: "good" });
kept(await ada.collection("reviews").update(review.id, { stars: 5 }));
await refused(ada.collection("reviews").create({ book: "book00000000001", reader: rid("ben"), stars: 4 }), 400, "Failed to create record.");
await refused(ada.collection("reviews").update(review.id, { book: "book00000000002" }), 404, NOT_FOUND);
kept(await ada.collection("books").create({ title: "Mine", author: rid("author0"), pages: 3, details: { a: 1 } }));
await refused(ada.collection("books").create({ author: rid("author0") }), 400, "Failed to create record.");
await refused(ada.collection("books").update("book00000000001", { title: "x" }), 404, NOT_FOUND);
kept(await ada.collection("books").update("book00000000010", { title: "Owned", tags: [rid("tag2x")] }));
await ada.collection("books").delete("book00000000020");
left.gone.push(["books", "book00000000020"], ["reviews", "review000000020"]);
kept(await ada.collection("tags").create({ title: "fresh", colour: "#00ff00" }));
await refused(ada.collection("tags").create({ title: "FRESH" }), 400, "Failed to create record.", { title: NOT_UNIQUE });
await refused(ada.collection("tags").delete(rid("tag1x")), 403, "Only superusers can perform this action.");
await root.collection("tags").delete(rid("tag1x"));
left.gone.push(["tags", rid("tag1x")]);
// The tag is taken out of what pointed to it.
left.records = left.records.map((record) => (record.id === rid("full") ? { ...record, relation: [], updated: undefined } : record));

const own = await ada.collection("users").update(rid("ada"), { name: "Ada L." });
assert.equal(own.name, "Ada L.");
await refused(ada.collection("users").update(rid("ada"), { email: "other@example.com" }), 400, "Failed to update record.", {
  email: code("validation_values_mismatch", "Values don't match."),
});
await refused(
  ada.collection("users").update(rid("ada"), { oldPassword: "wrong", password: NEW_PASSWORD, passwordConfirm: NEW_PASSWORD }),
  400, "Failed to update record.", { oldPassword: code("validation_invalid_old_password", "Missing or invalid old password.") },
);
await ada.collection("users").update(rid("ada"), { oldPassword: PASSWORD, password: NEW_PASSWORD, passwordConfirm: NEW_PASSWORD });
await refused(ada.collection("users").authRefresh(), 401, "The request requires valid record authorization token.");
await ada.collection("users").authWithPassword("ada@example.com", NEW_PASSWORD);
left.signIns.push(["users", "ada@example.com", NEW_PASSWORD], ["users", "ben@example.com", PASSWORD]);

// -- other accounts ------------------------------------------------------------------------------

await guest.collection("customers").create({ email: "c@example.com", password: PASSWORD, passwordConfirm: PASSWORD, company: "C" });
await guest.collection("customers").authWithPassword("c@example.com", PASSWORD);
left.signIns.push(["customers", "c@example.com", PASSWORD]);
await refused(guest.collection("users").create({ email: "ben@example.com", password: PASSWORD, passwordConfirm: PASSWORD }), 400,
  "Failed to create record.", { email: NOT_UNIQUE });
const staff = client();
await refused(staff.collection("staff").authWithPassword("S2", PASSWORD), 403,
  "The request doesn't satisfy the collection requirements to authenticate.");
await staff.collection("staff").authWithPassword("S1", PASSWORD);
left.signIns.push(["staff", "S1", PASSWORD]);
await refused(staff.collection("users").authRefresh(), 403, "The request requires auth record from staff collection.");
const cleo = client();
await cleo.collection("users").authWithPassword("cleo@example.com", PASSWORD);
kept(await cleo.collection("branches").update(rid("east"), { site: "https://east.example.com" }));
assert.equal((await cleo.collection("loans").getList()).totalItems, 2);

// Deleting a reader takes along what belongs to her alone.
await root.collection("users").delete(rid("cleo"));
left.gone.push(["users", rid("cleo")], ["notes", "note00000000002"]);
await refused(cleo.collection("users").authRefresh(), 401, "The request requires valid record authorization token.");

for (const name of ["users", "books", "reviews", "notes", "tags", "gadgets", "samples", "lands", "customers", "loans"]) {
  left.counts[name] = (await root.collection(name).getList(1, 1)).totalItems;
}
console.log(JSON.stringify(left));

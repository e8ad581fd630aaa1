// What the shipped templates promise, through the official SDK.
//
//     node templates.mjs SDK_FILE SERVER_URL
//
// Fails on the first wrong answer. The templates are applied already.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

const [sdkFile, url] = process.argv.slice(2);
const { default: PocketBase, ClientResponseError } = await import(pathToFileURL(sdkFile).href);

const PASSWORD = "templates-password-1";
const secret = { password: PASSWORD, passwordConfirm: PASSWORD };

function client() {
  const pb = new PocketBase(url);
  pb.autoCancellation(false);
  return pb;
}

async function signedIn(collection, identity) {
  const pb = client();
  await pb.collection(collection).authWithPassword(identity, PASSWORD);
  return pb;
}

async function refused(promise, status) {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof ClientResponseError, `${error}`);
    assert.equal(error.status, status, JSON.stringify(error.response));
    return;
  }
  assert.fail(`expected ${status}`);
}

const titles = async (pb, collection, field = "title") =>
  (await pb.collection(collection).getFullList({ sort: field })).map((record) => record[field]);

const root = client();
await root.collection("_superusers").authWithPassword("root@example.com", "root-password-1");
const guest = client();
const PAST = "2020-01-01 00:00:00.000Z";
const FUTURE = "2999-01-01 00:00:00.000Z";

// -- blog ----------------------------------------------------------------------------------------

await refused(guest.collection("authors").create({ email: "a@example.com", name: "A", ...secret }), 403);
const anna = await root.collection("authors").create({ email: "anna@example.com", name: "Anna", ...secret });
await root.collection("authors").create({ email: "bert@example.com", name: "Bert", ...secret });
const asAnna = await signedIn("authors", "anna@example.com");
const asBert = await signedIn("authors", "bert@example.com");
const uma = await guest.collection("users").create({ email: "uma@example.com", ...secret });
const asUma = await signedIn("users", "uma@example.com");

const news = await root.collection("categories").create({ name: "News", slug: "news" });
await refused(asAnna.collection("categories").create({ name: "Mine", slug: "mine" }), 403);
const tag = await asAnna.collection("tags").create({ name: "First", slug: "first" });
await refused(asUma.collection("tags").create({ name: "Second", slug: "second" }), 400);

const post = (slug, more) => ({
  title: slug, slug, author: anna.id, category: news.id, tags: [tag.id], status: "published", published_at: PAST, ...more,
});
const hello = await asAnna.collection("posts").create(post("hello"));
await asAnna.collection("posts").create(post("later", { published_at: FUTURE }));
const draft = await asAnna.collection("posts").create(post("draft", { status: "draft" }));
await refused(asAnna.collection("posts").create(post("hello")), 400);
await refused(asAnna.collection("posts").create(post("No Slug")), 400);
await refused(asBert.collection("posts").create(post("as-anna")), 400);
await refused(asUma.collection("posts").create(post("as-user", { author: uma.id })), 400);
assert.deepEqual(await titles(guest, "posts"), ["hello"]);
assert.deepEqual(await titles(asBert, "posts"), ["hello"]);
assert.deepEqual(await titles(asAnna, "posts"), ["draft", "hello", "later"]);
await refused(asBert.collection("posts").update(hello.id, { title: "taken over" }), 404);
await asAnna.collection("posts").update(draft.id, { title: "a draft" });
const shown = await guest.collection("posts").getOne(hello.id, { expand: "author,category,tags" });
assert.equal(shown.expand.author.name, "Anna");
assert.equal(shown.expand.author.email, undefined);
assert.equal(shown.expand.category.slug, "news");
assert.equal(shown.expand.tags[0].name, "First");

const said = { post: hello.id, author: uma.id, body: "Nice." };
await refused(guest.collection("comments").create(said), 400);
await refused(asUma.collection("comments").create({ ...said, approved: true }), 400);
await refused(asUma.collection("comments").create({ ...said, post: draft.id }), 400);
await refused(asAnna.collection("comments").create(said), 400);
const comment = await asUma.collection("comments").create(said);
assert.deepEqual(await titles(guest, "comments", "body"), []);
assert.deepEqual(await titles(asUma, "comments", "body"), ["Nice."]);
await refused(asUma.collection("comments").update(comment.id, { approved: true }), 404);
await refused(asBert.collection("comments").update(comment.id, { approved: true }), 404);
await refused(asAnna.collection("comments").update(comment.id, { body: "Great!" }), 404);
await asAnna.collection("comments").update(comment.id, { approved: true });
assert.deepEqual(await titles(guest, "comments", "body"), ["Nice."]);
await asAnna.collection("posts").delete(hello.id);
assert.deepEqual(await titles(root, "comments", "body"), []);

// -- shop ----------------------------------------------------------------------------------------

const tools = await root.collection("product_categories").create({ name: "Tools", slug: "tools" });
const saw = await root.collection("products").create({
  name: "Saw", slug: "saw", sku: "S-1", price: 1999, stock: 4, active: true, categories: [tools.id],
});
const old = await root.collection("products").create({ name: "Old", slug: "old", sku: "O-1", price: 1 });
assert.deepEqual(await titles(guest, "products", "name"), ["Saw"]);
const carl = await guest.collection("customers").create({ email: "carl@example.com", name: "Carl", ...secret });
const dora = await guest.collection("customers").create({ email: "dora@example.com", name: "Dora", ...secret });
const asCarl = await signedIn("customers", "carl@example.com");
const asDora = await signedIn("customers", "dora@example.com");
assert.deepEqual(await titles(asCarl, "customers", "name"), ["Carl"]);
assert.deepEqual(await titles(guest, "customers", "name"), []);

await refused(asCarl.collection("orders").create({ customer: dora.id, status: "cart" }), 400);
await refused(asCarl.collection("orders").create({ customer: carl.id, status: "paid" }), 400);
await refused(asCarl.collection("orders").create({ customer: carl.id, status: "cart", total: 5 }), 400);
const order = await asCarl.collection("orders").create({ customer: carl.id, status: "cart" });
assert.match(order.number, /^[A-Z0-9]{10}$/);
const line = { order: order.id, product: saw.id, quantity: 2 };
await refused(asDora.collection("order_items").create(line), 400);
await refused(asCarl.collection("order_items").create({ ...line, price: 1 }), 400);
await refused(asCarl.collection("order_items").create({ ...line, product: old.id }), 400);
await refused(asCarl.collection("order_items").create({ ...line, quantity: -1 }), 400);
const item = await asCarl.collection("order_items").create(line);
await refused(asCarl.collection("order_items").create(line), 400);
await asCarl.collection("order_items").update(item.id, { quantity: 3 });
await refused(asCarl.collection("order_items").update(item.id, { price: 1 }), 404);
await refused(asCarl.collection("orders").update(order.id, { total: 1 }), 404);
await refused(asCarl.collection("orders").update(order.id, { status: "paid" }), 404);
await refused(asDora.collection("orders").getOne(order.id), 404);
await asCarl.collection("orders").update(order.id, { status: "placed", address: "Road 1" });
await refused(asCarl.collection("orders").update(order.id, { status: "cart" }), 404);
await refused(asCarl.collection("order_items").update(item.id, { quantity: 9 }), 404);
await refused(asCarl.collection("orders").delete(order.id), 404);
await root.collection("orders").update(order.id, { status: "paid", total: 5997 });
const bought = await asCarl.collection("orders").getOne(order.id, { expand: "order_items_via_order.product" });
assert.equal(bought.expand.order_items_via_order[0].expand.product.sku, "S-1");

// -- CMS -----------------------------------------------------------------------------------------

await root.collection("editors").create({ email: "ed@example.com", name: "Ed", ...secret });
const asEd = await signedIn("editors", "ed@example.com");
const home = await asEd.collection("pages").create({ title: "Home", slug: "home", status: "published", published_at: PAST });
await asEd.collection("pages").create({ title: "About", slug: "about", status: "draft", parent: home.id });
assert.deepEqual(await titles(guest, "pages"), ["Home"]);
assert.deepEqual(await titles(asEd, "pages"), ["About", "Home"]);
await refused(asCarl.collection("pages").create({ title: "X", slug: "x", status: "draft" }), 400);
await refused(asCarl.collection("pages").delete(home.id), 404);
const menu = await asEd.collection("menus").create({ name: "Main", slug: "main" });
const top = await asEd.collection("menu_items").create({ menu: menu.id, label: "Home", page: home.id, position: 1 });
await asEd.collection("menu_items").create({ menu: menu.id, label: "Sub", parent: top.id, link: "https://example.com", position: 2 });
assert.deepEqual(await titles(guest, "menu_items", "label"), ["Home", "Sub"]);
await refused(asUma.collection("menu_items").update(top.id, { label: "X" }), 404);
await asEd.collection("menus").delete(menu.id);
assert.deepEqual(await titles(guest, "menu_items", "label"), []);

// -- user directory ------------------------------------------------------------------------------

const lab = await root.collection("departments").create({ name: "Lab" });
const member = (username, more) => ({ username, name: username, email: `${username}@example.com`, active: true, ...secret, ...more });
await refused(guest.collection("members").create(member("mallory")), 403);
const mia = await root.collection("members").create(member("mia", { department: lab.id }));
const noa = await root.collection("members").create(member("noa", { manager: mia.id }));
await root.collection("members").create(member("olga", { active: false }));
await refused(root.collection("members").create(member("Mia")), 400);
const asMia = await signedIn("members", "mia");
const asNoa = await signedIn("members", "NOA");
await signedIn("members", "noa@example.com");
await refused(signedIn("members", "olga"), 403);
assert.deepEqual(await titles(guest, "members", "name"), []);
assert.deepEqual(await titles(asUma, "members", "name"), []);
assert.deepEqual(await titles(asNoa, "members", "name"), ["mia", "noa", "olga"]);
assert.equal((await asNoa.collection("members").getOne(mia.id)).email, undefined);
await asNoa.collection("members").update(noa.id, { phone: "1", bio: "Hello." });
for (const change of [{ username: "boss" }, { manager: "" }, { department: lab.id }, { active: false }, { title: "Boss" }]) {
  await refused(asNoa.collection("members").update(noa.id, change), 404);
}
await refused(asNoa.collection("members").update(mia.id, { phone: "2" }), 404);
await refused(asMia.collection("members").delete(noa.id), 403);

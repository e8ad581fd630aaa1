// What the types of tests/typegen/sample.py allow, and what they refuse. It is compiled, never run.
import PocketBase, { type ListResult, type RecordModel } from "pocketbase";
import type {
  BlogPostsCreate,
  BlogPostsResponse,
  BlogPosts_2Response,
  CollectionName,
  CollectionResponses,
  MembersResponse,
  TopicsResponse,
  TypedPocketBase,
} from "./records.js";

const pb = new PocketBase("http://127.0.0.1:8090") as TypedPocketBase;

export async function reads(): Promise<void> {
  const page: ListResult<BlogPostsResponse> = await pb.collection("blog_posts").getList(1, 20);
  const post = page.items[0]!;
  const state: "draft" | "published" = post.state;
  const labels: string[] = post.labels;
  const where: number = post.place.lon + post.views;
  const pinned: boolean = post.pinned;
  const words: string[] = [post.class, post["2fa"], post.cover, post.created];
  if (typeof post.meta === "string") words.push(post.meta.trim());

  // Relations of relations, forth and back; a back relation that is unique is one record.
  const nick: string | undefined = post.expand?.author?.nick;
  const topics = (await pb.collection("taggings").getFullList()).map((t) => t.expand?.topic?.title);
  const profile: string | undefined = (await pb.collection("members").getOne("m")).expand
    ?.profiles_via_member?.id;
  // Who knows what was expanded can say so.
  const sure = await pb
    .collection("blog_posts")
    .getOne<BlogPostsResponse<{ author: MembersResponse }>>("p", { expand: "author" });
  const author: string | undefined = sure.expand?.author.nick;

  const pin = await pb.collection("pins").getOne("p", { expand: "what" });
  const named: string | undefined = pin.what?.collectionId;
  const what = pin.expand?.what;
  if (what?.collectionName === "topics") {
    const topic: TopicsResponse = what;
    words.push(topic.title);
  }
  const { record, token } = await pb.collection("members").authWithPassword("a@b.co", "secret");
  const address: string | undefined = record.email;
  const other: RecordModel = await pb.collection(token).getOne("o");
  const twin: BlogPosts_2Response = await pb.collection("blogPosts").getOne("t");
  const count: number = (await pb.collection("totals").getFirstListItem("")).posts;
  await pb.collection("blog_posts").subscribe("*", (e) => words.push(e.record.title));
  const byName: CollectionResponses["topics"] = await pb.collection("topics").getOne("t");
  const name: CollectionName = "topics";
  void [state, labels, where, pinned, nick, topics, profile, author, named, address, other, twin];
  void [count, byName, name];

  // @ts-expect-error: not one of the values
  post.state = "gone";
  // @ts-expect-error: no such field
  void post.nothing;
  // @ts-expect-error: nothing is known of JSON
  post.meta.trim();
  // @ts-expect-error: hidden
  void post.internal;
  // @ts-expect-error: the address may be hidden
  void record.email.length;
  // @ts-expect-error: never sent
  void record.tokenKey;
  // @ts-expect-error: it may not have been expanded
  void post.expand.author;
  // @ts-expect-error: one record, not a list
  void post.expand?.author?.length;
}

export async function writes(file: File): Promise<void> {
  const posts = pb.collection("blog_posts");
  const draft: BlogPostsCreate = { title: "A", stars: 5, state: "draft", author: "m" };
  await posts.create({ ...draft, pages: [file], place: { lon: 1, lat: 2 }, meta: { any: [1] } });
  await posts.create({ ...draft, "slug:autogenerate": "a-", mood: "" });
  await posts.create({ ...draft, labels: ["Zürich 😀", "e\nimport os"] });
  await posts.create(new FormData());
  await posts.update("p", { "views+": 1, "+readers": "m", "pages-": ["a.txt"] });
  await pb.collection("pins").create({
    what: { collectionId: "pbc_topics00000", id: "t" },
    all: ["pbc_topics00000/t"],
    topics: ["t", { id: "u", weight: 2 }],
  });
  await pb
    .collection("members")
    .create({ nick: "n", email: "a@b.co", password: "s", passwordConfirm: "s" });
  await pb.collection("members").update("m", { oldPassword: "s", password: "t" });

  // @ts-expect-error: required ones are missing
  await posts.create({ title: "A" });
  // @ts-expect-error: not one of the values
  await posts.create({ ...draft, state: "gone" });
  // @ts-expect-error: no such field
  await posts.create({ ...draft, nothing: 1 });
  // @ts-expect-error: the server sets it
  await posts.create({ ...draft, created: "2030-01-01" });
  // @ts-expect-error: no number
  await posts.update("p", { views: "1" });
  // @ts-expect-error: nothing can be taken from a single value
  await posts.update("p", { "state-": "draft" });
  // @ts-expect-error: ids stay
  await posts.update("p", { id: "q" });
  // @ts-expect-error: for superusers
  await pb.collection("members").update("m", { secret: "s" });
  // @ts-expect-error: a view
  await pb.collection("totals").create({});
}

"""Parts of answers: nested picks, stars, excerpts, bad texts, every kind of answer."""

from tests.parity.scenario import Row, delete, get, patch, post
from tests.parity.seed import PASSWORD, rid

PATH = "/api/collections/items/records"
ONE = f"{PATH}/{rid('one')}"
_PAPERS = "/api/collections/x_papers/records"
_RULES = ("listRule", "viewRule", "createRule", "updateRule", "deleteRule")
_SIGN_IN = "/api/collections/users/auth-with-password"
_ANN = {"identity": "ann@example.com", "password": PASSWORD}
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _view(fields: str, who: str = "guest") -> Row:
    return get(f"{who}: {fields!r}", ONE, query={"fields": fields}, who=who)


def _post(name: str, fields: str, **body: object) -> Row:
    mask = {} if "id" not in fields and "*" not in fields else {"id": "[a-z0-9]{1,15}"}
    return post(name, _PAPERS, body, query={"fields": fields}, mask=mask)


_FIELDS = (
    "", "*", "id", "id,title", "title,id", "title,title", "nothing", "nothing,title", "TITLE", "Title",
    ",", ",,title,,", " title , id ", "\ttitle\n", "title id", "title;id", "title\u00a0", "*,title", "title,*",
    "**", "*.title", "*.*", "title.*", "title.x", "title.", "title..", "title..x", ".title", ".", "..", "items",
    "items.title", "page", "hush", "*,hush", "pin", "created,updated", "collectionId,collectionName", "expand",
    "data", "data.n", "data.n.x", "data.n,data.s", "data.list", "data.*", "data.nothing", "data.nothing.x",
    "data.none", "place.lon", "place.*", "place.lon.x", "kinds", "kinds.x", "kinds.0", "tags.0", "tags.*",
    "*,place.lon", "*,data.n,place.lat", "*,nothing.x", "data.", "'title'", "`title`", '"title"', "(title)",
    "(title,id)", "'title,id'", "'a,b',title", "title(x)", "title)", "title\\", "\\'", "a\\,b,title", "ti\\'tle",
    "title as x", "title=x", "x=title", "-title", "!title", "+title", "title>x", "title|id", "@title", "*id",
    "i*", "ti_le", "ti%le", "title\x00", "äöü", "😀", "x" * 3000, ",".join(["title"] * 300), "title" + ".x" * 200,
)
_MODIFIED = (
    "title:excerpt(1)", "title:excerpt(2,true)", "title:excerpt(3,true)", "title:excerpt(2, true)", "title:excerpt( 2 ,true )",
    "title:excerpt(2,false)", "title:excerpt(2,1)", "title:excerpt(2,t)", "title:excerpt(2,T)", "title:excerpt(2,True)",
    "title:excerpt(2,TRUE)", "title:excerpt(2,yes)", "title:excerpt(2,x)", "title:excerpt(2,)", "title:excerpt(,2)",
    "title:excerpt(2,,true)", "title:excerpt 2", "title:excerpt 2 true", "title: excerpt(2)", "title:excerpt (2)", "title :excerpt(2)",
    "title:excerpt((2))", "title:excerpt(2))", "title:excerpt(2)x", "title:excerpt(2):x", "title:excerpt(2)(1)", "title:excerpt(1000)",
    "*:excerpt(3)", "*:excerpt(3),title", "*:excerpt(3),title:excerpt(1)", "title,*:excerpt(2)", "num:excerpt(1)", "flag:excerpt(1)",
    "data:excerpt(1)", "data.s:excerpt(2)", "data.n:excerpt(1)", "data.*:excerpt(1)", "kinds:excerpt(1)", "tags:excerpt(1)",
    "place:excerpt(1)", "text:excerpt(5)", "text:excerpt(7,true)", "text:excerpt(99)", "moment:excerpt(10)", "nothing:excerpt(1)",
    "title:excerpt(1),title", "title,title:excerpt(1)", "link:excerpt(8,true),mail:excerpt(3)", "hush:excerpt(1)",
)
_REFUSED = (
    "title:", "title:x", "title:excerpt", "title:excerpt()", "title:excerpt(,)", "title:excerpt(0)", "title:excerpt(-1)",
    "title:excerpt(-0)", "title:excerpt(x)", "title:excerpt(1e1)", "title:excerpt(.5)", "title:excerpt(1.x)", "title:excerpt(1.0.0)",
    "title:excerpt(1,true,1)", "title:excerpt(1,true,)x", "title:Excerpt(1)", "title:EXCERPT(1)", "title:excerpt(1", "title:excerpt1)",
    "title:excerpt(99999999999999999999)", "title:'excerpt'(1)", "title:excerpt('1')", "title:excerpt[1]", "title::excerpt(1)",
    "title:excerpt(\\1)", "title:lower", "title:each", "title:length", "title:max(1)", "(title", "title(", "title'", "'title", '"', "`",
    "((title)", "title,id:foo(1)", "nothing:foo", "*:foo", ":", ":excerpt", "title:excerpt)1(", "title:excerpt(1:2)", "title:(excerpt",
    "data.n:foo", "title:excerpt(08)", "title:excerpt(0x)", "title:excerpt(1__0)", "title:excerpt(true)",
)
_LENGTHS = (
    "010", "0x1F", "0b11", "0o17", "1.9", "2.0", "1.", "1_2", "12_3", "0_1", "00005", "+3", "0X2", "0B1", "9999999999",
)
_HTML = (
    "<p>one</p><p>two</p>", "a<b>b</b>c", "a<div>b</div>c", "one<br>two<br/>three", "<ul><li>one<li>two</ul>x",
    "<h1>T</h1>text <i>it</i>, x", "a<script>alert(1)</script>b", "a<style>x{}</style>b", "a<svg><text>t</text></svg>b",
    "a<svg><title>t</title><p>x</p></svg>b", "a<img src=x>b", "a<textarea>t</textarea>b", "a<select><option>o</select>b",
    "a<button>o</button>b", "a<form>f</form>b", "a<dialog>f</dialog>b", "a<template>f</template>b", "a<iframe>f</iframe>b",
    "a<object>f</object>b", "a<noscript>f</noscript>b", "a<video>f</video>b", "a<math><mi>x</mi></math>b", "a<title>x</title>b",
    "<title>x</title>b", "<html><head><title>x</title></head><body>y</body></html>", "a<!-- c -->b", "a<!-- c b", "a<!doctype html>b",
    "a<?php x ?>b", "a<![CDATA[x]]>b", "a</p>b", "a</br>b", "a</b>b", "a<script>b", "a<script>b</SCRIPT >c", "a<svg/>b", "a<div/>b",
    "1 < 2 and 3 > 2", "a<1b", "a<>b", "a</>b", "a<", "a</", "a<b", 'a<b c="d>e', "a<b c='x>y'>z</b>", "A &amp; B &lt;x&gt; &quot;",
    "&nbsp;a&nbsp;&nbsp;b&nbsp;", "&#65;&#x42;&#0;&#128;&#x110000;", "&copy &copyx &notit; &amp;amp; &unknown; &", "a&#32;&#9;b",
    "a\tb", "a\x0bb", "a\x0cb", "a\u00a0b", "a\u200bb", "a\u2003b", "a\r\nb", "<table><tr><td>a</td><td>b</td></tr></table>",
    "<table>x<tr><td>a</table>y", '<a href="#">l1</a><a>l2</a>', "<s>a</s><u>b</u><del>c</del><mark>e</mark><kbd>f</kbd>",
    "<custom-tag>a</custom-tag>b", "<pre> a\n b </pre>", "<plaintext>a<b>c", "<xmp>a<b>c</xmp>d", "<noframes>a<b>c</noframes>d",
    "<p>a<p>b<div>c<p>d</div>e", "<div><span>x</div>y", "<b>a<p>b</b>c</p>d", "<button>a<p>b</button>c", "<p>a<form><p>b</form>c",
    "x<select><p>a</p><b>c</b></select>d", "x<select>a<input>b</select>c", "x<svg>a<p>b</p>c</svg>d", "x<math><p>b</p></math>c",
    "<col>a<tr>b<td>c", "\nlead", " ", "<p></p>", "<option>a<optgroup>b</option>c", "a<hr>b", "a<wbr>b", "<dl><dt>a<dd>b</dl>",
    "<li>a<ul><li>b</ul><li>c", '<p title="<script>">x</p>', "<textarea></textareax>y</textarea>z", "&lt;b&gt;x&lt;/b&gt;",
    "<b><button>x</b>y</button>z", "<p>  a  </p>  <p>  b  </p>", "a<b/>c</b>d", "ÄÖÜ ß €uro 😀😀", "a\x00b", "<div>" * 509 + "x",
    "<p>" * 600 + "x", "<b>x</b>" * 600,
)
_CUTS = (
    "a b c d", "<p>ab</p><p>cd</p>", "äöüäöüäöü", "abc  def", "😀 😀 😀", "a <b>bb</b> c<p>d</p>e", "  abc", "ab&nbsp;&nbsp;cd",
    "<b>äöü</b><b>äöü</b>", "äö<b>äöü</b>ä<b>x</b>yz", "ääää<p>b<i>c</i></p>d", "&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;abc", "a &nbsp; b",
)
_JSON = (
    ("[[{'a':1}]]", "j.a", [[{"a": 1, "b": 2}]]), ("[]", "j.a", []), ("scalar first", "j.a", [1, {"a": 1}]), ("null first", "j.a", [None, {"a": 1}]),
    ("objects", "j.a", [{"a": 1, "b": 2}, {"b": 3}, {}]), ("star key", "j.*", {"*": 1, "b": 2}), ("star key path", "j.*.x", {"*": {"x": 1, "y": 2}, "b": 2}),
    ("empty key", "j..x", {"": {"x": 1}, "b": 2}), ("dot end", "j.", {"": 5, "b": 2}), ("two dots end", "j..", {"": 5, "b": 2}),
    ("dotted key", "j.a.b", {"a.b": 1, "a": {"b": 2, "c": 3}, "a.c": 4}), ("dotted key deeper", "j.a.b.c", {"a.b": {"c": 1, "d": 2}}),
    ("star and path", "j.*,j.a.x", {"a": [{"x": 1}, {"x": 2, "y": 3}], "b": {"x": 1, "y": 2}}), ("excerpt of a text", "j:excerpt(3)", "<p>x</p>yz"),
    ("excerpt in an object", "j.a:excerpt(4,true)", {"a": "<p>long text</p>", "b": 1}), ("excerpt of a list", "j:excerpt(1)", ["abc"]),
    ("excerpt in objects", "j.a:excerpt(1)", [{"a": "xyz"}, {"a": 5}]), ("big number", "j", 12345678901234567890), ("numbers", "j.n", {"n": [1.0, 1e21, -0.5, 1e-9]}),
    ("html", "j.h", {"h": "<a href='x'>&</a>"}), ("text of json", "j.a", '{"a":1,"b":2}'), ("null", "j.a", None), ("true", "j.a", True),
    ("mixed, object first", "j.a", [{"a": 1}, 2, None]), ("mixed, object first, star", "j.*", [{"a": 1}, 2]),
)
_EVERYWHERE = (
    ("health", "/api/health", "message,code", "guest"), ("health, data", "/api/health", "data.canBackup", "superuser"),
    ("health, excerpt", "/api/health", "message:excerpt(3,true)", "guest"), ("settings", "/api/settings", "meta.appName,smtp.port", "superuser"),
    ("settings, star", "/api/settings", "*,meta.appName,smtp.enabled", "superuser"), ("settings as a guest", "/api/settings", "message", "guest"),
    ("collections", "/api/collections", "name,fields.name", "superuser"), ("collections, envelope", "/api/collections", "page", "superuser"),
    ("collection", "/api/collections/items", "name,indexes,fields.type,fields.name", "superuser"), ("collection, star", "/api/collections/users", "*", "superuser"),
    ("auth methods", "/api/collections/users/auth-methods", "password.enabled,otp", "guest"), ("unknown route", "/api/nothing", "message", "guest"),
    ("unknown record", f"{PATH}/{rid('none')}", "status", "guest"), ("unknown record, bad", f"{PATH}/{rid('none')}", "x:y", "guest"),
    ("health, bad", "/api/health", "x:y", "guest"), ("collections, bad", "/api/collections", "x:y", "superuser"),
    ("list, bad filter", f"{PATH}?filter=nothing=1", "message", "guest"),
)

ROWS = (
    post("papers", "/api/collections", {"name": "x_papers", "type": "base", **dict.fromkeys(_RULES, ""), "fields": [
        {"type": "text", "name": "t", "max": 100000}, {"type": "json", "name": "j"}]}, who="superuser"),
    *(_view(fields) for fields in _FIELDS),
    *(_view(fields) for fields in _MODIFIED),
    *(_view(fields) for fields in _REFUSED),
    *(_view(fields, "superuser") for fields in ("hush", "*,hush", "pin,hush:excerpt(2)", "*")),
    *(get(f"list: {fields!r}", PATH, query={"fields": fields, "sort": "num", "perPage": "3"}) for fields in (
        "id", "*", "nothing", "page", "items", "items.id", "data.n,kinds", "title:excerpt(2,true)", "x:y", "*,data.n", "(", "totalItems,title",
    )),
    get("empty list", PATH, query={"fields": "id", "filter": "num < -99"}),
    get("list, skipTotal", PATH, query={"fields": "id", "skipTotal": "1", "sort": "id"}),
    *(_post(f"length {length}", f"t:excerpt({length},true)", t=_DIGITS) for length in _LENGTHS),
    *(_post(f"html {index}", "t:excerpt(2000,true)", t=html) for index, html in enumerate(_HTML)),
    *(_post(f"cut {text!r} to {limit}", f"t:excerpt({limit},true)", t=text) for text in _CUTS for limit in (1, 2, 3, 5, 6, 10)),
    *(_post(f"json: {name}", fields, j=value) for name, fields, value in _JSON),
    *(get(name, path, query={"fields": fields}, who=who) if "?" not in path else get(name, f"{path}&fields={fields}", who=who)
      for name, path, fields, who in _EVERYWHERE),
    *(get(f"{who}: expanded: {fields!r}", ONE, query={"expand": "tag,tags,owner,shelf,locked", "fields": fields}, who=who) for fields in (
        "expand", "expand.tag", "expand.tag.title", "expand.tags.title", "expand.*.title", "expand.*", "*,expand.tag.title", "id,expand.owner.name",
        "expand.shelf.hush,expand.shelf.title", "expand.tag.title:excerpt(2)", "expand.tags.title:excerpt(1,true)", "expand.*:excerpt(1)", "expand.tag.x:y",
        "expand,expand.tag.title", "tag.title", "expand.locked",
    ) for who in ("guest", "superuser")),
    get("expanded list", PATH, query={"expand": "tag,tags", "fields": "id,expand.tag.title,expand.tags.id", "sort": "id"}),
    *(post(f"create: {fields!r}", PATH, {"title": "made", "tag": rid("red")}, query={"fields": fields, "expand": "tag"}) for fields in (
        "title", "title,expand.tag.title", "*,id:excerpt(2),created.x", "nothing", "title:excerpt(2)",
    ) if "id" not in fields),
    post("create with bad fields", PATH, {"title": "made by a bad one"}, query={"fields": "x:y"}),
    get("was made all the same", PATH, query={"fields": "title", "filter": "title = 'made by a bad one'"}),
    post("create that fails", PATH, {"mail": "x"}, query={"fields": "message"}),
    *(patch(f"update: {fields!r}", f"{PATH}/{rid('six')}", {"title": "new"}, query={"fields": fields}) for fields in ("title", "num,data.n", "x:y", "*,title:excerpt(1)")),
    *(post(f"sign in: {fields!r}", _SIGN_IN, _ANN, query={"fields": fields}) for fields in (
        "token", "record", "record.email", "record.*,record.name:excerpt(1)", "record.id,token", "email", "*", "record:x", "token:excerpt(3)", "meta",
    )),
    post("sign in that fails", _SIGN_IN, {**_ANN, "password": "wrong"}, query={"fields": "token"}),
    *(post(f"refresh: {fields!r}", "/api/collections/users/auth-refresh", query={"fields": fields}, who="ann") for fields in ("record.name", "token", "record.nothing", "(")),
    patch("settings: change", "/api/settings", {"meta": {"appName": "Picked"}}, query={"fields": "meta.appName"}, who="superuser"),
    post("collection: create", "/api/collections", {"name": "x_made", "type": "base"}, query={"fields": "name,fields.name"}, who="superuser"),
    patch("collection: update", "/api/collections/x_made", {"name": "x_remade"}, query={"fields": "name"}, who="superuser"),
    delete("collection: delete", "/api/collections/x_remade", query={"fields": "name"}, who="superuser"),
    delete("delete with bad fields", f"{PATH}/{rid('seven')}", query={"fields": "x:y"}),
    get("twice", f"{ONE}?fields=title&fields=num"),
    get("empty", f"{ONE}?fields="),
    get("no value", f"{ONE}?fields"),
    get("blank", f"{ONE}?fields=%20"),
    get("broken escape", f"{ONE}?fields=%zz"),
    get("escaped name", f"{ONE}?field%73=title"),
    get("in another case", f"{ONE}?Fields=title"),
    get("with plus signs", f"{ONE}?fields=title,+num"),
)

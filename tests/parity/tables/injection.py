"""SQL and other languages in every place that takes a text: no error of the database shows."""

from tests.parity.scenario import delete, get, patch, post
from tests.parity.seed import rid

ITEMS = "/api/collections/items/records"
_TEXTS = (
    "'", '"', "`", "\\", ";", "--", "' OR '1'='1", "'; DROP TABLE items; --", "1) OR (1=1", "x' UNION SELECT password FROM users --",
    "%' OR 1=1 --", "{{.}}", "${7*7}", "../../etc/passwd", "\u0000", "' AND randomblob(1000000000) --", "id] OR [1=1",
    "/* */ OR 1=1", "<script>alert(1)</script>", "{:p1}", "{:TEST}", "[[id]]", "{{items}}", "?1", ":a", "@a", "$a", "%s%n", "🎈", "a" * 3000,
)
_CASES = tuple((f"{text[:30]!r}", text) for text in _TEXTS)
_SAFE = tuple((name, text.replace("\\", "").replace("'", "")) for name, text in _CASES)

ROWS = (
    *(get(f"filter {name}", ITEMS, query={"filter": text}) for name, text in _CASES),
    *(get(f"filter value {name}", ITEMS, query={"filter": f"title = '{text}'"}) for name, text in _SAFE),
    *(get(f"filter pattern {name}", ITEMS, query={"filter": f"title ~ '{text}' || data.x = '{text}'"}) for name, text in _SAFE),
    *(get(f"filter name {name}", ITEMS, query={"filter": f"{text} = 1"}) for name, text in _CASES),
    *(get(f"json path {name}", ITEMS, query={"filter": f"data.{text} = 1"}) for name, text in _CASES),
    *(get(f"superuser filter {name}", ITEMS, query={"filter": f"@request.query.{text} = 1"}, who="superuser") for name, text in _CASES),
    *(get(f"superuser collection {name}", ITEMS, query={"filter": f"@collection.{text}.id = 1"}, who="superuser") for name, text in _CASES),
    *(get(f"sort {name}", ITEMS, query={"sort": text}) for name, text in _CASES),
    *(get(f"page {name}", ITEMS, query={"page": text}) for name, text in _CASES),
    *(get(f"perPage {name}", ITEMS, query={"perPage": text}) for name, text in _CASES),
    *(get(f"skipTotal {name}", ITEMS, query={"skipTotal": text}) for name, text in _CASES),
    *(get(f"rule value {name}", "/api/collections/ruled_query/records", query={"key": text}) for name, text in _CASES),
    *(post(f"value {name}", ITEMS, {"id": f"inj{number:03}".ljust(15, "0"), "title": text, "data": {text: text}})
      for number, (name, text) in enumerate(_CASES)),
    *(post(f"key {name}", ITEMS, {"id": f"key{number:03}".ljust(15, "0"), text: text}) for number, (name, text) in enumerate(_CASES)),
    *(post(f"relation {name}", ITEMS, {"tag": text, "tags": [text]}) for name, text in _CASES),
    *(post(f"select {name}", ITEMS, {"kind": text}) for name, text in _CASES),
    *(post(f"id {name}", ITEMS, {"id": text}) for name, text in _CASES),
    *(post(f"short id {name}", "/api/collections/short_ids/records", {"id": text}) for name, text in _CASES),
    *(post(f"identity {name}", "/api/collections/members/auth-with-password", {"identity": text, "password": text, "identityField": "username"})
      for name, text in _CASES),
    *(post(f"identity field {name}", "/api/collections/members/auth-with-password",
           {"identity": "x", "password": "x", "identityField": text}) for name, text in _CASES),
    *(get(f"collections filter {name}", "/api/collections", query={"filter": text}, who="superuser") for name, text in _CASES),
    *(get(f"collections filter value {name}", "/api/collections", query={"filter": f"name = '{text}'"}, who="superuser")
      for name, text in _SAFE),
    *(get(f"collections sort {name}", "/api/collections", query={"sort": text}, who="superuser") for name, text in _CASES),
    *(post(f"collection name {name}", "/api/collections", {"name": text, "fields": [{"type": "text", "name": "a"}]}, who="superuser")
      for name, text in _CASES),
    *(post(f"field name {name}", "/api/collections", {"name": "inj", "fields": [{"type": "text", "name": text}]}, who="superuser")
      for name, text in _CASES),
    *(post(f"rule {name}", "/api/collections", {"name": "inj", "listRule": text, "fields": [{"type": "text", "name": "a"}]}, who="superuser")
      for name, text in _CASES),
    get("collection in the path", "/api/collections/items'%20OR%201=1/records"),
    get("quoted collection in the path", "/api/collections/%22items%22/records"),
    get("id in the path", f"{ITEMS}/{rid('one')}'%20OR%20'1'='1"),
    patch("id in the path of a change", f"{ITEMS}/x'%20OR%201=1--", {"title": "x"}),
    delete("id in the path of a delete", f"{ITEMS}/x'%20OR%201=1--"),
    delete("percent in the path of a delete", f"{ITEMS}/%25"),
    get("all items are still there", ITEMS, query={"perPage": "500", "sort": "id"}, who="superuser"),
)

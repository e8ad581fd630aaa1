"""Payloads in all that people can name or write: wherever they are shown, they are only text."""

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.admin.dashboard import Dashboard, add, make_collection
from tests.admin.test_sql_console import write
from tests.servers import Server
from tests.uploads.tus import PNG
from tests.waiting import until

# What runs says so by a dialog, which fails the test; see `page` in conftest.py.
IMAGE = "<img src=x onerror=alert(1)>"
HOSTILE = f"{IMAGE}<script>alert(2)</script><svg onload=alert(3)>'\"{{{{7*7}}}}javascript:alert(4)"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(5)"><script>alert(6)</script></svg>'
PAGE = b"<script>alert(7)</script>"
BAD = "[onerror], [onload], [onclick], a[href^='javascript:'], script:not([src])"


@pytest.fixture(scope="module", autouse=True)
def hostile(server: Server) -> str:
    """A record of all that holds text; its id."""
    types = ("text", "editor", "json", "url", "email", "number", "bool", "date", "geoPoint")
    token = server.superuser_token()
    make_collection(
        server,
        "hostile",
        *({"name": f"a_{kind}", "type": kind, "help": HOSTILE} for kind in types),
        {"name": "a_select", "type": "select", "values": [HOSTILE]},
        {"name": "title", "type": "text", "presentable": True, "pattern": "^[^&]*$"},
        {"name": "files", "type": "file", "maxSelect": 9},
    )
    own = server.expect("GET", "/api/collections/hostile", token=token)
    link = {"name": "other", "type": "relation", "collectionId": own["id"]}
    body = {
        "fields": [*own["fields"], link],
        "listRule": "title != '<img src=x onerror=alert(8)>'",
        "indexes": [f"CREATE INDEX `i` ON hostile (title) WHERE title != '{IMAGE}'"],
    }
    server.expect("PATCH", "/api/collections/hostile", token=token, json_body=body)
    values: dict[str, Any] = {
        "a_text": HOSTILE, "a_editor": HOSTILE, "a_json": {HOSTILE: [HOSTILE]}, "title": HOSTILE,
        "a_select": HOSTILE, "a_date": "2026-01-02 03:04:05.000Z",
        "a_geoPoint": {"lon": 3, "lat": 4},
    }  # fmt: skip
    first = add(server, "hostile", **values)
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        f"{data.decode('latin-1')}\r\n"
        for name, data in (
            ("<img src=x onerror=alert(9)>.png", PNG),
            ("';alert(10);'.svg", SVG),
            ("<script>alert(11)<script>.html", PAGE),
        )
    )
    answer = server.request(
        "PATCH",
        f"/api/collections/hostile/records/{first}",
        headers={"Content-Type": "multipart/form-data; boundary=b"},
        body=f"{parts}--b--\r\n".encode("latin-1"),
    )
    assert answer.status == 200, answer.body
    add(server, "hostile", **values, other=first)
    # An account, its device, and whoever fails to get in.
    account = {"email": "ann@example.com", "password": "password123", "name": HOSTILE}
    body = {**account, "passwordConfirm": account["password"]}
    server.expect("POST", "/api/collections/users/records", token=token, json_body=body)
    for password in ("password123", "wrong"):
        server.request(
            "POST",
            "/api/collections/users/auth-with-password",
            headers={"Content-Type": "application/json", "User-Agent": HOSTILE},
            body=f'{{"identity": "ann@example.com", "password": "{password}"}}'.encode(),
        )
    query = f"SELECT id, title AS t, '{IMAGE}' AS s FROM hostile"
    view = {"name": "hostile_view", "type": "view", "viewQuery": query, "listRule": ""}
    server.expect("POST", "/api/collections", token=token, json_body=view)
    # What errors quote.
    server.request("GET", "/api/collections/hostile/records?filter=%3Cimg%20src=x%3E")
    server.request("GET", "/%3Cimg%20src=x%20onerror=alert(12)%3E")
    settings = {"meta": {"appName": IMAGE, "senderName": IMAGE}}
    server.expect("PATCH", "/api/settings", token=token, json_body=settings)
    return first


# An address, and what of the payloads it shows.
SCREENS = {
    "collections/hostile": "{{7*7}}",
    "collections/hostile?view=chart": None,
    "collections/hostile?view=timeline": "{{7*7}}",
    "collections/hostile?view=map": None,
    "collections/hostile?view=gallery": "{{7*7}}",
    f"collections/hostile?filter={IMAGE.replace(' ', '%20')}": None,
    "collections/hostile_view": "onerror",
    "collections/users": "{{7*7}}",
    "schema/hostile": None,
    "schema/hostile_view": "onerror",
    "rules/hostile?tab=edit": "onerror",
    "api/hostile/create": "{{7*7}}",
    "api/hostile/list": "onerror",
    "overview": "hostile",
    "logs": "onerror",
    "home": None,
    "settings/application": None,
    "settings/sessions": "ann@example.com",
    "settings/mails": None,
    "settings/lockouts": None,
    "settings/queue": None,
    "settings/export-collections": "onerror",
    f"{HOSTILE.replace(' ', '%20')}": None,
}


def expect_nothing_bad(page: Page) -> None:
    assert page.locator(BAD).count() == 0
    assert page.evaluate("document.querySelectorAll('img[src=x]').length") == 0


def test_every_screen(dashboard: Dashboard) -> None:
    page = dashboard.page
    for path, text in SCREENS.items():
        dashboard.open(path)
        expect(page.locator("main"), path).to_be_visible()
        expect(page.get_by_text("Loading…"), path).to_have_count(0)
        if text:
            expect(page.locator("main"), path).to_contain_text(text)
        expect_nothing_bad(page)
    expect(page).to_have_title(re.compile("onerror"))
    expect(page.get_by_role("banner").get_by_role("link").first).to_have_text(IMAGE)


def test_a_record_and_its_files(dashboard: Dashboard, server: Server, hostile: str) -> None:
    page = dashboard.page
    dashboard.open(f"collections/hostile?record={hostile}")
    panel = page.get_by_role("dialog")
    expect(panel.get_by_label("a_text")).to_have_value(HOSTILE)
    expect(panel.get_by_role("heading", name="onerror")).to_be_visible()
    expect_nothing_bad(page)
    # A file that is only chosen, by a name that no server has tidied up.
    for name, data in ((f"{IMAGE}.png", PNG), (f"{IMAGE}.svg", SVG)):
        file = {"name": name, "mimeType": "image/svg+xml", "buffer": data}
        panel.locator("input[type=file]").set_input_files([file])  # type: ignore[list-item]
        expect(panel.get_by_text(name)).to_be_visible()
    expect_nothing_bad(page)
    # Opened by itself, a file runs nothing either.
    stored = server.expect("GET", f"/api/collections/hostile/records/{hostile}")
    assert len(stored["files"]) == 3
    for name in stored["files"]:
        assert not re.search(r"[<>'\"();]", name)
        headers = server.request("GET", f"/api/files/hostile/{hostile}/{name}").headers
        assert "sandbox" in headers["content-security-policy"]
        is_image = name.endswith(".png")
        assert headers.get("content-disposition", "").startswith("attachment") is not is_image


def test_what_is_imported_or_asked(dashboard: Dashboard, tmp_path: Path) -> None:
    page = dashboard.page
    file = tmp_path / f"{base64.b32encode(b'x').decode()}.csv"
    file.write_text(f'title,"{IMAGE}"\n"{IMAGE}",2\n')
    dashboard.open("collections/hostile")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Import…").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("input[type=file]").set_input_files(file)
    expect(dialog.get_by_text(IMAGE).first).to_be_visible()
    expect_nothing_bad(page)
    page.keyboard.press("Escape")
    dashboard.open("settings/sql")
    for query in (f"SELECT '{IMAGE}' AS \"{IMAGE}\"", f"SELECT * FROM '{IMAGE}'"):
        write(page, query)
        page.get_by_role("button", name="Run", exact=True).click()
        expect(page.get_by_text("onerror").nth(1)).to_be_visible()
        expect_nothing_bad(page)


# Known ways to get something past who cleans HTML: broken tags, other namespaces, what the parser
# moves, what is only read a second time, names that shadow the document's own.
PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)//",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'></use></svg>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src onerror=1&gt;">',
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object><embed src='javascript:alert(1)'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<a href=' &#14; javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<form action='javascript:alert(1)'><button>x</button></form>",
    "<button formaction='javascript:alert(1)' form=x>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<body onload=alert(1)><base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href='javascript:alert(1)'>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<template><script>alert(1)</script></template>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<form><input name=attributes><input name=parentNode><img src=x onerror=alert(1)></form>",
    "<div id=document><div name=cookie></div></div><img name=getElementById>",
    "<p is=x-y onclick=alert(1)>x</p>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<isindex action=javascript:alert(1) type=image>",
    "<select><template shadowrootmode=open><img src=x onerror=alert(1)></template></select>",
    "\u0000<scr\u0000ipt>alert(1)</scr\u0000ipt>",
)

# Cleans each, and puts it into the page, which reads it a second time as well.
_CLEAN = r"""async (payloads) => {
  const { DOMPurify } = await import(new URL("vendor/tiptap.js", document.baseURI));
  const place = document.body.appendChild(document.createElement("div"));
  const tags = "script, iframe, object, embed, base, meta, link, [srcdoc]";
  const scheme = /^[\s\0-\x1f]*(javascript|vbscript|data):/i;
  const isBad = ({ name, value }) =>
    /^on/i.test(name) || (/href$|action$|^src$/i.test(name) && scheme.test(value));
  const isClean = () => !place.querySelector(tags)
    && ![...place.querySelectorAll("*")].some(({ attributes }) => [...attributes].some(isBad));
  return payloads.filter((payload) => {
    place.innerHTML = DOMPurify.sanitize(payload);
    const wasClean = isClean();
    place.innerHTML = place.innerHTML;
    return !wasClean || !isClean();
  });
}"""


def test_what_cleans_html(browser: Browser, server: Server) -> None:
    """Alone: the policy of the page, which would forbid the rest, is off."""
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    ran: list[str] = []

    def hear(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", hear)
    page.goto(f"{server.url}/_/")
    # That it would be seen.
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(0)>')")
    until(lambda: bool(page.evaluate("1")) and ran == ["0"])
    assert page.evaluate(_CLEAN, list(PAYLOADS)) == []
    page.goto(f"{server.url}/_/#/forgotten")
    assert ran == ["0"]
    context.close()

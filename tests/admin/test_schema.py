"""Building collections: fields, rules, indexes, options, and what a change would do."""

import json
import re
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.admin.dashboard import Dashboard, add, make_collection
from tests.admin.test_records import HOSTILE
from tests.mailserver import MailServer
from tests.parity.tables.settings_apple import KEY
from tests.servers import Server
from tests.waiting import until

TYPES = {
    "Text": "text",
    "Rich text": "editor",
    "Number": "number",
    "Yes or no": "bool",
    "Email": "email",
    "Link": "url",
    "Date": "date",
    "Time by itself": "autodate",
    "Choice": "select",
    "File": "file",
    "Relation": "relation",
    "JSON": "json",
    "Place": "geoPoint",
    "Password": "password",
    "Many to many": "manyToMany",
    "Any of several": "polymorphic",
}


@pytest.fixture(scope="module", autouse=True)
def collections(server: Server) -> None:
    make_collection(server, "tags", {"name": "name", "type": "text"})


class Builder:
    """The screen of one collection."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab(self, name: str) -> None:
        self.tab_of(name).click()

    def tab_of(self, name: str) -> Locator:
        return self.page.get_by_role("tab", name=re.compile(f"^{name}"))

    def type(self, title: str) -> Locator:
        return self.page.locator(".type-grid button", has=self.page.get_by_text(title, exact=True))

    def row(self, name: str) -> Locator:
        rows = self.page.get_by_role("list", name="Fields").get_by_role("listitem", name=name)
        return rows.filter(has=self.page.get_by_label(f"Name of the field {name}", exact=True))

    def add(self, title: str, name: str) -> Locator:
        """A new field, its settings open; its name has the focus."""
        self.type(title).click()
        box = self.page.locator("input[data-new=true]:focus")
        box.fill(name)
        box.blur()
        return self.row(name)

    def more(self, name: str, action: str) -> None:
        self.page.get_by_role("button", name=f"More about {name}", exact=True).click()
        self.page.get_by_role("button", name=action, exact=True).click()

    def save(self) -> None:
        self.page.get_by_role("button", name="Save", exact=True).first.click()

    def names(self) -> list[str]:
        boxes = self.page.locator(".field-row input.mono").all()
        return [box.input_value() for box in boxes if box.get_attribute("aria-label")]


def write(editor: Locator, text: str) -> None:
    """Takes the place of what is in an editor of code, key by key."""
    editor.press("Control+a")
    editor.press("Delete")
    editor.press_sequentially(text)


@pytest.fixture
def builder(dashboard: Dashboard) -> Builder:
    return Builder(dashboard.page)


def stored(server: Server, name: str) -> Any:
    return server.expect("GET", f"/api/collections/{name}", token=server.superuser_token())


def field(server: Server, collection: str, name: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = stored(server, collection)["fields"]
    return next(one for one in found if one["name"] == name)


def test_the_first_collection(dashboard: Dashboard, builder: Builder, server: Server) -> None:
    page = dashboard.page
    page.get_by_role("navigation", name="Collections").get_by_role(
        "link", name="New collection"
    ).click()
    # The first thing to do has the focus.
    expect(page.get_by_label("Name of the collection")).to_be_focused()
    page.keyboard.type("My articles")
    title = builder.add("Text", "title")
    title.get_by_label("Required").check()
    title.get_by_label("Most characters").fill("80")
    page.get_by_role("button", name="Create the collection").click()
    expect(page.get_by_role("heading", name="My_articles", exact=True)).to_be_visible()
    assert [one["name"] for one in stored(server, "My_articles")["fields"]] == [
        "id",
        "title",
        "created",
        "updated",
    ]
    made = field(server, "My_articles", "title")
    assert (made["required"], made["max"]) == (True, 80)


def test_every_type_by_clicks_and_drags(
    dashboard: Dashboard, builder: Builder, server: Server
) -> None:
    page = dashboard.page
    dashboard.open("schema")
    page.get_by_label("Name of the collection").fill("every")
    for title, kind in TYPES.items():
        if kind not in ("text", "manyToMany"):
            row = builder.add(title, f"a_{kind}")
            if kind == "select":
                row.get_by_label("Values", exact=True).fill("red\ngreen\nblue")
                row.get_by_label("How many").select_option("many")
            elif kind == "relation":
                row.get_by_label("Collection", exact=True).select_option(label="tags")
                row.get_by_label("When the other record is deleted").select_option("restrict")
            elif kind == "polymorphic":
                row.get_by_label("tags").check()
            elif kind == "file":
                row.get_by_label("How many").select_option("many")
                limit = row.get_by_label("Files at most")
                limit.fill("12")
                row.get_by_role("button", name="Images").click()
                row.get_by_label("Protected").check()
            elif kind == "number":
                row.get_by_label("Greatest value").fill("2.5")
            elif kind == "date":
                row.get_by_label("Earliest").fill("2026-01-02T03:04")
            elif kind == "email":
                row.get_by_label("Only these domains").fill("example.com\n\nexample.org")
            row.get_by_role("button", name=f"Settings of a_{kind}").click()
    # From the grid to the top of the list.
    builder.type("Text").scroll_into_view_if_needed()
    builder.type("Text").drag_to(builder.row("id"), target_position={"x": 40, "y": 2})
    box = page.locator("input[data-new=true]:focus")
    box.fill("a_text")
    box.blur()
    assert builder.names()[0] == "a_text"
    # By its handle to another place, and by keys.
    grip = page.get_by_role("button", name="Move a_text")
    grip.drag_to(builder.row("a_editor"), target_position={"x": 20, "y": 40})
    assert builder.names()[:3] == ["id", "a_editor", "a_text"]
    grip.focus()
    page.keyboard.press("ArrowUp")
    expect(grip).to_be_focused()
    expect(page.get_by_text("a_text is at 2 of")).to_be_attached()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    assert builder.names()[:3] == ["id", "a_text", "a_editor"]
    # A drag that is given up changes nothing.
    grip.hover()
    page.mouse.down()
    page.mouse.move(400, 600, steps=3)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert builder.names()[:3] == ["id", "a_text", "a_editor"]
    builder.more("a_text", "Duplicate")
    builder.more("a_text_copy", "Remove")
    dashboard.take_picture("schema-fields")
    page.get_by_role("button", name="Create the collection").click()
    expect(page.get_by_role("heading", name="every", exact=True)).to_be_visible()

    made = {one["name"]: one for one in stored(server, "every")["fields"]}
    kinds = {name.removeprefix("a_"): one["type"] for name, one in made.items() if "_" in name}
    assert kinds == {kind: kind for kind in TYPES.values() if kind != "manyToMany"}
    assert list(made)[:3] == ["id", "a_text", "a_editor"]
    assert (made["a_select"]["values"], made["a_select"]["maxSelect"]) == (
        ["red", "green", "blue"],
        3,
    )
    assert (made["a_file"]["maxSelect"], made["a_file"]["protected"]) == (12, True)
    assert "image/png" in made["a_file"]["mimeTypes"]
    assert made["a_relation"]["onDelete"] == "restrict"
    assert made["a_number"]["max"] == 2.5
    assert made["a_date"]["min"] == "2026-01-02 03:04:00.000Z"
    assert made["a_email"]["onlyDomains"] == ["example.com", "example.org"]


def test_links_through_a_junction(dashboard: Dashboard, builder: Builder, server: Server) -> None:
    make_collection(server, "films", {"name": "title", "type": "text"})
    ends = [
        {
            "name": name,
            "type": "relation",
            "collectionId": stored(server, of)["id"],
            "required": True,
            "cascadeDelete": True,
        }
        for name, of in (("film", "films"), ("tag", "tags"))
    ]
    index = "CREATE UNIQUE INDEX idx_film_tags ON film_tags (film, tag)"
    body = {"name": "film_tags", "type": "base", "fields": ends, "indexes": [index]}
    server.expect("POST", "/api/collections", token=server.superuser_token(), json_body=body)
    dashboard.open("schema/films")
    row = builder.add("Many to many", "tags")
    row.get_by_label("Collection", exact=True).select_option(label="tags")
    row.get_by_label("Junction").select_option(label="film_tags")
    row.get_by_label("End of this record").select_option(label="film")
    builder.save()
    expect(dashboard.page.get_by_text("The collection films was saved.")).to_be_visible()
    assert field(server, "films", "tags")["junctionId"] == stored(server, "film_tags")["id"]


def test_dangerous_changes_are_told(
    dashboard: Dashboard, builder: Builder, server: Server, axe: str
) -> None:
    page = dashboard.page
    make_collection(
        server,
        "risky",
        {"name": "title", "type": "text"},
        {"name": "gone", "type": "text"},
        {"name": "secret", "type": "text", "hidden": True},
        {"name": "kinds", "type": "select", "values": ["a", "b"], "maxSelect": 2},
    )
    token = server.superuser_token()
    body = {
        "viewRule": None,
        "indexes": [
            "CREATE INDEX idx_r_title ON risky (title)",
            "CREATE INDEX idx_r_gone ON risky (gone)",
        ],
    }
    server.expect("PATCH", "/api/collections/risky", token=token, json_body=body)
    add(server, "risky", title="x", gone="y", kinds=["a", "b"])
    dashboard.see_collection("tags")
    page.reload()
    dashboard.see_collection("risky")
    page.get_by_role("link", name="Fields, rules and options of risky").click()
    page.get_by_label("Name of the collection").fill("risky2")
    name = page.get_by_label("Name of the field title")
    name.fill("head line!")
    name.blur()
    builder.more("gone", "Remove")
    expect(page.get_by_role("button", name="Restore gone")).to_be_visible()
    builder.row("secret").get_by_role("button", name="Settings of secret").click()
    builder.row("secret").get_by_label("Hidden").uncheck()
    builder.row("kinds").get_by_role("button", name="Settings of kinds").click()
    builder.row("kinds").get_by_label("How many").select_option("one")
    builder.tab("Indexes")
    expect(page.get_by_text("goes with its field")).to_be_visible()
    builder.tab("Rules")
    page.get_by_role("button", name="Unlock View rule").click()
    page.keyboard.press("Control+s")
    question = page.get_by_role("dialog")
    said = question.get_by_role("listitem")
    expect(said).to_have_text(
        [
            "The collection risky is called risky2: the addresses of its API change",
            "The field gone goes, with the values of 1 record",
            "The field title is called head_line_: clients that ask for title find nothing",
            "The field secret is shown to clients",
            "kinds: of several values only the last one stays, in 1 record",
            "1 index goes with its field",
            "View rule: open to everybody, signed in or not",
        ]
    )
    dashboard.take_picture("schema-risks")
    dashboard.check_everywhere(axe)
    question.get_by_role("button", name="Cancel").click()
    assert stored(server, "risky")["viewRule"] is None
    builder.save()
    # The name is asked for, and has to be right.
    question.get_by_role("button", name="Save").click()
    question.get_by_label("Type risky to confirm").fill("risky")
    question.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="risky2", exact=True)).to_be_visible()
    after = stored(server, "risky2")
    assert [one["name"] for one in after["fields"]] == ["id", "head_line_", "secret", "kinds"]
    assert len(after["indexes"]) == 1
    assert "head_line_" in after["indexes"][0]
    expect(page).to_have_url(re.compile("schema/risky2"))


def test_problems_stand_where_they_are(dashboard: Dashboard, builder: Builder) -> None:
    page = dashboard.page
    dashboard.open("schema")
    page.get_by_label("Name of the collection").fill("tags")
    builder.add("Text", "fine")
    builder.add("Choice", "empty")
    builder.tab("Rules")
    page.get_by_role("button", name="Unlock List rule").click()
    write(page.get_by_role("textbox", name="List rule"), "nothing = 1")
    builder.tab("Indexes")
    page.get_by_role("button", name="New index").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Take over").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Choose a column")
    dialog.get_by_label("Unique").check()
    dialog.get_by_role("button", name="fine").click()
    expect(dialog.get_by_role("textbox", name="SQL")).to_contain_text("CREATE UNIQUE INDEX")
    dialog.get_by_role("button", name="Take over").click()
    builder.tab("Fields")
    expect(builder.row("fine")).to_contain_text("unique")
    page.get_by_role("button", name="Create the collection").click()
    expect(page.get_by_label("Name of the collection")).to_be_focused()
    expect(page.get_by_role("alert").filter(has_text="must be unique")).to_be_visible()
    page.get_by_label("Name of the collection").fill("wrongs")
    page.get_by_role("button", name="Create the collection").click()
    expect(builder.row("empty").get_by_role("alert").first).to_contain_text("Cannot be blank")
    expect(builder.tab_of("Fields")).to_contain_text("another look")
    expect(builder.row("empty").get_by_label("Values")).to_be_focused()
    builder.row("empty").get_by_label("Values").fill("one")
    expect(builder.row("empty").get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Create the collection").click()
    expect(builder.tab_of("Rules")).to_contain_text("another look")
    expect(page.get_by_role("alert").filter(has_text="rule")).to_be_visible()
    page.get_by_role("button", name="Lock List rule").click()
    page.get_by_role("button", name="Create the collection").click()
    expect(page.get_by_role("heading", name="wrongs", exact=True)).to_be_visible()


def test_an_index_that_the_database_refuses(
    dashboard: Dashboard, builder: Builder, server: Server
) -> None:
    page = dashboard.page
    make_collection(server, "twice", {"name": "title", "type": "text"})
    for _ in range(2):
        add(server, "twice", title="same")
    dashboard.open("schema/twice")
    builder.tab("Indexes")
    page.get_by_role("button", name="New index").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Unique").check()
    dialog.get_by_role("button", name="title").click()
    dialog.get_by_role("button", name="Take over").click()
    builder.save()
    chip = page.get_by_role("list", name="Indexes").get_by_role("listitem")
    expect(chip.get_by_role("alert")).to_contain_text("Failed to create index")
    chip.get_by_role("button").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Failed to create index")
    dialog.get_by_label("Unique").uncheck()
    dialog.get_by_role("button", name="Take over").click()
    dashboard.take_picture("schema-indexes")
    builder.save()
    expect(page.get_by_text("The collection twice was saved.")).to_be_visible()
    assert len(stored(server, "twice")["indexes"]) == 1


def test_what_is_typed_is_kept(dashboard: Dashboard, builder: Builder, server: Server) -> None:
    page = dashboard.page
    make_collection(server, "drafted", {"name": "title", "type": "text"})
    dashboard.open("schema/drafted")
    builder.add("Number", "price")
    page.reload()
    page.get_by_role("button", name="Restore").click()
    expect(builder.row("price")).to_be_visible()
    page.reload()
    # Somebody else is faster; restoring says what it would do.
    more = {"fields": [*stored(server, "drafted")["fields"], {"name": "theirs", "type": "text"}]}
    token = server.superuser_token()
    server.expect("PATCH", "/api/collections/drafted", token=token, json_body=more)
    page.reload()
    expect(page.get_by_text("changed since")).to_be_visible()
    page.get_by_role("button", name="Restore").click()
    builder.save()
    expect(page.get_by_role("dialog").get_by_text("The field theirs goes")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Reset").click()
    expect(builder.row("theirs")).to_be_visible()
    page.reload()
    expect(builder.row("theirs")).to_be_visible()
    expect(page.get_by_role("button", name="Restore")).to_have_count(0)


def test_views(dashboard: Dashboard, builder: Builder, server: Server, axe: str) -> None:
    page = dashboard.page
    dashboard.open("schema")
    page.get_by_label("Name of the collection").fill("shown")
    page.get_by_role("radio", name="View").check()
    query = page.get_by_role("textbox", name="Query")
    write(query, "SELECT id, name FROM tags WHERE name > {:from}")
    page.get_by_label("from", exact=True).fill("5")
    page.get_by_label("Keep the rows").select_option("schedule")
    page.get_by_label("Every so many seconds").fill("60")
    page.get_by_role("button", name="Create the collection").click()
    expect(page.get_by_text("A view with parameters cannot be kept.").first).to_be_visible()
    write(query, "SELECT id, name FROM tags")
    page.get_by_role("button", name="Create the collection").click()
    expect(page.get_by_role("heading", name="shown", exact=True)).to_be_visible()
    made = stored(server, "shown")
    assert (made["viewCache"], made.get("viewParams")) == ({"mode": "schedule", "every": 60}, None)
    dashboard.open("schema/shown")
    page.get_by_role("button", name="Make the rows anew now").click()
    expect(page.get_by_text("rows were made anew")).to_be_visible()
    write(query, "SELECT id, name FROM nowhere")
    builder.save()
    expect(page.get_by_role("alert").filter(has_text="no such table")).to_be_visible()
    dashboard.take_picture("schema-query")
    dashboard.check_everywhere(axe)


def test_duplicating_emptying_and_deleting(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    make_collection(server, "doomed", {"name": "title", "type": "text"})
    add(server, "doomed", title="x")
    dashboard.open("schema/doomed")
    more = page.get_by_role("button", name="More about doomed")
    more.click()
    page.get_by_role("link", name="Duplicate").click()
    expect(page.get_by_label("Name of the collection")).to_have_value("doomed_copy")
    page.get_by_role("button", name="Create the collection").click()
    expect(page.get_by_role("heading", name="doomed_copy", exact=True)).to_be_visible()
    assert stored(server, "doomed_copy")["listRule"] == ""
    dashboard.open("schema/doomed")
    dialog = page.get_by_role("dialog")
    for action in ("Delete all records", "Delete the collection"):
        more.click()
        page.get_by_role("button", name=action).click()
        dialog.get_by_role("button", name=action).click()
        expect(dialog).to_be_visible()
        dialog.get_by_label("Type doomed to confirm").fill("doomed")
        dialog.get_by_role("button", name=action).click()
        expect(dialog).to_have_count(0)
        if action == "Delete all records":
            expect(page.get_by_text("doomed is empty.")).to_be_visible()
            assert server.expect("GET", "/api/collections/doomed/records")["totalItems"] == 0
    expect(page.get_by_text("The collection doomed was deleted.")).to_be_visible()
    assert server.request("GET", "/api/collections/doomed/records").status == 404


def section(page: Page, title: str) -> Locator:
    """A part of the options, opened."""
    found = page.locator("details.section", has=page.get_by_text(title, exact=True))
    if found.get_attribute("open") is None:
        found.locator("summary").click()
    return found


def test_options_of_signing_in(
    dashboard: Dashboard, builder: Builder, server: Server, axe: str
) -> None:
    page = dashboard.page
    dashboard.open("schema")
    page.get_by_label("Name of the collection").fill("people")
    page.get_by_role("radio", name="Auth").check()
    builder.add("Text", "nick")
    builder.tab("Indexes")
    page.get_by_role("button", name="New index").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Unique").check()
    dialog.get_by_role("button", name="nick").click()
    dashboard.check_everywhere(axe)
    dialog.get_by_role("button", name="Take over").click()
    builder.tab("Options")
    password = section(page, "Password")
    password.get_by_label("nick").check()
    password.get_by_label("Refuse common passwords").check()
    password.get_by_label("a digit").check()
    otp = section(page, "One-time password by mail")
    otp.get_by_label("Enabled").check()
    otp.get_by_label("Digits of a code").fill("3")
    expect(otp.locator("summary")).to_contain_text("On")
    apps = section(page, "Authenticator apps")
    apps.get_by_label("Enabled").check()
    expect(apps.get_by_label("Seconds that a device is remembered")).to_have_value("2592000")
    section(page, "Passkeys").get_by_label("Pages").fill("https://app.example.com")
    second = section(page, "Second step for everybody (MFA)")
    second.get_by_label("Enabled").check()
    write(second.get_by_role("textbox", name="Second factor rule"), "verified = true")
    section(page, "Lockout").get_by_label("Tell the owner").uncheck()
    section(page, "Cookies").get_by_label("From other sites").select_option("strict")
    section(page, "Notices about sign-ins").get_by_label("suspicious").check()

    oauth2 = section(page, "Accounts elsewhere (OAuth2)")
    oauth2.get_by_label("Enabled").check()
    expect(oauth2.get_by_text("there is no provider yet")).to_be_visible()
    oauth2.get_by_label("User name").select_option("nick")
    for name, fill in (
        ("Microsoft", {"Tenant": "contoso.example"}),
        ("OIDC", {"Issuer": "https://login.example.com"}),
    ):
        oauth2.get_by_role("button", name="Add a provider").click()
        dialog.get_by_role("searchbox").fill(name)
        dialog.get_by_role("button", name=name).first.click()
        for label, value in ({"Client ID": "x", "Client secret": "y"} | fill).items():
            dialog.get_by_label(label, exact=label == "Issuer").fill(value)
        dialog.get_by_label("PKCE").select_option(label="Off")
        dialog.get_by_role("button", name="Take over").click()
    # One that lacks its secret is told so.
    oauth2.get_by_role("button", name="Add a provider").click()
    dialog.get_by_role("searchbox").fill("git")
    expect(dialog.get_by_role("listitem")).to_have_count(4)
    dialog.get_by_role("button", name="GitHub").click()
    dialog.get_by_label("Client ID").fill("x")
    dialog.get_by_role("button", name="Take over").click()

    mail = section(page, "Mail: verification")
    mail.get_by_label("Subject").fill("Hello ")
    mail.get_by_role("button", name="{APP_NAME}").click()
    body = mail.get_by_role("textbox", name="Text (HTML)")
    body.press("Control+End")
    mail.get_by_role("button", name="{RECORD:email}").click()
    tokens = section(page, "Tokens")
    tokens.get_by_role("group", name="Sign-in").get_by_role("spinbutton").fill("86400")
    expect(tokens).to_contain_text("1 day")
    dashboard.take_picture("schema-options")

    page.get_by_role("button", name="Create the collection").click()
    expect(builder.tab_of("Options")).to_contain_text("another look")
    expect(otp.get_by_role("alert")).to_contain_text("Must be no less than 4")
    # The first one has the focus.
    expect(oauth2.get_by_role("button", name="Settings of GitHub")).to_be_focused()
    expect(oauth2.get_by_role("listitem").filter(has_text="GitHub")).to_contain_text(
        "Cannot be blank"
    )
    otp.get_by_label("Digits of a code").fill("6")
    oauth2.get_by_role("button", name="Remove GitHub").click()
    # Secrets do not stay in the browser.
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "contoso" in kept
    assert "clientSecret" not in kept
    page.get_by_role("link", name="Settings", exact=True).click()
    expect(dialog).to_contain_text("is not saved")
    dialog.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Create the collection").click()
    expect(page.get_by_role("heading", name="people", exact=True)).to_be_visible()

    made = stored(server, "people")
    assert made["passwordAuth"]["identityFields"] == ["email", "nick"]
    assert made["passwordPolicy"] == {"blockCommon": True, "require": ["digit"]}
    assert (made["otp"]["enabled"], made["otp"]["length"]) == (True, 6)
    assert made["totp"] == {"enabled": True}
    assert made["passkey"] == {"origins": ["https://app.example.com"]}
    assert (made["mfa"]["enabled"], made["mfa"]["rule"]) == (True, "verified = true")
    assert made["lockout"] == {"notify": False}
    assert made["cookieAuth"] == {"sameSite": "strict"}
    assert made["suspiciousSignIn"] == {"enabled": True}
    assert made["oauth2"]["mappedFields"]["username"] == "nick"
    microsoft, oidc = made["oauth2"]["providers"]
    assert "contoso.example/oauth2" in microsoft["authURL"]
    assert (oidc["extra"], oidc["pkce"]) == ({"issuer": "https://login.example.com"}, False)
    assert made["verificationTemplate"]["subject"] == "Hello {APP_NAME}"
    assert made["verificationTemplate"]["body"].endswith("{RECORD:email}")
    assert made["authToken"]["duration"] == 86400


def test_apple_and_lark(dashboard: Dashboard, builder: Builder, server: Server) -> None:
    page = dashboard.page
    body = {"name": "friends", "type": "auth", "oauth2": {"enabled": True}}
    server.expect("POST", "/api/collections", token=server.superuser_token(), json_body=body)
    dashboard.open("schema/friends")
    builder.tab("Options")
    oauth2 = section(page, "Accounts elsewhere (OAuth2)")
    dialog = page.get_by_role("dialog")

    def add_provider(name: str) -> None:
        oauth2.get_by_role("button", name="Add a provider").click()
        dialog.get_by_role("searchbox").fill(name)
        dialog.get_by_role("button", name=name).first.click()

    # Apple's secret is signed by the server with a key that it forgets.
    add_provider("Apple")
    dialog.get_by_text("Make a client secret").click()
    make = dialog.get_by_role("button", name="Make it")
    expect(make).to_be_disabled()
    dialog.get_by_label("Client ID").fill("com.example.app")
    dialog.get_by_label("Team ID").fill("TEAM567890")
    dialog.get_by_label("Key ID").fill("short")
    dialog.get_by_label("Private key").fill(KEY)
    dialog.get_by_label("Days that it is good for").fill("30")
    make.click()
    expect(dialog.get_by_label("Key ID")).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_label("Key ID")).to_have_accessible_description(
        "The length must be exactly 10."
    )
    dialog.get_by_label("Key ID").fill("KEY4567890")
    make.click()
    expect(page.get_by_text("The client secret is good for 30 days.")).to_be_visible()
    expect(dialog.get_by_label("Private key")).to_have_value("")
    secret = dialog.get_by_label("Client secret", exact=True).input_value()
    claims = json.loads(urlsafe_b64decode(secret.split(".")[1] + "=="))
    assert (claims["iss"], claims["sub"]) == ("TEAM567890", "com.example.app")
    assert claims["exp"] - claims["iat"] == 30 * 86_400
    dashboard.take_picture("schema-apple")
    dialog.get_by_role("button", name="Take over").click()

    # Lark is at one of two places.
    add_provider("Lark")
    dialog.get_by_label("Client ID").fill("x")
    dialog.get_by_label("Client secret", exact=True).fill("y")
    where = dialog.get_by_label("Where your Lark is")
    expect(where).to_have_value("feishu")
    where.select_option("larksuite.com")
    dialog.get_by_text("Addresses", exact=True).click()
    for address in dialog.locator("details input").all():
        expect(address).to_have_value(re.compile("larksuite.com/open-apis"))
    dialog.get_by_role("button", name="Take over").click()
    builder.save()
    expect(page.get_by_text("The collection friends was saved.")).to_be_visible()
    apple, lark = stored(server, "friends")["oauth2"]["providers"]
    assert (apple["name"], apple["clientId"]) == ("apple", "com.example.app")
    assert lark["tokenURL"] == "https://open.larksuite.com/open-apis/authen/v2/oauth/token"
    # Back to where it is without saying.
    oauth2.get_by_role("button", name="Settings of Lark").click()
    expect(where).to_have_value("lark")
    where.select_option("feishu.cn")
    dialog.get_by_role("button", name="Take over").click()
    builder.save()
    expect(page.get_by_text("The collection friends was saved.").last).to_be_visible()
    until(lambda: "larksuite" not in str(stored(server, "friends")["oauth2"]))


def test_a_mail_is_tried(dashboard: Dashboard, builder: Builder, server: Server) -> None:
    page = dashboard.page
    dashboard.open("schema/users")
    builder.tab("Options")
    with MailServer() as mails:
        root = server.superuser_token()
        server.expect("PATCH", "/api/settings", token=root, json_body=mails.settings)
        mail = section(page, "Mail: new password")
        mail.get_by_label("Subject").fill("A new password for {APP_NAME}")
        builder.save()
        expect(page.get_by_text("The collection users was saved.")).to_be_visible()
        mail.get_by_role("button", name="Send a test mail").click()
        dialog = page.get_by_role("dialog", name="Send a test mail")
        dialog.get_by_label("Email").fill("nobody")
        dialog.get_by_role("button", name="Send", exact=True).click()
        expect(dialog.get_by_role("alert")).to_have_text("Must be a valid email address.")
        dialog.get_by_label("Email").fill("ann@example.com")
        dialog.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_text("A mail to ann@example.com is on its way.")).to_be_visible()
        expect(dialog).to_have_count(0)
        sent = mails.last(1)
        assert (sent.to, sent.subject) == (("ann@example.com",), "A new password for Acme")


def test_tokens_are_ended_and_names_follow(
    dashboard: Dashboard, builder: Builder, server: Server
) -> None:
    page = dashboard.page
    account = {"email": "ann@example.com", "password": "ann-password"}
    root = server.superuser_token()
    records = "/api/collections/users/records"
    body = {**account, "passwordConfirm": account["password"]}
    server.expect("POST", records, token=root, json_body=body)
    token = server.sign_in("users", *account.values())
    dashboard.open("schema/users")
    builder.tab("Options")
    section(page, "Tokens").get_by_role("group", name="Sign-in").get_by_role("checkbox").check()
    builder.tab("Fields")
    name = page.get_by_label("Name of the field name")
    name.fill("full_name")
    builder.save()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("All tokens of 1 kind end")
    question.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The collection users was saved.")).to_be_visible()
    assert stored(server, "users")["oauth2"]["mappedFields"]["name"] == "full_name"
    refresh = "/api/collections/users/auth-refresh"
    assert server.send("POST", refresh, token=token).status == 401


def test_the_side(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    body = {"name": "lonely", "type": "auth", "oauth2": {"enabled": True}}
    server.expect("POST", "/api/collections", token=server.superuser_token(), json_body=body)
    page.reload()
    side = page.get_by_role("navigation", name="Collections")
    expect(side.get_by_role("link", name="lonely")).to_contain_text("there is no provider")
    expect(side.get_by_role("button", name="Collections")).to_contain_text("1 warning")
    edge = page.get_by_role("separator", name="Width of the side")
    edge.focus()
    page.keyboard.press("ArrowRight")
    expect(edge).to_have_attribute("aria-valuenow", "260")
    box = edge.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 4, 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 54, 300, steps=3)
    page.mouse.up()
    expect(edge).to_have_attribute("aria-valuenow", "310")
    side.get_by_role("button", name="System").click()
    expect(side.get_by_role("link", name="_superusers")).to_have_count(0)
    side.get_by_role("searchbox").fill("_super")
    expect(side.get_by_role("link", name="_superusers")).to_be_visible()
    side.get_by_role("button", name="Hide the side").click()
    page.reload()
    expect(side).to_have_count(0)
    page.get_by_role("button", name="Show the side").click()
    expect(side).to_be_visible()
    expect(edge).to_have_attribute("aria-valuenow", "310")
    expect(side.get_by_role("link", name="_superusers")).to_have_count(0)


def test_hostile_data_is_only_data(dashboard: Dashboard, builder: Builder, server: Server) -> None:
    page = dashboard.page
    make_collection(
        server,
        "hostile_schema",
        {"name": "pick", "type": "select", "values": [HOSTILE], "help": HOSTILE, "required": True},
        {"name": "text", "type": "text", "pattern": "<img src=x onerror=alert(1)>"},
    )
    token = server.superuser_token()
    body = {"indexes": ["CREATE INDEX `<b>i</b>` ON hostile_schema (text) WHERE text != '<b>'"]}
    server.expect("PATCH", "/api/collections/hostile_schema", token=token, json_body=body)
    mail = {"subject": HOSTILE, "body": HOSTILE}
    provider = {"name": "oidc", "clientId": HOSTILE, "clientSecret": "x", "displayName": HOSTILE}
    body = {
        "name": "hostile_people",
        "type": "auth",
        "verificationTemplate": mail,
        "oauth2": {"enabled": True, "providers": [provider]},
    }
    server.expect("POST", "/api/collections", token=token, json_body=body)
    dashboard.open("schema/hostile_schema")
    for name in ("pick", "text"):
        builder.row(name).get_by_role("button", name=f"Settings of {name}").click()
    expect(builder.row("pick").get_by_label("Help")).to_have_value(HOSTILE)
    builder.tab("Indexes")
    page.get_by_role("list", name="Indexes").get_by_role("button").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    dashboard.open("schema/hostile_people")
    builder.tab("Options")
    section(page, "Mail: verification").get_by_role("button", name="Preview").click()
    expect(page.get_by_role("dialog")).to_contain_text("{{7*7}}")
    page.keyboard.press("Escape")
    section(page, "Accounts elsewhere (OAuth2)")
    page.get_by_role("button", name="Settings of OIDC").click()
    expect(page.get_by_role("dialog").get_by_label("Client ID")).to_have_value(HOSTILE)
    assert page.locator("[onerror], [onload], a[href^='javascript:']").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_it(
    dashboard: Dashboard, builder: Builder, sdk: Path, theme: str
) -> None:
    page = dashboard.page
    axe = (sdk.parents[2] / "axe-core" / "axe.min.js").read_text()
    page.get_by_role("button", name="Account").click()
    page.get_by_label(theme.title()).check()
    dashboard.open("schema/users")
    builder.row("avatar").get_by_role("button", name="Settings of avatar").click()
    dashboard.check_accessibility(axe)
    dashboard.take_picture(f"schema-{theme}")
    for name in ("Rules", "Indexes", "Options"):
        builder.tab(name)
        if name == "Options":
            for title in ("Accounts elsewhere (OAuth2)", "Mail: verification", "Tokens"):
                section(page, title)
        dashboard.check_accessibility(axe)
    page.get_by_role("button", name="Add a provider").click()
    expect(page.get_by_role("dialog").get_by_role("listitem").first).to_be_visible()
    dashboard.check_accessibility(axe)


def test_on_a_phone(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    dashboard = Dashboard(page, server)
    dashboard.sign_in()
    dashboard.open("schema/users")
    builder = Builder(page)
    for name in ("Options", "Indexes", "Fields"):
        builder.tab(name)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    builder.row("avatar").get_by_role("button", name="Settings of avatar").click()
    assert page.evaluate("document.querySelector('main').scrollWidth") <= 360
    dashboard.take_picture("schema-phone")

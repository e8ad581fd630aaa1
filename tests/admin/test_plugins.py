"""The screen of a plugin: the one of docs/plugins.md."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from fastcms.plugins import state
from tests.admin.dashboard import Dashboard, add, make_collection
from tests.plugins import example
from tests.servers import Kind, Server, add_superuser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    place: Path = tmp_path_factory.mktemp("plugins")
    add_superuser(Kind.FASTCMS, place / "pb_data")
    example.write(place)
    broken = place / "pb_plugins" / "stars" / "static" / "broken.js"
    broken.write_text("export function mount() { throw new Error('no telescope'); }")
    with (place / "pb_plugins" / "stars" / "plugin.toml").open("a") as toml:
        toml.write('[[screens]]\ntitle = "Night"\nmodule = "broken.js"\n')
    state.enable(place / "pb_data", ["stars"])
    with Server(Kind.FASTCMS, place / "pb_data", workers=1) as running:
        make_collection(
            running, "films", {"name": "title", "type": "text"}, {"name": "stars", "type": "stars"}
        )
        add(running, "films", title="Solaris", stars=5)
        add(running, "films", title="Stalker", stars=4)
        yield running


def test_its_screens(dashboard: Dashboard) -> None:
    page = dashboard.page
    places = page.get_by_role("navigation", name="Places")
    places.get_by_role("link", name="Stars").click()
    expect(page.get_by_role("heading", name="Stars")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="★")).to_have_text(
        ["Solaris: ★★★★★", "Stalker: ★★★★"]
    )
    expect(places.get_by_role("link", name="Stars")).to_have_attribute("aria-current", "page")

    # One that fails says so, and the rest goes on.
    places.get_by_role("link", name="Night").click()
    expect(page.get_by_role("alert")).to_be_visible()
    places.get_by_role("link", name="Stars").click()
    expect(page.get_by_text("Solaris")).to_be_visible()
    # Its fields are there in the table of records, too.
    places.get_by_role("link", name="Collections").click()
    dashboard.see_collection("films")
    expect(page.get_by_role("row").filter(has_text="Solaris")).to_contain_text("5")
    dashboard.cell("Solaris").click()
    panel = page.get_by_role("dialog")
    stars = panel.get_by_label("stars")
    # As JSON, in an editor that comes a moment later.
    expect(stars).to_have_text("5")
    stars.fill("3")
    panel.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="Solaris")).to_contain_text("3")

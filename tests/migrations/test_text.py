"""What FastCMS writes itself: from one state of a collection to another and back, byte for byte."""

import asyncio
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fastcms.migrations import automigrate, run
from tests.inprocess import Client
from tests.migrations.home import COLLECTIONS, Home

NASTY = "'''\"\"\"\\ \n{x} \u2028 \x7f é 日本 #"

_text = st.fixed_dictionaries(
    {"type": st.just("text"), "max": st.integers(0, 9), "help": st.sampled_from(["", NASTY])}
)
_number = st.fixed_dictionaries(
    {"type": st.just("number"), "min": st.sampled_from([None, 1, 2]), "onlyInt": st.booleans()}
)
_select = st.fixed_dictionaries(
    {
        "type": st.just("select"),
        "values": st.lists(st.sampled_from("abc"), min_size=2, unique=True),
        "maxSelect": st.integers(0, 2),
    }
)
_fields = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c", "d", "e"]), _text | _number | _select),
    max_size=5,
    unique_by=lambda pair: pair[0],
)
_state = st.fixed_dictionaries(
    {
        "fields": _fields,
        "listRule": st.sampled_from([None, "", "id != ''", f"id != '{NASTY[3:]}'"]),
        "name": st.sampled_from(["posts", "articles", "a_test"]),
        "seed": st.integers(0, 99),
    }
)


def body(state: dict[str, Any], stored: dict[str, Any] | None) -> dict[str, Any]:
    """An update to the state, fields kept by id where their types fit, in any order."""
    order = random.Random(state["seed"])
    known = [field for field in (stored or {}).get("fields", ()) if field["name"] != "id"]
    order.shuffle(known)
    wanted = []
    for name, options in state["fields"]:
        same = next((f for f in known if f["type"] == options["type"]), None)
        if same is not None and order.random() < 0.6:
            known.remove(same)
            wanted.append({**same, **options, "name": name})
        else:
            wanted.append(
                {**options, "name": name, "id": f"{options['type']}{name}{order.random()}"}
            )
    wanted += [field for field in (stored or {}).get("fields", ()) if field["name"] == "id"]
    order.shuffle(wanted)
    name = state["name"]
    indexes = [f"CREATE INDEX `idx_{f['name']}` ON `{name}` (`{f['name']}`)" for f in wanted[:2]]
    return {
        "name": name,
        "listRule": state["listRule"],
        "fields": wanted,
        "indexes": order.sample(indexes, order.randint(0, len(indexes))),
    }


@settings(
    max_examples=15,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(_state, min_size=2, max_size=5))
def test_down_after_up_gives_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, states: list[dict[str, Any]]
) -> None:
    home = Home(tmp_path_factory.mktemp("home"))
    asyncio.run(_there_and_back(home, states))


async def _there_and_back(home: Home, states: list[dict[str, Any]]) -> None:
    async def play(app: Any) -> None:
        client = Client(app)
        await client.sign_in()
        automigrate.install(app, home.folder)
        seen = [app.store.read_now(COLLECTIONS)]
        stored = None
        for state in states:
            method, path = "POST", "/api/collections"
            if stored is not None:
                method, path = "PATCH", f"/api/collections/{stored['id']}"
            files = len(list(home.folder.glob("*.py"))) if stored else 0
            answer = await client(method, path, {"type": "base", **body(state, stored)})
            assert answer.status == 200, answer.body
            stored = answer.json()
            if len(list(home.folder.glob("*.py"))) > files:
                seen.append(app.store.read_now(COLLECTIONS))
            else:
                # Nothing to write about, nothing has changed.
                assert app.store.read_now(COLLECTIONS) == seen[-1]
        names = run.last_applied(app, home.folder, 100)
        assert len(names) == len(seen) - 1
        for name, before in zip(names, reversed(seen[:-1]), strict=True):
            await run.down(app, home.folder, [name])
            assert app.store.read_now(COLLECTIONS) == before, name
        assert await run.up(app, home.folder) == names[::-1]
        assert _timeless(app.store.read_now(COLLECTIONS)) == _timeless(seen[-1])

    await home.opened_here(play)


def _timeless(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """A collection that was made again was made now."""
    return [row[:-1] for row in rows]

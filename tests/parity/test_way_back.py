"""A directory whose collections FastCMS has changed in every way opens in the reference."""

import shutil
from pathlib import Path
from typing import Any

from tests.parity.play import Player
from tests.parity.seed import Seed
from tests.parity.tables import TABLES
from tests.servers import Kind, Server

CHANGING = ("schema_fields", "modifiers", "collections_update", "collections_delete")


def test_what_fastcms_changed_reads_the_same_in_the_reference(base: Seed, tmp_path: Path) -> None:
    directory = tmp_path / "changed" / "pb_data"
    shutil.copytree(base.directory, directory)
    with Server(Kind.FASTCMS, directory, 2) as server:
        player = Player(server, base)
        for table in CHANGING:
            for row in TABLES[table]:
                player.play(row)
        before = _everything(server, base.tokens["superuser"])
    with Server(Kind.REFERENCE, directory) as server:
        token = base.tokens["superuser"]
        assert _everything(server, token) == before
        # And it goes on from there.
        for name in ("form", "counters"):
            path = f"/api/collections/{name}"
            fields = [*before[f"definition of {name}"]["fields"], {"type": "bool", "name": "more"}]
            server.expect("PATCH", path, token=token, json_body={"fields": fields})
    assert len(before) > 150


def _everything(server: Server, token: str) -> dict[str, Any]:
    """Every collection by name, and its records."""
    page = "page=1&perPage=500&sort=name"
    found = server.expect("GET", f"/api/collections?{page}", token=token)["items"]
    everything: dict[str, Any] = {f"definition of {one['name']}": one for one in found}
    for one in found:
        path = f"/api/collections/{one['name']}/records?page=1&perPage=500&sort=id"
        everything[f"records of {one['name']}"] = server.expect("GET", path, token=token)["items"]
    return everything

"""The templates do what they promise, for the official client, and then in the reference too."""

import subprocess
from pathlib import Path

from tests.servers import ROOT_EMAIL, Kind, Server, add_superuser, command

_SCRIPT = Path(__file__).parent / "templates.mjs"
_TEMPLATES = ("blog", "shop", "cms", "directory")


def test_templates_through_the_sdk(sdk: Path, tmp_path: Path) -> None:
    directory = tmp_path / "site" / "pb_data"
    # Hashes that the reference knows.
    bcrypt = command(Kind.FASTCMS, "settings", "password-hash", "bcrypt", directory=directory)
    subprocess.run(bcrypt, check=True, capture_output=True)
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, 2) as server:
        root = server.superuser_token()
        for name in _TEMPLATES:
            path = f"/api/collections/meta/templates/{name}/apply"
            server.expect("POST", path, token=root, json_body={})
        done = subprocess.run(
            ["node", str(_SCRIPT), str(sdk), server.url],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{done.stderr}\n{server.output}"
        exported = server.expect("GET", "/api/collections/export", token=root)
        collections = server.expect("GET", "/api/collections?perPage=100", token=root)

    with Server(Kind.REFERENCE, directory) as server:
        root = server.superuser_token()
        assert server.expect("GET", "/api/collections?perPage=100", token=root) == collections
        orders = server.expect("GET", "/api/collections/orders/records", token=root)
        assert [order["total"] for order in orders["items"]] == [5997]
        assert server.sign_in("members", "noa", "templates-password-1")
        # What FastCMS exports is what the reference imports.
        server.expect("PUT", "/api/collections/import", token=root, json_body=exported)
        missing = {**exported, "deleteMissing": True}
        server.expect("PUT", "/api/collections/import", token=root, json_body=missing)
        assert server.sign_in("_superusers", ROOT_EMAIL, "root-password-1")

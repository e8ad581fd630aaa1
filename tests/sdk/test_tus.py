"""Resumable uploads through tus-js-client and the official client."""

import re
import subprocess
from pathlib import Path

from tests.s3server import s3_server
from tests.servers import Kind, Server, add_superuser
from tests.uploads.tus import make_collections, sign_in

_SCRIPT = Path(__file__).parent / "tus.mjs"


def test_uploads_go_on_over_broken_lines_and_dead_servers(sdk: Path, tmp_path: Path) -> None:
    directory = tmp_path / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    server = Server(Kind.FASTCMS, directory, workers=2)
    with server:
        root = make_collections(server)
        arguments = [
            "node",
            _SCRIPT,
            sdk,
            _tus(sdk),
            str(server.port),
            root,
            sign_in(server, "ben"),
        ]
        script = subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert script.stdin is not None
        assert script.stdout is not None
        if script.stdout.readline() == "KILL\n":
            server.kill()
            server.start()
            script.stdin.write(f"{server.port}\n")
            script.stdin.flush()
        _, errors = script.communicate(timeout=120)
        assert script.returncode == 0, errors


def test_the_examples_of_the_docs(sdk: Path, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "uploads.md").read_text()
    resumable, presigned = re.findall(r"```js\n(.*?)```", page, re.DOTALL)
    script = tmp_path / "examples.mjs"
    directory = tmp_path / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with s3_server() as bucket, Server(Kind.FASTCMS, directory, workers=1) as server:
        root = server.superuser_token()
        s3 = {"s3": bucket.settings(bucket.new_bucket())}
        server.expect("PATCH", "/api/settings", token=root, json_body=s3)
        fields = [
            {"type": "text", "name": "title"},
            {"type": "file", "name": "video", "maxSelect": 1},
        ]
        films = {"name": "films", "type": "base", "fields": fields}
        server.expect("POST", "/api/collections", token=root, json_body=films)
        script.write_text(
            f'import PocketBase from "{sdk}";\n'
            f'import * as tus from "{_tus(sdk)}";\n'
            'const file = Object.assign(Buffer.from("moving pictures"), { name: "a.mp4" });\n'
            'Object.defineProperty(file, "size", { value: file.length });\n'
            f'const pb = new PocketBase("{server.url}");\n'
            f'pb.authStore.save("{root}");\n{presigned}\n{resumable}'
        )
        done = subprocess.run(["node", script], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        assert "100 %" in done.stdout
        found = server.expect("GET", "/api/collections/films/records?sort=title", token=root)
        assert [film["title"] for film in found["items"]] == ["A film", "Another film"]
        for film in found["items"]:
            stored = server.request("GET", f"/api/files/films/{film['id']}/{film['video']}")
            assert stored.body == b"moving pictures"


def _tus(sdk: Path) -> Path:
    modules = next(parent for parent in sdk.parents if parent.name == "node_modules")
    return modules / "tus-js-client" / "lib.esm" / "node" / "index.js"

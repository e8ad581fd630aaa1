"""What files are by their content: as the reference says it, for samples of many formats."""

import json
from pathlib import Path

import pytest

from fastcms.files.sniff import HEAD, OCTETS, sniff
from tests.files.samples import SAMPLES
from tests.parity.scenario import File, encoded, form
from tests.servers import Kind, Server, add_superuser

RULES = {"createRule": ""}
AT = "/api/collections/samples/records"


def _upload(server: Server, field: str, content: bytes) -> tuple[int, str]:
    """The status of an upload, and the name that the file got."""
    payload = encoded(form((field, File("sample", content))))
    headers = {"Content-Type": str(payload.content_type)}
    answer = server.request("POST", AT, headers=headers, body=payload.content)
    return answer.status, answer.json().get(field, "")


def test_types_extensions_and_other_names(tmp_path: Path) -> None:
    kinds = {name: sniff(content[:HEAD]) for name, content in SAMPLES.items()}
    aliases = sorted(
        {(alias, name) for name, kind in kinds.items() for alias in kind.aliases},
        key=lambda pair: pair[0],
    )
    by_alias = dict(aliases)
    fields = [{"type": "file", "name": "any"}] + [
        {"type": "file", "name": f"f{index}", "mimeTypes": [alias]}
        for index, alias in enumerate(by_alias)
    ]
    directory = tmp_path / "pb_data"
    add_superuser(Kind.REFERENCE, directory)
    with Server(Kind.REFERENCE, directory) as server:
        collection = {"name": "samples", "type": "base", "fields": fields, **RULES}
        made = server.expect(
            "POST", "/api/collections", token=server.superuser_token(), json_body=collection
        )
        found = {}
        for name, content in SAMPLES.items():
            _, stored = _upload(server, "any", content)
            (attributes,) = (directory / "storage" / made["id"]).glob(f"*/{stored}.attrs")
            _, dot, extension = stored.partition(".")
            content_type = json.loads(attributes.read_bytes())["user.content_type"]
            found[name] = (content_type, dot + extension)
        ours = {name: (kind.content_type, kind.extension) for name, kind in kinds.items()}
        assert ours == found
        for index, (alias, name) in enumerate(by_alias.items()):
            assert _upload(server, f"f{index}", SAMPLES[name])[0] == 200, alias


@pytest.mark.parametrize("name", ["zip", "docx", "xls", "mp3", "webm", "json", "csv", "ftyp avif"])
def test_any_part_of_a_file_is_something(name: str) -> None:
    content = SAMPLES[name]
    for end in range(0, len(content), max(1, len(content) // 200)):
        assert sniff(content[:end]).content_type
    assert sniff(bytes(16)) == OCTETS

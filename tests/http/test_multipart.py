"""Multipart bodies as they come in: parts, limits, and what stays in memory."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from fastcms.errors import ApiError
from fastcms.fields.upload import Upload
from fastcms.http.multipart import MAX_VALUE_BYTES, SMALL, Part, read_multipart

KIND = "multipart/form-data; boundary=b"


def part(name: str, value: str, more: str = "") -> str:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'


def read(raw: bytes, folder: Path, kind: str = KIND, size: int = 1 << 16) -> list[Part] | None:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(raw), size):
            yield raw[start : start + size]

    names = iter(range(10_000))
    return asyncio.run(
        read_multipart(chunks(), kind, lambda: folder / str(next(names)), "unreadable")
    )


FILE = '; filename="n.txt"\r\nContent-Type: text/plain'


@pytest.mark.parametrize("size", [1, 7, 1 << 16])
@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (part("a", "x") + "--b--", [("a", "x")]),
        (part("a", "1") + part("a", "2") + "--b--\r\n", [("a", "1"), ("a", "2")]),
        (part("f", "data", FILE) + "--b--", [("f", b"data")]),
        (part("f", "", FILE) + "--b--", [("f", b"")]),
        (part("f", "x", '; filename=""') + "--b--", [("f", "x")]),
        # The extended form has carried names past checks that read the plain one.
        (part("f", "data", "; filename*=utf-8''n.txt") + "--b--", [("f", "data")]),
        (part("f", "data", '; filename="n.txt"; name="g"') + "--b--", []),
        (part("", "data", FILE) + "--b--", []),
        ("--b\r\nX-Y: z\r\n\r\ndata\r\n--b--", []),
        ("", None),
    ],
)
def test_parts(raw: str, expected: object, size: int, tmp_path: Path) -> None:
    found = read(raw.encode(), tmp_path, size=size)
    seen = found and [(n, v.source if isinstance(v, Upload) else v) for n, v in found]
    assert seen == expected


@pytest.mark.parametrize("size", [100, 1 << 16])
@pytest.mark.parametrize("length", [SMALL - 1, SMALL, SMALL + 1, 3 << 20])
def test_long_files_go_to_disk(length: int, size: int, tmp_path: Path) -> None:
    content = bytes(range(256)) * (length // 256 + 1)
    raw = part("f", "@", FILE).encode().replace(b"@", content[:length]) + b"--b--"
    found = read(raw, tmp_path, size=size)
    assert found is not None
    ((_, upload),) = found
    assert isinstance(upload, Upload)
    assert isinstance(upload.source, Path) == (length > SMALL)
    source = upload.source
    assert (source if isinstance(source, bytes) else source.read_bytes()) == content[:length]
    assert upload.size == length


def test_many_small_files_go_to_disk(tmp_path: Path) -> None:
    one = part("f", "@" * 60_000, FILE)
    found = read((one * 40 + "--b--").encode(), tmp_path)
    assert found is not None
    in_memory = sum(isinstance(v, Upload) and isinstance(v.source, bytes) for _, v in found)
    assert in_memory == (1 << 20) // 60_000
    assert len(list(tmp_path.iterdir())) == 40 - in_memory


def bad_bodies() -> Iterator[tuple[bytes, str, int]]:
    yield b"--b\r\n", KIND, 400
    yield part("a", "x").encode(), KIND, 400
    yield b"whatever", KIND, 400
    yield b"x" * 1_000_000, KIND, 400
    yield part("a", "x").encode() + b"--b--", "multipart/form-data", 400
    yield part("a", "x").encode() + b"--b--", "multipart/form-data; boundary=" + "b" * 300, 400
    yield (part("a", "") * 1001 + "--b--").encode(), KIND, 400
    yield (part("", "") * 1001 + "--b--").encode(), KIND, 400
    yield (part("a", "", "\r\nX-Long: " + "x" * 20_000) + "--b--").encode(), KIND, 400
    yield (part("a", "", "\r\nX: y" * 5_000) + "--b--").encode(), KIND, 400
    yield (part("a", "", ("\r\nX: " + "y" * 4_000) * 5) + "--b--").encode(), KIND, 400
    yield (part("a", "x" * (MAX_VALUE_BYTES + 1)) + "--b--").encode(), KIND, 413


@pytest.mark.parametrize(("raw", "kind", "status"), list(bad_bodies()))
def test_refused(raw: bytes, kind: str, status: int, tmp_path: Path) -> None:
    with pytest.raises(ApiError) as caught:
        read(raw, tmp_path, kind)
    assert caught.value.status == status


def test_what_has_no_name_costs_no_memory(tmp_path: Path) -> None:
    assert read((part("", "x" * (MAX_VALUE_BYTES + 1)) + "--b--").encode(), tmp_path) == []

"""Any bytes as a multipart body: parts or a clear refusal, whatever the pieces they come in."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from fastcms.errors import ApiError
from fastcms.fields.upload import Upload
from fastcms.http.multipart import MAX_PARTS, read_multipart

_KIND = "multipart/form-data; boundary=b"
_PIECES = [
    b"--b",
    b"--b--",
    b"\r\n",
    b"\n",
    b"\r",
    b"--",
    b"b",
    b":",
    b" ",
    b"Content-Disposition",
    b': form-data; name="a"',
    b'; filename="n.txt"',
    b"; filename*=utf-8''x",
    b'; name="',
    b"\\",
    b'"',
    b";",
    b"\r\nContent-Type: text/plain",
    b"\r\n\r\n",
    b'--b\r\nContent-Disposition: form-data; name="f"; filename="a/../b.txt"\r\n\r\ndata\r\n',
    b'--b\r\nContent-Disposition: form-data; name="v"\r\n\r\nvalue\r\n',
    b"\0",
    b"\xff",
    b"x" * 5000,
    b"x" * 70_000,
]
_bodies = st.lists(st.sampled_from(_PIECES) | st.binary(max_size=8), max_size=12).map(b"".join)


def _read(raw: bytes, size: int, folder: Path) -> object:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(raw), size):
            yield raw[start : start + size]

    names = iter(range(MAX_PARTS))
    try:
        parts = asyncio.run(read_multipart(chunks(), _KIND, lambda: folder / str(next(names))))
    except ApiError as error:
        return error.status
    return parts and [(name, _content(value)) for name, value in parts]


def _content(value: str | Upload) -> object:
    if isinstance(value, str):
        return value
    source = value.source if isinstance(value.source, bytes) else value.source.read_bytes()
    assert len(source) == value.size
    return value.original_name, source


@given(_bodies, st.sampled_from([1, 2, 3, 17, 4096]))
@example(b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n\r\n--b--', 1)
@example(b"\r\nb--b--b", 1)
@example(b"\r\n\r\n", 1)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_parts_or_refused(raw: bytes, size: int) -> None:
    results: list[object] = []
    for step in (size if len(raw) < 20_000 else max(size, 50), 1 << 20):
        with tempfile.TemporaryDirectory() as folder:
            results.append(_read(raw, step, Path(folder)))
    assert results[0] == results[1]
    assert isinstance(results[0], (list, type(None))) or results[0] in {400, 413}


@given(st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=200)), max_size=5))
@settings(max_examples=50, deadline=None)
def test_what_is_sent_as_files_comes_out(files: Sequence[tuple[str, bytes]]) -> None:
    sent = [
        (name.translate({ord(c): "_" for c in '\r\n"\\/'}).strip() or "n", content)
        for name, content in files
        if b"\r\n--b" not in content
    ]
    raw = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="%b"\r\n\r\n%b\r\n'
        % (name.encode("utf-8", "replace"), content)
        for name, content in sent
    )
    with tempfile.TemporaryDirectory() as folder:
        found = _read(raw + b"--b--\r\n", 64, Path(folder))
    expected = [
        ("f", (name.encode("utf-8", "replace").decode(), content)) for name, content in sent
    ]
    assert found == expected

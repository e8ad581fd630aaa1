"""Ranges against a model that cuts bytes with slices, and what they may cost."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastcms.downloads.ranges import MAX_PARTS, Multipart, Part, RangeError, parse_range

CONTENT = bytes(range(100))

_numbers = st.integers(0, 130)
_spaces = st.sampled_from(["", " ", "\t"])


@st.composite
def _pieces(draw: st.DrawFn) -> tuple[str, bytes | None]:
    """A range, and the bytes it means; None for one that lies behind the end."""
    first, more = draw(_numbers), draw(_numbers)
    text, meant = draw(
        st.sampled_from(
            [
                (f"{first}-{first + more}", CONTENT[first : first + more + 1]),
                (f"{first}-", CONTENT[first:]),
                (f"-{first}", CONTENT[-first:] if first else b""),
            ]
        )
    )
    is_behind = not text.startswith("-") and first >= len(CONTENT)
    space = draw(_spaces)
    return f"{space}{text}{space}", None if is_behind else meant


@settings(max_examples=300, deadline=None)
@given(st.lists(_pieces(), min_size=1, max_size=6))
def test_parts_are_those_of_the_model(pieces: list[tuple[str, bytes | None]]) -> None:
    header = "bytes=" + ",".join(text for text, _ in pieces)
    meant = [content for _, content in pieces if content is not None]
    if not meant:
        with pytest.raises(RangeError, match="overlap"):
            parse_range(header, len(CONTENT))
        return
    parts = parse_range(header, len(CONTENT))
    cut = [CONTENT[start : start + size] for start, size in parts]
    assert cut == (meant if sum(map(len, meant)) <= len(CONTENT) else [])


@settings(max_examples=300, deadline=None)
@given(st.text("0123456789-,+ =bytes\t\x00é", max_size=30), st.integers(0, 50), st.booleans())
def test_whatever_is_asked_lies_within_the_file(text: str, whole: int, unit: bool) -> None:
    try:
        parts = parse_range("bytes=" * unit + text, whole)
    except RangeError:
        return
    assert sum(size for _, size in parts) <= whole
    assert all(0 <= start <= start + size <= whole for start, size in parts)


@pytest.mark.parametrize(
    ("header", "count"),
    [
        (",".join(f"{n}-{n}" for n in range(MAX_PARTS)), MAX_PARTS),
        (",".join(f"{n}-{n}" for n in range(MAX_PARTS + 1)), 0),
        # Overlapping ones are not merged: their sum decides.
        ("0-499999,0-499999", 2),
        ("0-499999,0-500000", 0),
        ("0-,0-,0-", 0),
        # Were each compared with each, this would not end.
        (",".join(["0-0"] * 1_000_000), 0),
        ("," * 1_000_000 + "0-0", 1),
    ],
    ids=["most", "too many", "all twice", "more than all", "thrice", "a million", "commas"],
)
def test_many_ranges(header: str, count: int) -> None:
    assert len(parse_range(f"bytes={header}", 1_000_000)) == count


def test_a_number_too_long_to_read() -> None:
    with pytest.raises(RangeError):
        parse_range(f"bytes={'9' * 1_000_000}-", 10)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 50)), min_size=2, max_size=5))
def test_a_body_of_parts_is_as_long_as_was_said(cuts: list[tuple[int, int]]) -> None:
    parts = [Part(start, min(size, len(CONTENT) - start)) for start, size in cuts]
    several = Multipart(parts, len(CONTENT), b"text/plain")

    async def read(part: Part) -> AsyncIterator[bytes]:
        # In two pieces, as a large one comes.
        middle = part.start + part.size // 2
        yield CONTENT[part.start : middle]
        yield CONTENT[middle : part.start + part.size]

    async def whole() -> bytes:
        return b"".join([piece async for piece in several.body(read)])

    body = asyncio.run(whole())
    assert len(body) == several.size
    boundary = re.fullmatch(rb"multipart/byteranges; boundary=(\w{60})", several.content_type)
    assert boundary is not None
    mark = b"--" + boundary[1]
    assert body.startswith(mark)
    assert body.endswith(b"\r\n" + mark + b"--\r\n")
    found = (b"\r\n" + body).split(b"\r\n" + mark)[1:-1]
    for (start, size), text in zip(parts, found, strict=True):
        head, _, content = text.partition(b"\r\n\r\n")
        assert b"bytes %d-%d/100" % (start, start + size - 1) in head
        assert content == CONTENT[start : start + size]

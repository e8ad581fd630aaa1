"""FastCMS answers as the reference does, row by row."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.parity.compare import Mismatch
from tests.parity.differences import DIFFERENCES
from tests.parity.play import play_beside
from tests.parity.seed import Seed
from tests.parity.tables import TABLES
from tests.servers import Kind

_DOCUMENT = Path(__file__).parents[2] / "docs" / "differences.md"


@pytest.mark.parametrize("table", TABLES)
def test_table_is_answered_as_by_the_reference(table: str, base: Seed, tmp_path: Path) -> None:
    """By one process and by two."""
    others = [(Kind.FASTCMS, 1), (Kind.FASTCMS, 2)]
    for found in _differences(table, base, tmp_path / "first", others):
        unexplained = [
            mismatch
            for mismatch in found
            if not any(known.covers(mismatch) for known in DIFFERENCES)
        ]
        if unexplained:
            # What differs there as well is random or the clock: the normaliser has to take it out.
            place = tmp_path / "again"
            (itself,) = _differences(table, base, place, [(Kind.REFERENCE, None)])
            pytest.fail(f"{_told(unexplained)}\nA second reference has {_told(itself)}")
        for known in DIFFERENCES:
            if any(rows.startswith(f"{table}/") for rows in known.rows):
                assert any(map(known.covers, found)), f"{known.id} no longer shows in {table}"


def _differences(
    table: str, base: Seed, place: Path, others: Sequence[tuple[Kind, int | None]]
) -> list[list[Mismatch]]:
    """Of each of the others, where it differs from a reference."""
    found: list[list[Mismatch]] = [[] for _ in others]
    for _, _, of_row in play_beside(table, TABLES[table], base, place, others):
        for mismatches, more in zip(found, of_row, strict=True):
            mismatches.extend(more)
    return found


def test_row_names_are_unique_within_their_table() -> None:
    names = Counter(f"{table}/{row.name}" for table, rows in TABLES.items() for row in rows)
    assert [name for name, count in names.items() if count > 1] == []


def test_every_difference_is_documented_and_every_documented_one_is_known() -> None:
    headings = re.findall(r"^## `([\w-]+)`", _DOCUMENT.read_text(), re.MULTILINE)
    assert headings == [known.id for known in DIFFERENCES]


def _told(mismatches: list[Mismatch]) -> str:
    return "\n".join([f"{len(mismatches)} differences", *map(str, mismatches)])

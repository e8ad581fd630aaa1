"""FastCMS answers as the reference does, row by row."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.parity.compare import Mismatch
from tests.parity.differences import DIFFERENCES
from tests.parity.play import play_both
from tests.parity.seed import Seed
from tests.parity.tables import TABLES
from tests.servers import Kind

_DOCUMENT = Path(__file__).parents[2] / "docs" / "differences.md"


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("table", TABLES)
def test_table_is_answered_as_by_the_reference(
    table: str, workers: int, base: Seed, tmp_path: Path
) -> None:
    played = play_both(table, TABLES[table], base, tmp_path, kind=Kind.FASTCMS, workers=workers)
    found = [mismatch for _, _, mismatches in played for mismatch in mismatches]
    unexplained = [
        mismatch for mismatch in found if not any(known.covers(mismatch) for known in DIFFERENCES)
    ]
    assert not unexplained, _told(unexplained)
    for known in DIFFERENCES:
        if any(rows.startswith(f"{table}/") for rows in known.rows):
            assert any(map(known.covers, found)), f"{known.id} no longer shows in {table}"


@pytest.mark.parametrize("table", TABLES)
def test_reference_is_answered_as_by_itself(table: str, base: Seed, tmp_path: Path) -> None:
    """Whatever differs here is random or the clock, and not yet taken out by the normaliser."""
    played = play_both(table, TABLES[table], base, tmp_path, kind=Kind.REFERENCE, workers=None)
    found = [mismatch for _, _, mismatches in played for mismatch in mismatches]
    assert not found, _told(found)


def test_row_names_are_unique_within_their_table() -> None:
    names = Counter(f"{table}/{row.name}" for table, rows in TABLES.items() for row in rows)
    assert [name for name, count in names.items() if count > 1] == []


def test_every_difference_is_documented_and_every_documented_one_is_known() -> None:
    headings = re.findall(r"^## `([\w-]+)`", _DOCUMENT.read_text(), re.MULTILINE)
    assert headings == [known.id for known in DIFFERENCES]


def _told(mismatches: list[Mismatch]) -> str:
    return "\n".join([f"{len(mismatches)} differences", *map(str, mismatches)])

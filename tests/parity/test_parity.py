"""FastCMS answers as the reference does, row by row."""

import re
from collections import Counter
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
    """By one process and by two; and by a second reference, since what differs there is random or
    the clock and has to be taken out by the normaliser.
    """
    others = [(Kind.FASTCMS, 1), (Kind.FASTCMS, 2), (Kind.REFERENCE, None)]
    played = list(play_beside(table, TABLES[table], base, tmp_path, others))
    one, two, itself = (
        [mismatch for _, _, found in played for mismatch in found[place]] for place in range(3)
    )
    assert not itself, _told(itself)
    for found in (one, two):
        unexplained = [
            mismatch
            for mismatch in found
            if not any(known.covers(mismatch) for known in DIFFERENCES)
        ]
        assert not unexplained, _told(unexplained)
        for known in DIFFERENCES:
            if any(rows.startswith(f"{table}/") for rows in known.rows):
                assert any(map(known.covers, found)), f"{known.id} no longer shows in {table}"


def test_row_names_are_unique_within_their_table() -> None:
    names = Counter(f"{table}/{row.name}" for table, rows in TABLES.items() for row in rows)
    assert [name for name, count in names.items() if count > 1] == []


def test_every_difference_is_documented_and_every_documented_one_is_known() -> None:
    headings = re.findall(r"^## `([\w-]+)`", _DOCUMENT.read_text(), re.MULTILINE)
    assert headings == [known.id for known in DIFFERENCES]


def _told(mismatches: list[Mismatch]) -> str:
    return "\n".join([f"{len(mismatches)} differences", *map(str, mismatches)])

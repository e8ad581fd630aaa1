"""docs/security/asvs.md names files and tests that exist, and every requirement once."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security" / "asvs.md").read_text("utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) .*\| ([12]) \| (\w+) \| (.*) \|$", TEXT, re.MULTILINE)

# Level 1 and 2 requirements of ASVS 5.0 in each section, of those whose role FastCMS has.
SECTIONS = {
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 2, "10.5": 5,
}  # fmt: skip


def test_every_requirement_has_its_row() -> None:
    expected = [f"{name}.{i}" for name, count in SECTIONS.items() for i in range(1, count + 1)]
    assert [id_ for id_, *_ in ROWS] == expected


@pytest.mark.parametrize(("id_", "state", "where"), [(i, s, w) for i, _, s, w in ROWS])
def test_what_a_row_names_exists(id_: str, state: str, where: str) -> None:
    assert state in {"met", "option", "app", "open", "none"}
    named = re.findall(r"`((?:fastcms|tests|docs)/[\w./]+)(?:::(\w+))?`", where)
    for path, test in named:
        assert (ROOT / path).exists(), path
        assert not test or f"def {test}(" in (ROOT / path).read_text("utf-8"), test
    assert where
    # What is met says by which code or test, unless there is nothing that could be named.
    assert named or state != "met" or "there are none" in where

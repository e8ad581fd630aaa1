"""CREATE INDEX statements as the reference reads and writes them."""

from __future__ import annotations

import pytest

from fastcms.schema.indexes import find_unique, is_case_insensitive, parse

# What is read, and how it is written for the table t.
READ = [
    ("create index i on x (a)", "CREATE INDEX `i` ON `t` (`a`)"),
    ('create index "i" on `x`("a" DESC)', "CREATE INDEX `i` ON `t` (`a` DESC)"),
    ("create index [i] on x ('a', [b])", "CREATE INDEX `i` ON `t` (\n  `a`,\n  `b`\n)"),
    (
        "CREATE UNIQUE INDEX IF NOT EXISTS i ON x (a COLLATE NOCASE, b) WHERE a",
        "CREATE UNIQUE INDEX IF NOT EXISTS `i` ON `t` (\n  `a` COLLATE NOCASE,\n  `b`\n) WHERE a",
    ),
    (
        "create\tunique\nindex i on x\n(a)\nwhere\na is not null",
        "CREATE UNIQUE INDEX `i` ON `t` (`a`) WHERE a is not null",
    ),
    ("create index main.i on x(a)", "CREATE INDEX `main`.`i` ON `t` (`a`)"),
    (
        "create index i on x ( lower( a ) collate nocase )",
        "CREATE INDEX `i` ON `t` (lower( a ) COLLATE nocase)",
    ),
    (
        "create index i on x (coalesce(a, 'x,y'), max(a,b) desc)",
        "CREATE INDEX `i` ON `t` (\n  coalesce(a, 'x,y'),\n  max(a,b) DESC\n)",
    ),
    ("create index i on x (,a, )", "CREATE INDEX `i` ON `t` (`a`)"),
    ("xx create index i on x (a) ", "CREATE INDEX `i` ON `t` (`a`)"),
    (
        "create index i on x (a) where a = 'where (x)' and b in (1,2)",
        "CREATE INDEX `i` ON `t` (`a`) WHERE a = 'where (x)' and b in (1,2)",
    ),
    ("create index i on x (a||b)", "CREATE INDEX `i` ON `t` (`a||b`)"),
    ("create index i on x (a`b)", None),
]

NOT_READ = [
    "",
    "x",
    "create index on x (a)",
    "create index i x (a)",
    "create index i on x",
    "create index i on x ()",
    "create index i on x (a",
    "create index i on x (a) where",
    "create index i on x (a) , (b)",
    "create index i on x (a) -- why",
    "create index i on x (a);",
    "create index i on x (a) where 1; drop table users",
    "create index `i j` on x (a)",
    "create index i on `x y` (a)",
    "create index i`j on x (a)",
    "create index i on x (a collate `binary`)",
]


@pytest.mark.parametrize(("text", "built"), READ)
def test_read(text: str, built: str | None) -> None:
    index = parse(text)
    assert (index and index.on_table("t").build()) == built


@pytest.mark.parametrize("text", NOT_READ)
def test_not_read(text: str) -> None:
    assert parse(text) is None


def meaning(text: str, *, plain: bool = False) -> str:
    index = parse(text)
    assert index is not None
    return index.meaning(plain=plain)


def test_meaning() -> None:
    assert meaning("create index i on x (a)") == meaning("CREATE INDEX j ON y ( `a` )")
    assert meaning("create index i on x (a)") != meaning("create unique index i on x (a)")
    assert meaning("create index i on x (a)") != meaning("create index i on x (a desc)")
    partial = "create unique index i on x (a collate nocase) where a > 1"
    assert meaning("create unique index i on x (a)", plain=True) == meaning(partial, plain=True)


UNIQUE = [
    ("create unique index i on x (a)", True),
    ("create unique index i on x (`A` desc) where a != ''", True),
    ("create index i on x (a)", False),
    ("create unique index i on x (a, b)", False),
    ("create unique index i on x (lower(a))", False),
    ("odd", False),
]


@pytest.mark.parametrize(("text", "found"), UNIQUE)
def test_find_unique(text: str, found: bool) -> None:
    assert (find_unique(["create index z on x (z)", text], "a") is not None) is found


def test_is_case_insensitive() -> None:
    for text, expected in (("a collate NoCase", True), ("a", False), ("a collate rtrim", False)):
        index = find_unique([f"create unique index i on x ({text})"], "a")
        assert index is not None
        assert is_case_insensitive(index) is expected

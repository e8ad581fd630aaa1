"""The CREATE INDEX statements of a collection, read as loosely as the reference reads them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HEAD = re.compile(
    r"create\s+(?P<unique>unique\s+)?index\s+(?P<if_not_exists>if\s+not\s+exists\s+)?"
    r"(?P<name>\S+)\s+on\s+(?P<table>[^\s(]+)\s*\(",
    re.IGNORECASE,
)
_WHERE = re.compile(r"where\s+(?P<condition>\S.*)", re.IGNORECASE | re.DOTALL)
_COLUMN = re.compile(
    r"(?P<name>.+?)(?:\s+collate\s+(?P<collate>\w+))?(?:\s+(?P<sort>asc|desc))?",
    re.IGNORECASE | re.DOTALL,
)
_ODD_COLLATION = re.compile(r"\scollate\s+[\"'`\[]", re.IGNORECASE)
_QUOTES = "`\"'[]"


class IndexColumn(msgspec.Struct, frozen=True):
    """A column or an expression; `collate` and `sort` are empty when not given."""

    name: str
    collate: str = ""
    sort: str = ""

    def build(self) -> str:
        """Its SQL text. What holds a bracket or a space is an expression and stays unquoted."""
        text = self.name
        if "(" not in text and " " not in text:
            text = "`" + text.replace("`", "``") + "`"
        if self.collate:
            text += f" COLLATE {self.collate}"
        if self.sort:
            text += f" {self.sort.upper()}"
        return text


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """A parsed CREATE INDEX statement."""

    name: str
    table: str
    columns: tuple[IndexColumn, ...]
    unique: bool = False
    if_not_exists: bool = False
    schema: str = ""
    where: str = ""

    def build(self) -> str:
        """The statement in the reference's layout: one column a line when there are several."""
        parts = ["CREATE", "UNIQUE INDEX" if self.unique else "INDEX"]
        if self.if_not_exists:
            parts.append("IF NOT EXISTS")
        parts.append(f"`{self.schema}`.`{self.name}`" if self.schema else f"`{self.name}`")
        columns = [column.build() for column in self.columns]
        if len(columns) > 1:
            columns = ["\n  " + ",\n  ".join(columns) + "\n"]
        parts.append(f"ON `{self.table}` ({columns[0]})")
        if self.where:
            parts.append(f"WHERE {self.where}")
        return " ".join(parts)

    def on_table(self, table: str) -> Index:
        """The same index for another table."""
        return msgspec.structs.replace(self, table=table)

    def meaning(self, *, plain: bool = False) -> str:
        """A text that is equal for indexes which differ in their name and table only.

        With `plain` the order and collation of columns and the condition do not count either.
        """
        columns = self.columns
        if plain:
            columns = tuple(IndexColumn(column.name) for column in columns)
        return msgspec.structs.replace(
            self,
            schema="",
            name="",
            table="",
            columns=columns,
            where="" if plain else self.where,
        ).build()


def parse(text: str) -> Index | None:
    """The index that the statement creates, None if it is no CREATE INDEX statement."""
    head = _HEAD.search(text)
    # One statement and no more: whatever runs the result would run a second one, too.
    if head is None or any(char == ";" for _, char, _ in _walk(text, 0)):
        return None
    end = _end_of_group(text, head.end())
    if end is None:
        return None
    rest = text[end + 1 :].strip()
    where = _WHERE.fullmatch(rest)
    if rest and where is None:
        return None
    columns = [_column(part) for part in _split(text[head.end() : end]) if part.strip()]
    known = tuple(column for column in columns if column is not None)
    schema, _, name = head["name"].rpartition(".")
    name, table = name.strip(_QUOTES), head["table"].strip(_QUOTES)
    if not (name and table and known) or len(known) != len(columns) or "`" in name:
        return None
    return Index(
        name=name,
        table=table,
        columns=known,
        unique=head["unique"] is not None,
        if_not_exists=head["if_not_exists"] is not None,
        schema=schema.strip(_QUOTES),
        where=where["condition"] if where else "",
    )


def find_unique(indexes: Iterable[str], column: str) -> Index | None:
    """The first unique index on that one column alone, if any. Its condition does not matter."""
    for text in indexes:
        index = parse(text)
        if (
            index is not None
            and index.unique
            and len(index.columns) == 1
            and index.columns[0].name.lower() == column.lower()
        ):
            return index
    return None


def finds_by(indexes: Iterable[str], column: str) -> bool:
    """Whether an index leads to all rows with a value of that column."""
    for text in indexes:
        index = parse(text)
        if index is None or index.where:
            continue
        first = index.columns[0]
        if first.name.lower() == column.lower() and first.collate.lower() in ("", "binary"):
            return True
    return False


def is_case_insensitive(index: Index) -> bool:
    """Whether a single-column index compares without regard to ASCII letter case."""
    return index.columns[0].collate.lower() == "nocase"


def without_case(text: str) -> str:
    """Equal for texts that are one to such an index."""
    return "".join(c.lower() if c.isascii() else c for c in text)


def _column(text: str) -> IndexColumn | None:
    text = text.strip()
    match = _COLUMN.fullmatch(text)
    if match is None or _ODD_COLLATION.search(text):
        return None
    name = match["name"].strip(_QUOTES)
    return IndexColumn(name, match["collate"] or "", (match["sort"] or "").upper())


def _end_of_group(text: str, start: int) -> int | None:
    """Where the bracket that was opened just before `start` is closed."""
    return next((i for i, char, depth in _walk(text, start) if char == ")" and depth == 0), None)


def _split(text: str) -> Iterator[str]:
    """The parts between the commas that stand outside brackets and quotes."""
    start = 0
    for i, char, depth in _walk(text, 0):
        if char == "," and depth == 0:
            yield text[start:i]
            start = i + 1
    yield text[start:]


def _walk(text: str, start: int) -> Iterator[tuple[int, str, int]]:
    """Every character outside quotes with its position and how many brackets are open around it."""
    depth = 0
    quote = ""
    for i in range(start, len(text)):
        char = text[i]
        if quote:
            if char == quote:
                quote = ""
        elif char in "'\"`":
            quote = char
        elif char == "(":
            depth += 1
        elif char == ")":
            yield i, char, depth
            depth -= 1
        else:
            yield i, char, depth

"""What differs between databases when a tree becomes text."""

from __future__ import annotations

from typing import Protocol


class Dialect(Protocol):
    """Spellings of one database. Every argument and result is SQL text, unless said otherwise."""

    def identifier(self, name: str) -> str:
        """A plain name, quoted so that no name can leave the quotes."""

    def placeholder(self, position: int) -> str:
        """The mark of the parameter at a position counted from 1."""

    def constant(self, value: bool | str | None) -> str:
        """TRUE, FALSE, NULL or the empty string."""

    def same(self, left: str, right: str, *, negated: bool) -> str:
        """A comparison that treats NULL as a value of its own."""

    def like(self, value: str, pattern: str, *, negated: bool) -> str:
        """ASCII case-insensitive match of a pattern whose escape character is the backslash."""

    def glob(self, value: str, pattern: str) -> str:
        """Case-sensitive match of a pattern with the wildcards `*` and `?`."""

    def call(self, function: str, args: list[str]) -> str:
        """A function of :data:`fastcms.sql.expr.Function`."""

    def json_extract(self, column: str, path: tuple[str | int, ...]) -> str:
        """The value at a path in a column that may hold text that is no JSON."""

    def json_length(self, value: str, *, is_array: bool) -> str:
        """The number of items in a list; unless it `is_array` it may be text that is no array."""

    def json_items(self, value: str, *, is_array: bool) -> str:
        """A table with the column `value`, the items of a list."""

    def join(self, source: str, alias: str, on: str, *, is_inner: bool) -> str:
        """A LEFT JOIN or an inner one; `on` may be empty."""

    def one_row(self) -> str:
        """A table with one row to join to."""

    def random(self) -> str:
        """A random sort key."""

    def row_id(self, table: str) -> str:
        """The order of insertion of a table, by its quoted alias."""

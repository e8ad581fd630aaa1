"""What an import did, or would do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from fastcms.errors import Problem, Problems

MAX_LISTED = 100_000  # bad rows that a report names; all are counted
ROW = "@row"  # the key of a problem that belongs to no field


class BadRow(msgspec.Struct, frozen=True):
    """A row that was not imported, and why: problems by field."""

    row: int
    problems: Mapping[str, Problem]


class Report(msgspec.Struct, kw_only=True, rename="camel"):
    """The counts of an import and its bad rows."""

    collection: str
    format: str
    dry_run: bool
    # Rows of the file, and what became of them.
    rows: int = 0
    created: int = 0
    updated: int = 0
    # Rows that say what is stored already, or that a hook kept back.
    unchanged: int = 0
    bad: int = 0
    # The rows are in the database.
    imported: bool = False
    # The fields that `create` made, by name, with their types.
    fields: dict[str, str] | None = None
    # Columns of the file that were not read.
    ignored: list[str] = []
    bad_rows: list[BadRow] = []

    def refuse(self, row: int, problems: Mapping[str, Problem]) -> None:
        """Notes a bad row."""
        self.bad += 1
        if len(self.bad_rows) < MAX_LISTED:
            self.bad_rows.append(BadRow(row, problems))

    def sort(self) -> None:
        """Puts the bad rows into the file's order."""
        self.bad_rows.sort(key=lambda bad: bad.row)

    def to_json(self) -> dict[str, Any]:
        """The report as answers and `--json` show it."""
        shown: dict[str, Any] = msgspec.to_builtins(self)
        if self.fields is None:
            del shown["fields"]
        return shown

    def problems(self) -> Problems:
        """The bad rows as an error's `data`."""
        return {str(bad.row): bad.problems for bad in self.bad_rows}

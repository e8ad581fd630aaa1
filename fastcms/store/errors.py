"""What can go wrong in the store, without a word of the engine underneath."""

from __future__ import annotations


class StoreError(Exception):
    """A statement failed; the text is the engine's."""


class UniqueViolation(StoreError):
    """A unique index refused the row.

    `columns` are the index's columns; empty for an index on an expression.
    """

    def __init__(self, text: str, columns: tuple[str, ...]) -> None:
        super().__init__(text)
        self.columns = columns


class SchemaChanged(StoreError):
    """Another process changed the schema after the statement was planned: plan it again."""

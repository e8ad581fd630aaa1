"""Migrations: Python files that change a data directory step by step.

What a migration file imports: `from fastcms.migrations import App`.
"""

from fastcms.migrations.app import App
from fastcms.migrations.edit import CollectionEdit
from fastcms.records.record import Record

__all__ = ["App", "CollectionEdit", "Record"]

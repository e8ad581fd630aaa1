"""Filters and sorts over a table that is no collection, for those who may see all of it."""

from __future__ import annotations

import re

from fastcms.core import App
from fastcms.filters import Condition, FilterError, build
from fastcms.http.request import Request
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


def condition(app: App, table: Collection, filter_: str, sort: str = "") -> Condition:
    """What a filter and a sort are in SQL; the fields of `table` are what they may name.

    Raises FilterError for bad ones.
    """
    plain = _QUOTED.sub("", filter_ + sort)
    # Paths and modifiers mean something for records only.
    if any(mark in plain for mark in ("@request.", "@collection.", ":")):
        raise FilterError("here are no @request, @collection and modifiers")
    nowhere = Schema((table,))
    nobody = Request.imagined(
        app, nowhere, app.stamp, context="default", query={}, headers={}, auth=None
    )
    return build(nowhere, table, filter=filter_, sort=sort, trusted=True).bind(nobody)


def where(found: Condition) -> str:
    """The clause of a condition, "" for none."""
    return f" WHERE {found.where}" if found.where else ""

"""What an examination of a data directory finds."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Kind: TypeAlias = Literal[
    "access",
    "database",
    "disk",
    "drift",
    "hooks",
    "job",
    "leftover",
    "mail",
    "migration",
    "missing",
    "orphan",
    "queue",
    "relation",
    "restore",
    "rules",
    "setting",
    "superusers",
    "thumb",
]
# Something does not work or is lost; something is wrong or will be; something may be meant so.
Severity: TypeAlias = Literal["error", "warning", "hint"]


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong."""

    kind: Kind
    # A file's key, a path, the name of a collection, a setting or whatever else it is about.
    what: str
    problem: str
    remedy: str
    severity: Severity = "warning"
    fixed: bool = False

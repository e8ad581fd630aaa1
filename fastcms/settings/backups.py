"""What the reference's `backups` have no place for: a setting of our own, beside its document."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from fastcms.settings.model import Section
from fastcms.settings.storage import GCS, Azure


class BackupSettings(Section, frozen=True, kw_only=True):
    """The whole setting. Immutable: a change makes a new one."""

    provider: Annotated[
        Literal["", "azure", "gcs"],
        Meta(description="`azure` or `gcs`; empty for what `backups.s3.enabled` says."),
    ] = ""
    azure: Azure = Azure()
    gcs: GCS = GCS()
    verify: Annotated[
        bool, Meta(description="Read each automatic backup again and examine what is in it.")
    ] = False

    def to_json(self) -> dict[str, Any]:
        """The setting by wire name, without its secrets."""
        data: dict[str, Any] = msgspec.to_builtins(self)
        del data["azure"]["key"]
        del data["gcs"]["serviceAccount"]
        return data

"""What the reference's `backups` have no place for: a setting of our own, beside its document."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from fastcms.settings.keys import Section, about
from fastcms.settings.storage import GCS, Azure


class BackupSettings(Section, frozen=True, kw_only=True):
    """The whole setting. Immutable: a change makes a new one."""

    title: ClassVar[str] = "Other places for backups"

    provider: Annotated[
        Literal["", "azure", "gcs"],
        about("Place", "`azure` or `gcs`; empty for what `backups.s3.enabled` says."),
    ] = ""
    azure: Azure = Azure()
    gcs: GCS = GCS()
    verify: Annotated[
        bool,
        about("Verify", "Read each automatic backup again and examine what is in it."),
    ] = False

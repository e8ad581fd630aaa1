"""Places for files that the reference does not know: a setting of our own, beside its document."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from fastcms.settings.model import Section


class Azure(Section, frozen=True, kw_only=True):
    """A container of Azure Blob Storage."""

    account: Annotated[str, Meta(description="Name of the storage account.")] = ""
    container: Annotated[str, Meta(description="Name of the container.")] = ""
    key: Annotated[str, Meta(description="Access key of the account; never sent in an answer.")] = (
        ""
    )
    endpoint: Annotated[
        str, Meta(description="Address of the account's blobs; Azure's own if empty.")
    ] = ""


class GCS(Section, frozen=True, kw_only=True):
    """A bucket of Google Cloud Storage."""

    bucket: Annotated[str, Meta(description="Name of the bucket.")] = ""
    service_account: Annotated[
        str,
        Meta(description="Key of a service account, the JSON as a text; never sent in an answer."),
    ] = ""
    endpoint: Annotated[str, Meta(description="Address of the store; Google's own if empty.")] = ""


class StorageSettings(Section, frozen=True, kw_only=True):
    """The whole setting. Immutable: a change makes a new one."""

    provider: Annotated[
        Literal["", "azure", "gcs"],
        Meta(description="`azure` or `gcs`; empty for what `s3.enabled` says: bucket or disk."),
    ] = ""
    azure: Azure = Azure()
    gcs: GCS = GCS()

    def to_json(self) -> dict[str, Any]:
        """The setting by wire name, without its secrets."""
        data: dict[str, Any] = msgspec.to_builtins(self)
        del data["azure"]["key"]
        del data["gcs"]["serviceAccount"]
        return data

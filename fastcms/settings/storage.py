"""Places for files that the reference does not know: a setting of our own, beside its document."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from fastcms.settings import rules
from fastcms.settings.keys import Section, When, about

_AZURE, _GCS = When("provider", "azure"), When("provider", "gcs")


class Azure(Section, frozen=True, kw_only=True):
    """A container of Azure Blob Storage."""

    title: ClassVar[str] = "Azure Blob Storage"

    account: Annotated[str, about("Account", "Name of the storage account.", required=_AZURE)] = ""
    container: Annotated[str, about("Container", "Name of the container.", required=_AZURE)] = ""
    key: Annotated[
        str,
        about(
            "Key",
            "Access key of the account; never sent in an answer.",
            required=_AZURE,
            secret=True,
        ),
    ] = ""
    endpoint: Annotated[
        str, about("Endpoint", "Address of the account's blobs; Azure's own if empty.", rules.URL)
    ] = ""


class GCS(Section, frozen=True, kw_only=True):
    """A bucket of Google Cloud Storage."""

    title: ClassVar[str] = "Google Cloud Storage"

    bucket: Annotated[str, about("Bucket", "Name of the bucket.", required=_GCS)] = ""
    service_account: Annotated[
        str,
        about(
            "Service account",
            "Key of a service account, the JSON as a text; never sent in an answer.",
            rules.SERVICE_ACCOUNT,
            required=_GCS,
            secret=True,
        ),
    ] = ""
    endpoint: Annotated[
        str, about("Endpoint", "Address of the store; Google's own if empty.", rules.URL)
    ] = ""


class StorageSettings(Section, frozen=True, kw_only=True):
    """Azure or Google as the place of files. Immutable: a change makes a new one."""

    title: ClassVar[str] = "Other places for files"

    provider: Annotated[
        Literal["", "azure", "gcs"],
        about("Place", "`azure` or `gcs`; empty for what `s3.enabled` says: bucket or disk."),
    ] = ""
    azure: Azure = Azure()
    gcs: GCS = GCS()

"""The places of one data directory: its own disk, and those that the settings describe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias, get_args

from fastcms.files.local import LocalStorage
from fastcms.files.object_store import ObjectStorage, azure, gcs, s3
from fastcms.files.storage import Storage
from fastcms.settings.model import S3, Settings
from fastcms.settings.storage import GCS, Azure, StorageSettings

Place: TypeAlias = Literal["local", "s3", "azure", "gcs"]
PLACES: tuple[Place, ...] = get_args(Place)


class Places:
    """What is described need not work: a place says so when it is used."""

    def __init__(self, local: LocalStorage) -> None:
        self._local: Storage = local
        self._s3 = S3()
        self._own = StorageSettings()
        # The last one that was made, and what by; its connections stay open.
        self._made: tuple[S3 | Azure | GCS, ObjectStorage] | None = None

    def wrap_disk(self, wrap: Callable[[Storage], Storage]) -> None:
        """Puts in the place of the disk what that makes of it."""
        self._local = wrap(self._local)

    def follow(self, settings: Settings, own: StorageSettings) -> Storage:
        """Takes these settings; the place that they choose."""
        self._s3, self._own = settings.s3, own
        return self.open(self.chosen)

    @property
    def chosen(self) -> Place:
        """Which place the settings choose."""
        if self._own.provider:
            return self._own.provider
        return "s3" if self._s3.enabled else "local"

    def open(self, place: Place) -> Storage:
        """A place, whether it is the chosen one or not."""
        match place:
            case "local":
                return self._local
            case "s3":
                described: S3 | Azure | GCS = self._s3
            case "azure":
                described = self._own.azure
            case "gcs":
                described = self._own.gcs
        if self._made is None or self._made[0] != described:
            self._made = described, _made(described)
        return self._made[1]


def _made(described: S3 | Azure | GCS) -> ObjectStorage:
    if isinstance(described, S3):
        return s3(described)
    return azure(described) if isinstance(described, Azure) else gcs(described)

"""Files in an object store: S3 and what speaks it, Azure Blob Storage, Google Cloud Storage.

The client, obstore, is loaded and made with the first use: a server that keeps its files on its
disk starts as quickly as without, and wrong settings are errors of files alone.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote, unquote, urlsplit

from fastcms.files.storage import Attributes, StorageError, Stored, check_key
from fastcms.settings.model import S3
from fastcms.settings.storage import GCS, Azure

if TYPE_CHECKING:
    from obstore.store import AzureStore, ClientConfig, GCSStore, RetryConfig, S3Credential, S3Store

    Client: TypeAlias = AzureStore | GCSStore | S3Store

# Under which the client's name of a file is kept: the reference's word, and one that Azure allows.
ORIGINAL_NAME = "original-filename"
AZURE_ORIGINAL_NAME = "original_filename"
PIECE = 256 << 10
# Of uploads: the least that S3 takes, and how many of them an object may have.
PART = 5 << 20
PARTS_AT_MOST = 9_000
PARTS_AT_ONCE = 4
REMOVED_AT_ONCE = 20
_OCTETS = "application/octet-stream"

# What Go's url.PathEscape leaves as it is; the reference's driver stores the name so.
_PLAIN = "$&+=:@~"

_NAME = re.compile(r"[\w.-]+", re.ASCII)
_PRINTABLE = re.compile(r"[!-~]+", re.ASCII)
_ADDRESS = re.compile(r"[\w.~:/!$&'()*+,;=@\[\]-]+", re.ASCII)

# What went wrong, by what the client's long report of it contains.
_REASONS = (
    ("Connection refused", "nobody listens there"),
    ("dns error", "its host name is not known"),
    ("InvalidCertificate", "its certificate is not trusted"),
    ("InvalidMessage", "it does not speak TLS there"),
    ("TimedOut", "it does not answer in time"),
    ("timed out", "it does not answer in time"),
)
_CODE = re.compile(r"<Code>(\w+)</Code>")
_MESSAGE = re.compile(r"<Message>([^<\n\\]*)")
_STATUS = re.compile(r"status code: (\d+[ \w]*)")


class ObjectStorage:
    """In one bucket, laid out as PocketBase lays out its own.

    `name` stands in errors. `connect` makes the client; what it raises are errors of each use.
    `cuts_names` says that the reference uses such buckets too; see :meth:`kept_as`.
    """

    def __init__(
        self,
        name: str,
        connect: Callable[[], Client],
        *,
        original_name: str = ORIGINAL_NAME,
        cuts_names: bool = False,
    ) -> None:
        self._name = name
        self._connect = connect
        self._original_name = original_name
        self._cuts_names = cuts_names
        self._client: Client | None = None

    async def put(self, key: str, source: Path | bytes, attributes: Attributes) -> None:
        """See :class:`Storage`. A large file is sent in parts, few of which are in memory."""
        check_key(key)
        known = {"Content-Type": attributes.content_type}
        if name := attributes.original_name[:255]:
            known[self._original_name] = quote(name, safe=_PLAIN)
        client = await self._connected()
        with self._explained():
            from obstore import put_async

            size = await asyncio.to_thread(_size, source)
            await put_async(
                client,
                self.kept_as(key),
                source,
                attributes=known,
                chunk_size=max(PART, size // PARTS_AT_MOST),
                max_concurrency=PARTS_AT_ONCE,
            )

    async def find(self, key: str) -> Stored | None:
        """See :class:`Storage`."""
        check_key(key)
        client = await self._connected()
        with self._explained():
            from obstore import get_async

            try:
                found = await get_async(client, self.kept_as(key), options={"head": True})
            except FileNotFoundError:
                return None
            meta, attributes = found.meta, found.attributes
        return Stored(
            size=meta["size"],
            modified=meta["last_modified"].timestamp(),
            content_type=attributes.get("Content-Type") or _OCTETS,
            etag=(meta["e_tag"] or "").strip('"'),
            original_name=unquote(attributes.get(self._original_name, "")),
        )

    async def read(self, key: str, start: int = 0, size: int | None = None) -> AsyncIterator[bytes]:
        """See :class:`Storage`."""
        check_key(key)
        if size == 0:
            return
        client = await self._connected()
        with self._explained():
            from obstore import get_async

            try:
                if size is not None:
                    found = await get_async(
                        client, self.kept_as(key), options={"range": (start, start + size)}
                    )
                elif start:
                    found = await get_async(
                        client, self.kept_as(key), options={"range": {"offset": start}}
                    )
                else:
                    found = await get_async(client, self.kept_as(key))
            except Exception as error:
                if _is_beyond_end(str(error)):
                    return
                raise
            pieces = aiter(found.stream(min_chunk_size=PIECE))
        while True:
            with self._explained():
                piece = await anext(pieces, None)
            if piece is None:
                return
            yield bytes(piece)

    def path(self, key: str) -> Path | None:
        """See :class:`Storage`."""
        check_key(key)
        return None

    async def delete(self, key: str) -> None:
        """See :class:`Storage`."""
        check_key(key)
        await self._delete(self.kept_as(key))

    async def delete_below(self, prefix: str) -> None:
        """See :class:`Storage`."""
        check_key(prefix)
        client = await self._connected()
        with self._explained():
            from obstore import list as list_objects

            async for found in list_objects(client, prefix, chunk_size=REMOVED_AT_ONCE):
                await asyncio.gather(*(self._delete(meta["path"]) for meta in found))

    async def walk(self, prefix: str = "") -> AsyncIterator[tuple[str, int]]:
        """See :class:`Storage`. Keys are as the store has them; see :meth:`kept_as`."""
        if prefix:
            check_key(prefix)
        client = await self._connected()
        with self._explained():
            from obstore import list as list_objects

            pages = aiter(list_objects(client, prefix or None, chunk_size=1000))
        while True:
            with self._explained():
                page = await anext(pages, None)
            if page is None:
                return
            for meta in page:
                yield meta["path"], meta["size"]

    async def signed_put(self, key: str, seconds: int) -> str:
        """An address to which the file can be sent, by PUT and without a key, for so long."""
        check_key(key)
        client = await self._connected()
        with self._explained():
            from obstore import sign_async

            return await sign_async(client, "PUT", self.kept_as(key), timedelta(seconds=seconds))

    def kept_as(self, key: str) -> str:
        """See :class:`Storage`.

        The reference takes what follows a `#` in the name of a record's file for a fragment of the
        address, and does not send it. Where it uses the bucket too, we call such files the same;
        thumbs keep their names, or all of a file would have one.
        """
        if self._cuts_names and key.count("/") == 2:
            return key.partition("#")[0]
        return key

    async def _delete(self, name: str) -> None:
        client = await self._connected()
        with self._explained():
            from obstore import delete_async

            try:
                await delete_async(client, name)
            except FileNotFoundError as error:
                # Some stores say so of what is not there; all say so of a bucket that is not.
                if _CODE.search(str(error)) and not _is_missing_file(str(error)):
                    raise

    async def _connected(self) -> Client:
        if self._client is None:
            with self._explained():
                # Loading the client and the system's certificates takes a while.
                self._client = await asyncio.to_thread(self._connect)
        return self._client

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turns what the client raises into one line; its own reports may quote what it sent."""
        try:
            yield
        except StorageError as error:
            raise StorageError(f"{self._name}: {error}") from None
        except Exception as error:
            if isinstance(error, OSError) and error.filename is not None:
                # The file to be sent.
                raise StorageError(f"{error.filename}: {error.strerror}") from error
            from obstore.exceptions import BaseError

            # Its crashes come as an exception without a base of its own.
            has_crashed = type(error).__name__ == "RustPanic"
            if not (has_crashed or isinstance(error, BaseError | OSError | ValueError)):
                raise
            raise StorageError(f"{self._name}: {_reason(str(error))}") from None


def _size(source: Path | bytes) -> int:
    return source.stat().st_size if isinstance(source, Path) else len(source)


def s3(settings: S3) -> ObjectStorage:
    """A bucket of S3, or of a store that speaks its protocol."""

    def credential() -> S3Credential:
        return {
            "access_key_id": settings.access_key,
            "secret_access_key": settings.secret,
            "expires_at": None,
        }

    def connect() -> S3Store:
        from obstore.store import S3Store

        endpoint = _endpoint(settings.endpoint)
        _demand(_NAME, bucket=settings.bucket, region=settings.region)
        _demand(_PRINTABLE, **{"access key": settings.access_key, "secret": settings.secret})
        if not settings.force_path_style:
            if _is_number(endpoint):
                raise StorageError(
                    "its endpoint is a number, which only forcePathStyle can go with"
                )
            scheme, _, rest = endpoint.partition("://")
            endpoint = f"{scheme}://{settings.bucket}.{rest}"
        return S3Store(
            settings.bucket,
            # Both, and all that follows, win over the environment of the process.
            endpoint=endpoint,
            aws_endpoint_url_s3=endpoint,
            region=settings.region,
            virtual_hosted_style_request=not settings.force_path_style,
            skip_signature=False,
            # The reference does without, too; not all stores have it.
            disable_bulk_delete=True,
            credential_provider=credential,
            client_options=_client_options(endpoint),
            retry_config=_retries(),
        )

    return ObjectStorage(f"the bucket {settings.bucket!r} of S3", connect, cuts_names=True)


def azure(settings: Azure) -> ObjectStorage:
    """A container of Azure Blob Storage."""

    def connect() -> AzureStore:
        from obstore.store import AzureStore

        _demand(_NAME, account=settings.account, container=settings.container)
        _demand(_PRINTABLE, key=settings.key)
        endpoint = _endpoint(
            settings.endpoint or f"https://{settings.account}.blob.core.windows.net"
        )
        return AzureStore(
            settings.container,
            account_name=settings.account,
            account_key=settings.key,
            credential_type="access_key",
            endpoint=endpoint,
            skip_signature=False,
            use_emulator=False,
            client_options=_client_options(endpoint),
            retry_config=_retries(),
        )

    name = f"the container {settings.container!r} of Azure"
    return ObjectStorage(name, connect, original_name=AZURE_ORIGINAL_NAME)


def gcs(settings: GCS) -> ObjectStorage:
    """A bucket of Google Cloud Storage."""

    def connect() -> GCSStore:
        from obstore.store import GCSStore

        _demand(_NAME, bucket=settings.bucket)
        if not settings.service_account:
            raise StorageError("its service account is not set")
        endpoint = _endpoint(settings.endpoint or "https://storage.googleapis.com")
        return GCSStore(
            settings.bucket,
            service_account_key=settings.service_account,
            base_url=endpoint,
            skip_signature=False,
            client_options=_client_options(endpoint),
            retry_config=_retries(),
        )

    return ObjectStorage(f"the bucket {settings.bucket!r} of Google", connect)


def _endpoint(text: str) -> str:
    """The address with its scheme, HTTPS if it names none, and without a slash at its end."""
    address = text if "://" in text else f"https://{text}"
    _demand(_ADDRESS, endpoint=address)
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
        if _is_number(address):
            ip_address(host)
    except ValueError as error:
        raise StorageError("its endpoint is no address") from error
    is_host = _NAME.fullmatch(host) or ":" in host
    if parts.scheme not in ("http", "https") or not is_host or parts.username is not None:
        raise StorageError("its endpoint is not set or is no address")
    return address.rstrip("/")


def _is_number(address: str) -> bool:
    """Whether the host is an IP address, or would have to be one to be anything."""
    host = urlsplit(address).hostname or ""
    last = host.rstrip(".").rpartition(".")[2]
    return ":" in host or last.isdecimal() or last.startswith("0x")


def _demand(pattern: re.Pattern[str], **texts: str) -> None:
    """Refuses what cannot stand in an address or header, for which the client would crash."""
    for name, text in texts.items():
        if not pattern.fullmatch(text):
            raise StorageError(f"its {name} is not set or has a sign that it cannot have")


def _client_options(endpoint: str) -> ClientConfig:
    return {
        "allow_http": endpoint.startswith("http://"),
        "connect_timeout": timedelta(seconds=5),
        # For each part that is sent and each piece that is read; a whole file may take its time.
        "read_timeout": timedelta(seconds=60),
        "timeout": timedelta(days=1),
    }


def _retries() -> RetryConfig:
    return {
        "max_retries": 3,
        "retry_timeout": timedelta(seconds=20),
        "backoff": {"max_backoff": timedelta(seconds=2)},
    }


def _is_missing_file(report: str) -> bool:
    return any(code in report for code in ("NoSuchKey", "BlobNotFound"))


def _is_beyond_end(report: str) -> bool:
    return "status code: 416" in report or "StartTooLarge" in report


def _reason(report: str) -> str:
    """One line of the client's report."""
    if code := _CODE.search(report):
        message = _MESSAGE.search(report)
        return f"{code[1]}: {message[1].strip()[:200]}" if message else code[1]
    for sign, reason in _REASONS:
        if sign in report:
            return reason
    if status := _STATUS.search(report):
        return f"it answers {status[1].strip()}"
    return "it cannot be used as it is set up"

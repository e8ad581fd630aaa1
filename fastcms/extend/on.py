"""The decorators by which a file of `pb_hooks` says what it is for.

Each event of `Hooks` has a place here, with the class of what its handlers get.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, overload

from fastcms.extend.handlers import HandlerAt
from fastcms.extend.registry import register
from fastcms.hooks import Event

if TYPE_CHECKING:
    from fastcms.auth.events import (
        AccountEvent,
        EmailChangeEvent,
        OAuth2AuthEvent,
        OTPRequestEvent,
        PasswordAuthEvent,
        RecordAuthEvent,
        RecordMailEvent,
        RefreshEvent,
    )
    from fastcms.backups.events import BackupEvent
    from fastcms.batch.events import BatchRequestEvent
    from fastcms.collections.events import (
        CollectionErrorEvent,
        CollectionEvent,
        CollectionRequestEvent,
        CollectionsImportRequestEvent,
        CollectionsListEvent,
    )
    from fastcms.downloads.events import FileDownloadEvent, FileTokenEvent
    from fastcms.hooks.changes import ModelErrorEvent, ModelEvent
    from fastcms.hooks.server import BootstrapEvent, ServeEvent, TerminateEvent
    from fastcms.mail.events import MailEvent
    from fastcms.realtime.events import (
        RealtimeConnectEvent,
        RealtimeMessageEvent,
        RealtimeSubscribeEvent,
    )
    from fastcms.records.events import (
        RecordEnrichEvent,
        RecordErrorEvent,
        RecordEvent,
        RecordRequestEvent,
        RecordsListEvent,
    )
    from fastcms.settings.events import (
        SettingsListRequest,
        SettingsReloadEvent,
        SettingsUpdateRequest,
    )

E = TypeVar("E", bound=Event)

Handler: TypeAlias = Callable[[E], Awaitable[Any] | Any]


class Place(Generic[E]):
    """One event: `@on.record_create("posts")` puts a function there.

    The function gets the event and goes on with `await event.next()`, in a plain `def` with
    `event.next()`; `before` and `after` are for those that need not say so.
    """

    def __init__(self, hook: str, around: str = "") -> None:
        self._hook = hook
        self._around = around

    @overload
    def __call__(self, function: Handler[E], /) -> Handler[E]: ...
    @overload
    def __call__(
        self,
        *tags: str,
        priority: int = 0,
        id: str = "",
        when: Callable[[E], bool] | None = None,
        timeout: float = 0.0,
    ) -> Callable[[Handler[E]], Handler[E]]: ...
    def __call__(
        self,
        *tags: Any,
        priority: int = 0,
        id: str = "",
        when: Callable[[E], bool] | None = None,
        timeout: float = 0.0,
    ) -> Any:
        """Registers the decorated function: `@on.record_create`, or `@on.record_create("posts")`.

        With `tags`, names or ids of collections, it sees only their events; with `when` only those
        that it is true for. Lower priorities run first. Another function with the same `id` takes
        its place. After `timeout` seconds a call is given up. Raises TypeError for tags that are no
        texts.
        """
        if len(tags) == 1 and callable(tags[0]):
            return self()(tags[0])
        if wrong := [tag for tag in tags if not isinstance(tag, str)]:
            raise TypeError(f"no name of a collection: {wrong[0]!r}")

        def put(function: Handler[E]) -> Handler[E]:
            around = self._around
            register(HandlerAt(self._hook, function, tags, priority, id, when, timeout, around))
            return function

        return put

    @property
    def before(self) -> Place[E]:
        """The same event; the rest of the chain runs after the function, unless it raises."""
        return Place(self._hook, "before")

    @property
    def after(self) -> Place[E]:
        """The same event; the rest of the chain runs before the function."""
        return Place(self._hook, "after")


class On:
    """All events, by the names of `Hooks`."""

    records_list_request: Place[RecordsListEvent]
    record_view_request: Place[RecordRequestEvent]
    record_create_request: Place[RecordRequestEvent]
    record_update_request: Place[RecordRequestEvent]
    record_delete_request: Place[RecordRequestEvent]
    record_enrich: Place[RecordEnrichEvent]
    batch_request: Place[BatchRequestEvent]
    record_auth_request: Place[RecordAuthEvent]
    record_auth_with_password_request: Place[PasswordAuthEvent]
    record_auth_with_oauth2_request: Place[OAuth2AuthEvent]
    record_auth_refresh_request: Place[RefreshEvent]
    record_auth_with_otp_request: Place[AccountEvent]
    record_request_otp_request: Place[OTPRequestEvent]
    record_request_verification_request: Place[AccountEvent]
    record_confirm_verification_request: Place[AccountEvent]
    record_request_password_reset_request: Place[AccountEvent]
    record_confirm_password_reset_request: Place[AccountEvent]
    record_request_email_change_request: Place[EmailChangeEvent]
    record_confirm_email_change_request: Place[EmailChangeEvent]
    collections_list_request: Place[CollectionsListEvent]
    collection_view_request: Place[CollectionRequestEvent]
    collection_create_request: Place[CollectionRequestEvent]
    collection_update_request: Place[CollectionRequestEvent]
    collection_delete_request: Place[CollectionRequestEvent]
    collections_import_request: Place[CollectionsImportRequestEvent]
    settings_list_request: Place[SettingsListRequest]
    settings_update_request: Place[SettingsUpdateRequest]
    file_token_request: Place[FileTokenEvent]
    file_download_request: Place[FileDownloadEvent]
    backup_create: Place[BackupEvent]
    backup_restore: Place[BackupEvent]
    mailer_send: Place[MailEvent]
    mailer_record_verification_send: Place[RecordMailEvent]
    mailer_record_password_reset_send: Place[RecordMailEvent]
    mailer_record_email_change_send: Place[RecordMailEvent]
    mailer_record_otp_send: Place[RecordMailEvent]
    mailer_record_auth_alert_send: Place[RecordMailEvent]
    model_validate: Place[ModelEvent]
    model_create: Place[ModelEvent]
    model_create_execute: Place[ModelEvent]
    model_after_create_success: Place[ModelEvent]
    model_after_create_error: Place[ModelErrorEvent]
    model_update: Place[ModelEvent]
    model_update_execute: Place[ModelEvent]
    model_after_update_success: Place[ModelEvent]
    model_after_update_error: Place[ModelErrorEvent]
    model_delete: Place[ModelEvent]
    model_delete_execute: Place[ModelEvent]
    model_after_delete_success: Place[ModelEvent]
    model_after_delete_error: Place[ModelErrorEvent]
    record_validate: Place[RecordEvent]
    record_create: Place[RecordEvent]
    record_create_execute: Place[RecordEvent]
    record_after_create_success: Place[RecordEvent]
    record_after_create_error: Place[RecordErrorEvent]
    record_update: Place[RecordEvent]
    record_update_execute: Place[RecordEvent]
    record_after_update_success: Place[RecordEvent]
    record_after_update_error: Place[RecordErrorEvent]
    record_delete: Place[RecordEvent]
    record_delete_execute: Place[RecordEvent]
    record_after_delete_success: Place[RecordEvent]
    record_after_delete_error: Place[RecordErrorEvent]
    collection_validate: Place[CollectionEvent]
    collection_create: Place[CollectionEvent]
    collection_create_execute: Place[CollectionEvent]
    collection_after_create_success: Place[CollectionEvent]
    collection_after_create_error: Place[CollectionErrorEvent]
    collection_update: Place[CollectionEvent]
    collection_update_execute: Place[CollectionEvent]
    collection_after_update_success: Place[CollectionEvent]
    collection_after_update_error: Place[CollectionErrorEvent]
    collection_delete: Place[CollectionEvent]
    collection_delete_execute: Place[CollectionEvent]
    collection_after_delete_success: Place[CollectionEvent]
    collection_after_delete_error: Place[CollectionErrorEvent]
    realtime_connect_request: Place[RealtimeConnectEvent]
    realtime_subscribe_request: Place[RealtimeSubscribeEvent]
    realtime_message_send: Place[RealtimeMessageEvent]
    settings_reload: Place[SettingsReloadEvent]
    bootstrap: Place[BootstrapEvent]
    serve: Place[ServeEvent]
    terminate: Place[TerminateEvent]

    def __getattr__(self, name: str) -> Place[Any]:
        # One for each annotation above.
        if name in EVENTS:
            return Place(name)
        raise AttributeError(f"there is no event {name!r}; there are: {', '.join(EVENTS)}")


EVENTS: tuple[str, ...] = tuple(On.__annotations__)
on = On()

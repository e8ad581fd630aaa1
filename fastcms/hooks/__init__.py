"""Where code of users and of later features steps into an action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastcms.hooks.chain import Answered, Bound, Event, Handler, Hook
from fastcms.hooks.changes import Changes, Stage

__all__ = ["Answered", "Event", "Handler", "Hook", "Hooks"]


class Hooks:
    """The hooks of one app by name.

    The feature that fires a hook names it here; its event classes live in that feature's
    `events.py`.
    """

    def __init__(self) -> None:
        self.records_list_request: Hook[Any] = Hook()
        self.record_view_request: Hook[Any] = Hook()
        self.record_create_request: Hook[Any] = Hook()
        self.record_update_request: Hook[Any] = Hook()
        self.record_delete_request: Hook[Any] = Hook()
        self.record_enrich: Hook[Any] = Hook()
        self.record_old_password_request: Hook[Any] = Hook()
        self.batch_request: Hook[Any] = Hook()
        self.record_auth_request: Hook[Any] = Hook()
        self.record_auth_with_password_request: Hook[Any] = Hook()
        self.record_auth_with_oauth2_request: Hook[Any] = Hook()
        self.record_auth_refresh_request: Hook[Any] = Hook()
        self.collections_list_request: Hook[Any] = Hook()
        self.collection_view_request: Hook[Any] = Hook()
        self.collection_create_request: Hook[Any] = Hook()
        self.collection_update_request: Hook[Any] = Hook()
        self.collection_delete_request: Hook[Any] = Hook()
        self.collections_import_request: Hook[Any] = Hook()
        self.backup_create: Hook[Any] = Hook()
        self.backup_restore: Hook[Any] = Hook()
        self.settings_list_request: Hook[Any] = Hook()
        self.settings_update_request: Hook[Any] = Hook()
        self.record_request_verification_request: Hook[Any] = Hook()
        self.record_confirm_verification_request: Hook[Any] = Hook()
        self.record_request_password_reset_request: Hook[Any] = Hook()
        self.record_confirm_password_reset_request: Hook[Any] = Hook()
        self.record_request_email_change_request: Hook[Any] = Hook()
        self.record_confirm_email_change_request: Hook[Any] = Hook()
        self.record_request_otp_request: Hook[Any] = Hook()
        self.record_auth_with_otp_request: Hook[Any] = Hook()
        self.file_token_request: Hook[Any] = Hook()
        self.file_download_request: Hook[Any] = Hook()
        self.mailer_send: Hook[Any] = Hook()
        self.mailer_record_verification_send: Hook[Any] = Hook()
        self.mailer_record_password_reset_send: Hook[Any] = Hook()
        self.mailer_record_email_change_send: Hook[Any] = Hook()
        self.mailer_record_otp_send: Hook[Any] = Hook()
        self.mailer_record_auth_alert_send: Hook[Any] = Hook()
        self.realtime_connect_request: Hook[Any] = Hook()
        self.realtime_subscribe_request: Hook[Any] = Hook()
        self.realtime_message_send: Hook[Any] = Hook()
        self.settings_reload: Hook[Any] = Hook()
        self.bootstrap: Hook[Any] = Hook()
        self.serve: Hook[Any] = Hook()
        self.terminate: Hook[Any] = Hook()
        self.model_validate: Hook[Any] = Hook()
        self.model_create: Hook[Any] = Hook()
        self.model_create_execute: Hook[Any] = Hook()
        self.model_after_create_success: Hook[Any] = Hook()
        self.model_after_create_error: Hook[Any] = Hook()
        self.model_update: Hook[Any] = Hook()
        self.model_update_execute: Hook[Any] = Hook()
        self.model_after_update_success: Hook[Any] = Hook()
        self.model_after_update_error: Hook[Any] = Hook()
        self.model_delete: Hook[Any] = Hook()
        self.model_delete_execute: Hook[Any] = Hook()
        self.model_after_delete_success: Hook[Any] = Hook()
        self.model_after_delete_error: Hook[Any] = Hook()
        self.record_validate: Hook[Any] = Hook()
        self.record_create: Hook[Any] = Hook()
        self.record_create_execute: Hook[Any] = Hook()
        self.record_after_create_success: Hook[Any] = Hook()
        self.record_after_create_error: Hook[Any] = Hook()
        self.record_update: Hook[Any] = Hook()
        self.record_update_execute: Hook[Any] = Hook()
        self.record_after_update_success: Hook[Any] = Hook()
        self.record_after_update_error: Hook[Any] = Hook()
        self.record_delete: Hook[Any] = Hook()
        self.record_delete_execute: Hook[Any] = Hook()
        self.record_after_delete_success: Hook[Any] = Hook()
        self.record_after_delete_error: Hook[Any] = Hook()
        self.collection_validate: Hook[Any] = Hook()
        self.collection_create: Hook[Any] = Hook()
        self.collection_create_execute: Hook[Any] = Hook()
        self.collection_after_create_success: Hook[Any] = Hook()
        self.collection_after_create_error: Hook[Any] = Hook()
        self.collection_update: Hook[Any] = Hook()
        self.collection_update_execute: Hook[Any] = Hook()
        self.collection_after_update_success: Hook[Any] = Hook()
        self.collection_after_update_error: Hook[Any] = Hook()
        self.collection_delete: Hook[Any] = Hook()
        self.collection_delete_execute: Hook[Any] = Hook()
        self.collection_after_delete_success: Hook[Any] = Hook()
        self.collection_after_delete_error: Hook[Any] = Hook()
        # The same, by what is changed.
        self.of_records = Kinds(self, "record", "model")
        self.of_collections = Kinds(self, "collection", "model")
        self.of_settings = Kinds(self, "model")

    def by_name(self) -> dict[str, Hook[Any]]:
        """All of them."""
        return {name: hook for name, hook in vars(self).items() if isinstance(hook, Hook)}

    def seen_by(self, watch: Callable[[Bound], Handler[Any]]) -> Hooks:
        """The same for who looks on: each handler of users runs as `watch` has it."""
        seen = Hooks()
        for name, hook in self.by_name().items():
            seen.by_name()[name].follow(hook, watch)
        return seen


class Kinds:
    """The hooks around the changes of records, of collections or of the settings."""

    def __init__(self, hooks: Hooks, *kinds: str) -> None:
        def changes(type_: str) -> Changes:
            def stage(name: str) -> Stage:
                return Stage(*(getattr(hooks, name.format(kind)) for kind in kinds))

            return Changes(
                validate=stage("{}_validate"),
                around=stage(f"{{}}_{type_}"),
                execute=stage(f"{{}}_{type_}_execute"),
                success=stage(f"{{}}_after_{type_}_success"),
                error=stage(f"{{}}_after_{type_}_error"),
            )

        self.create = changes("create")
        self.update = changes("update")
        self.delete = changes("delete")

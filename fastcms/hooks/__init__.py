"""Where code of users and of later features steps into an action."""

from __future__ import annotations

from typing import Any

from fastcms.hooks.chain import Event, Handler, Hook

__all__ = ["Event", "Handler", "Hook", "Hooks"]


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
        self.record_create: Hook[Any] = Hook()
        self.record_update: Hook[Any] = Hook()
        self.record_delete: Hook[Any] = Hook()
        self.record_after_create_success: Hook[Any] = Hook()
        self.record_after_update_success: Hook[Any] = Hook()
        self.record_after_delete_success: Hook[Any] = Hook()
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
        self.collection_create: Hook[Any] = Hook()
        self.collection_update: Hook[Any] = Hook()
        self.collection_delete: Hook[Any] = Hook()
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

"""The settings document: one Struct a section gives defaults, documentation and the wire's names.

Keys stand in the order in which the reference stores and sends them. Descriptions are read by
:mod:`fastcms.settings.describe`, checks are in :mod:`fastcms.settings.validate`.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, field


class Section(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A part of the document."""


class SMTP(Section, frozen=True, kw_only=True):
    """The mail server."""

    enabled: Annotated[
        bool, Meta(description="Send mail by this server; otherwise by the local `sendmail`.")
    ] = False
    port: Annotated[int, Meta(description="Port of the server.")] = 587
    host: Annotated[str, Meta(description="Name or address of the server.")] = "smtp.example.com"
    username: Annotated[str, Meta(description="User name, empty for no sign-in.")] = ""
    password: Annotated[str, Meta(description="Password; never sent in an answer.")] = ""
    auth_method: Annotated[
        str, Meta(description="`PLAIN`, `LOGIN`, or empty, which means `PLAIN`.")
    ] = ""
    tls: Annotated[
        bool, Meta(description="TLS from the first byte; otherwise STARTTLS when offered.")
    ] = False
    local_name: Annotated[str, Meta(description="Name given in EHLO, empty for `localhost`.")] = ""


class S3(Section, frozen=True, kw_only=True):
    """A bucket of an S3-compatible store."""

    enabled: Annotated[bool, Meta(description="Use the bucket instead of the local disk.")] = False
    bucket: Annotated[str, Meta(description="Name of the bucket.")] = ""
    region: Annotated[str, Meta(description="Region of the bucket.")] = ""
    endpoint: Annotated[str, Meta(description="Address of the store.")] = ""
    access_key: Annotated[str, Meta(description="Access key.")] = ""
    secret: Annotated[str, Meta(description="Secret key; never sent in an answer.")] = ""
    force_path_style: Annotated[
        bool, Meta(description="Bucket in the path instead of in the host name.")
    ] = False


class Backups(Section, frozen=True, kw_only=True):
    """Automatic backups."""

    cron: Annotated[
        str, Meta(description="When to make a backup, as a cron expression; empty for never.")
    ] = ""
    cron_max_keep: Annotated[int, Meta(description="How many automatic backups to keep.")] = 3
    s3: Annotated[S3, Meta(description="Where backups go instead of the local disk.")] = S3()


class AppMeta(Section, frozen=True, kw_only=True):
    """What the application calls itself."""

    accent_color: Annotated[
        str, Meta(description="Main colour of the dashboard, `#` and six hex digits.")
    ] = "#1055c9"
    app_name: Annotated[str, Meta(description="Name, as mails and the dashboard show it.")] = "Acme"
    app_url: Annotated[str, Meta(description="Public address, for links in mails.")] = field(
        default="http://localhost:8090", name="appURL"
    )
    sender_name: Annotated[str, Meta(description="Sender's name in mails.")] = "Support"
    sender_address: Annotated[str, Meta(description="Sender's address in mails.")] = (
        "support@example.com"
    )
    hide_controls: Annotated[
        bool, Meta(description="Hide the dashboard's buttons that change collections.")
    ] = False


class RateLimitRule(Section, frozen=True, kw_only=True):
    """How often some requests may come from one address."""

    label: Annotated[
        str,
        Meta(
            description="Which requests: `users:create`, `*:auth`, `/api/batch`, `POST /api/x`; "
            "with a slash at its end a path is a prefix."
        ),
    ] = ""
    audience: Annotated[
        str, Meta(description="Whose requests: `@guest`, `@auth`, or empty for all.")
    ] = ""
    duration: Annotated[int, Meta(description="Length of the window in seconds.")] = 0
    max_requests: Annotated[int, Meta(description="Requests allowed in one window.")] = 0


def _rule(label: str, max_requests: int, duration: int) -> RateLimitRule:
    return RateLimitRule(label=label, max_requests=max_requests, duration=duration)


class RateLimits(Section, frozen=True, kw_only=True):
    """Protection against too many requests."""

    rules: Annotated[
        tuple[RateLimitRule, ...], Meta(description="The limits; one applies to a request.")
    ] = (
        _rule("*:auth", 2, 3),
        _rule("*:create", 20, 5),
        _rule("/api/batch", 3, 1),
        _rule("/api/", 300, 10),
    )
    excluded_ips: Annotated[
        tuple[str, ...], Meta(description="Addresses and networks without limits.")
    ] = field(default=(), name="excludedIPs")
    enabled: Annotated[bool, Meta(description="Apply the rules.")] = False


class TrustedProxy(Section, frozen=True, kw_only=True):
    """Where the client's address comes from behind a proxy."""

    headers: Annotated[
        tuple[str, ...], Meta(description="Headers that hold it, the most trusted one first.")
    ] = ()
    use_leftmost_ip: Annotated[
        bool, Meta(description="Take the first address of the header instead of the last one.")
    ] = field(default=False, name="useLeftmostIP")


class Batch(Section, frozen=True, kw_only=True):
    """Several requests in one, `POST /api/batch`."""

    enabled: Annotated[bool, Meta(description="Allow batch requests.")] = False
    max_requests: Annotated[int, Meta(description="Requests in one batch.")] = 50
    timeout: Annotated[int, Meta(description="Seconds until a batch is given up.")] = 3
    max_body_size: Annotated[
        int, Meta(description="Bytes in the body of a batch; 0 means 128 MB.")
    ] = 0


class Logs(Section, frozen=True, kw_only=True):
    """The request log."""

    max_data_size: Annotated[
        int, Meta(description="Bytes of details with an entry; 0 means about 16 KB.")
    ] = 0
    max_days: Annotated[
        int, Meta(description="Days that entries are kept; 0 switches the log off.")
    ] = 5
    min_level: Annotated[
        int, Meta(description="Least level that is logged: -4 debug, 0 info, 4 warning, 8 error.")
    ] = 0
    log_ip: Annotated[bool, Meta(description="Log the client's address.")] = field(
        default=True, name="logIP"
    )
    log_auth_id: Annotated[bool, Meta(description="Log the id of the signed-in record.")] = False


class Settings(Section, frozen=True, kw_only=True):
    """The whole document. Immutable: a change makes a new one."""

    superuser_ips: Annotated[
        tuple[str, ...],
        Meta(description="Addresses and networks that superusers may come from; empty for all."),
    ] = field(default=(), name="superuserIPs")
    smtp: SMTP = SMTP()
    backups: Backups = Backups()
    s3: S3 = S3()
    meta: AppMeta = AppMeta()
    rate_limits: RateLimits = RateLimits()
    trusted_proxy: TrustedProxy = TrustedProxy()
    batch: Batch = Batch()
    logs: Logs = Logs()

    def to_json(self, *, secrets: bool) -> dict[str, Any]:
        """The document by wire name: with `secrets` as it is stored, without as it is sent."""
        data: dict[str, Any] = msgspec.to_builtins(self)
        for bucket in (data["s3"], data["backups"]["s3"]):
            # The reference leaves an empty secret out even where it stores the document.
            if not (secrets and bucket["secret"]):
                del bucket["secret"]
        if not secrets:
            del data["smtp"]["password"]
        return data

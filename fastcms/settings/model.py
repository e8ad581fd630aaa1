"""The settings document: one Struct a section gives defaults, documentation and the wire's names.

Keys stand in the order in which the reference stores and sends them. What else is known of a key
stands beside it, see :mod:`fastcms.settings.keys`.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import field

from fastcms.settings import rules
from fastcms.settings.keys import Section, When, about
from fastcms.settings.rules import at_least, one_of

_ENABLED = When("enabled")


class SMTP(Section, frozen=True, kw_only=True):
    """The mail server."""

    title: ClassVar[str] = "Mail server"

    enabled: Annotated[
        bool, about("Use it", "Send mail by this server; otherwise by the local `sendmail`.")
    ] = False
    port: Annotated[int, about("Port", "Port of the server.", at_least(0), required=_ENABLED)] = 587
    host: Annotated[
        str, about("Host", "Name or address of the server.", rules.HOST, required=_ENABLED)
    ] = "smtp.example.com"
    username: Annotated[str, about("User name", "User name, empty for no sign-in.")] = ""
    password: Annotated[
        str, about("Password", "Password; never sent in an answer.", secret=True)
    ] = ""
    auth_method: Annotated[
        str,
        about(
            "Way of sign-in",
            "`PLAIN`, `LOGIN`, or empty, which means `PLAIN`.",
            one_of("", "PLAIN", "LOGIN"),
        ),
    ] = ""
    tls: Annotated[
        bool, about("TLS", "TLS from the first byte; otherwise STARTTLS when offered.")
    ] = False
    local_name: Annotated[
        str, about("Local name", "Name given in EHLO, empty for `localhost`.", rules.HOST)
    ] = ""


class S3(Section, frozen=True, kw_only=True):
    """A bucket of an S3-compatible store."""

    title: ClassVar[str] = "Bucket for files"

    enabled: Annotated[bool, about("Use it", "Use the bucket instead of the local disk.")] = False
    bucket: Annotated[str, about("Bucket", "Name of the bucket.", required=_ENABLED)] = ""
    region: Annotated[str, about("Region", "Region of the bucket.", required=_ENABLED)] = ""
    endpoint: Annotated[
        str, about("Endpoint", "Address of the store.", rules.URL, required=_ENABLED)
    ] = ""
    access_key: Annotated[str, about("Access key", "Access key.", required=_ENABLED)] = ""
    secret: Annotated[
        str,
        about("Secret", "Secret key; never sent in an answer.", required=_ENABLED, secret=True),
    ] = ""
    force_path_style: Annotated[
        bool, about("Bucket in the path", "Bucket in the path instead of in the host name.")
    ] = False


class Backups(Section, frozen=True, kw_only=True):
    """Automatic backups."""

    title: ClassVar[str] = "Backups"

    cron: Annotated[
        str,
        about("When", "When to make a backup, as a cron expression; empty for never.", rules.CRON),
    ] = ""
    cron_max_keep: Annotated[
        int,
        about("Keep", "How many automatic backups to keep.", at_least(1), required=When("cron")),
    ] = 3
    s3: Annotated[
        S3, about("Bucket for backups", "Where backups go instead of the local disk.")
    ] = S3()


class AppMeta(Section, frozen=True, kw_only=True):
    """What the application calls itself."""

    title: ClassVar[str] = "Application"

    accent_color: Annotated[
        str,
        about("Colour", "Main colour of the dashboard, `#` and six hex digits.", rules.COLOR),
    ] = "#1055c9"
    app_name: Annotated[
        str,
        about("Name", "Name, as mails and the dashboard show it.", rules.NAME, required=True),
    ] = "Acme"
    app_url: Annotated[
        str, about("Address", "Public address, for links in mails.", rules.URL, required=True)
    ] = field(default="http://localhost:8090", name="appURL")
    sender_name: Annotated[
        str, about("Sender's name", "Sender's name in mails.", rules.NAME, required=True)
    ] = "Support"
    sender_address: Annotated[
        str, about("Sender's address", "Sender's address in mails.", rules.EMAIL, required=True)
    ] = "support@example.com"
    hide_controls: Annotated[
        bool,
        about(
            "Hide controls",
            "Hide the dashboard's buttons that change collections, and lock records until they"
            " are unlocked.",
        ),
    ] = False


class RateLimitRule(Section, frozen=True, kw_only=True):
    """How often some requests may come from one address."""

    label: Annotated[
        str,
        about(
            "Requests",
            "Which requests: `users:create`, `*:auth`, `/api/batch`, `POST /api/x`; "
            "with a slash at its end a path is a prefix.",
            rules.LABEL,
            required=True,
        ),
    ] = ""
    audience: Annotated[
        str,
        about(
            "Whose",
            "Whose requests: `@guest`, `@auth`, or empty for all.",
            one_of("", "@guest", "@auth"),
        ),
    ] = ""
    duration: Annotated[
        int, about("Seconds", "Length of the window in seconds.", at_least(1), required=True)
    ] = 0
    max_requests: Annotated[
        int, about("Most", "Requests allowed in one window.", at_least(1), required=True)
    ] = 0


def _rule(label: str, max_requests: int, duration: int) -> RateLimitRule:
    return RateLimitRule(label=label, max_requests=max_requests, duration=duration)


class RateLimits(Section, frozen=True, kw_only=True):
    """Protection against too many requests."""

    title: ClassVar[str] = "Rate limits"

    rules: Annotated[
        tuple[RateLimitRule, ...],
        about(
            "Rules",
            "The limits; one applies to a request.",
            required=_ENABLED,
            whole=rules.conflict,
        ),
    ] = (
        _rule("*:auth", 2, 3),
        _rule("*:create", 20, 5),
        _rule("/api/batch", 3, 1),
        _rule("/api/", 300, 10),
    )
    excluded_ips: Annotated[
        tuple[str, ...],
        about("Excluded", "Addresses and networks without limits.", rules.SUBNET),
    ] = field(default=(), name="excludedIPs")
    enabled: Annotated[bool, about("Apply them", "Apply the rules.")] = False


class TrustedProxy(Section, frozen=True, kw_only=True):
    """Where the client's address comes from behind a proxy."""

    title: ClassVar[str] = "Trusted proxy"

    headers: Annotated[
        tuple[str, ...], about("Headers", "Headers that hold it, the most trusted one first.")
    ] = ()
    use_leftmost_ip: Annotated[
        bool,
        about("Leftmost address", "Take the first address of the header instead of the last one."),
    ] = field(default=False, name="useLeftmostIP")


class Batch(Section, frozen=True, kw_only=True):
    """Several requests in one, `POST /api/batch`."""

    title: ClassVar[str] = "Batches"

    enabled: Annotated[bool, about("Allow them", "Allow batch requests.")] = False
    max_requests: Annotated[
        int, about("Requests", "Requests in one batch.", at_least(0), required=_ENABLED)
    ] = 50
    timeout: Annotated[
        int, about("Seconds", "Seconds until a batch is given up.", at_least(0), required=_ENABLED)
    ] = 3
    max_body_size: Annotated[
        int, about("Size", "Bytes in the body of a batch; 0 means 128 MB.", at_least(0))
    ] = 0


class Logs(Section, frozen=True, kw_only=True):
    """The request log."""

    title: ClassVar[str] = "Log of requests"

    max_data_size: Annotated[
        int, about("Size", "Bytes of details with an entry; 0 means about 16 KB.", at_least(0))
    ] = 0
    max_days: Annotated[
        int,
        about("Days", "Days that entries are kept; 0 switches the log off.", at_least(0)),
    ] = 5
    min_level: Annotated[
        int,
        about(
            "Level",
            "Least level that is logged: -4 debug, 0 info, 4 warning, 8 error.",
            rules.NUMBER,
        ),
    ] = 0
    log_ip: Annotated[bool, about("Addresses", "Log the client's address.")] = field(
        default=True, name="logIP"
    )
    log_auth_id: Annotated[bool, about("Accounts", "Log the id of the signed-in record.")] = False


class Settings(Section, frozen=True, kw_only=True):
    """What is not of a section."""

    title: ClassVar[str] = "Superusers"

    superuser_ips: Annotated[
        tuple[str, ...],
        about(
            "Addresses",
            "Addresses and networks that superusers may come from; empty for all.",
            rules.SUBNET,
        ),
    ] = field(default=(), name="superuserIPs")
    smtp: SMTP = SMTP()
    backups: Backups = Backups()
    s3: S3 = S3()
    meta: AppMeta = AppMeta()
    rate_limits: RateLimits = RateLimits()
    trusted_proxy: TrustedProxy = TrustedProxy()
    batch: Batch = Batch()
    logs: Logs = Logs()

    def to_json(self, *, secrets: bool = False) -> dict[str, Any]:
        """The document by wire name: with `secrets` as it is stored, without as it is sent."""
        if not secrets:
            return super().to_json()
        data: dict[str, Any] = msgspec.to_builtins(self)
        for bucket in (data["s3"], data["backups"]["s3"]):
            # The reference leaves an empty secret out even where it stores the document.
            if not bucket["secret"]:
                del bucket["secret"]
        return data

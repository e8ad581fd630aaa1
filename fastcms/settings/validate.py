"""What the settings must be like: the reference's checks, codes and messages."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from fastcms.errors import REQUIRED, Problem, Problems, sentence
from fastcms.fields.email import is_email
from fastcms.fields.url import is_url
from fastcms.settings.cron import CronError, check_cron
from fastcms.settings.model import S3, SMTP, AppMeta, Backups, Batch, Logs, RateLimitRule, Settings
from fastcms.settings.storage import StorageSettings

MAX_INTEGER = 2**53 - 1

_IN = Problem("validation_in_invalid", "Must be a valid value.")
_HOST = Problem("validation_is_host", "Must be a valid IP address or DNS name.")
_URL = Problem("validation_is_url", "Must be a valid URL.")
_EMAIL = Problem("validation_is_email", "Must be a valid email address.")
_MATCH = Problem("validation_match_invalid", "Must be in a valid format.")
_HEX_COLOR = Problem("validation_is_hex_color", "Must be a valid hexadecimal color code.")
# The code is misspelt in the reference, and clients compare it.
_SUBNET = Problem("validation_invlaid_ip_or_subnet", "Invalid IP or CIDR subnet.")

_DNS_NAME = re.compile(
    r"[a-z0-9_][a-z0-9_-]{0,62}(\.[a-z0-9_][a-z0-9_-]{0,62})*[._]?", re.IGNORECASE | re.ASCII
)
_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE | re.ASCII)
_LABEL = re.compile(r"\w+ /[\w/-]*|/[\w/-]*|\w+:\w+|\*:\w+|\w+", re.ASCII)


def problems(settings: Settings) -> Problems:
    """All that is wrong, by the keys of the document; empty if nothing is."""
    return _only(
        {
            "superuserIPs": _subnets(settings.superuser_ips),
            "smtp": _smtp(settings.smtp),
            "backups": _backups(settings.backups),
            "s3": _s3(settings.s3),
            "meta": _meta(settings.meta),
            "rateLimits": _only(
                {
                    "rules": _rules(
                        settings.rate_limits.rules, required=settings.rate_limits.enabled
                    ),
                    "excludedIPs": _subnets(settings.rate_limits.excluded_ips),
                }
            ),
            "batch": _batch(settings.batch),
            "logs": _logs(settings.logs),
        }
    )


def storage_problems(settings: StorageSettings) -> Problems:
    """The same for the setting of places for files."""
    azure, gcs, provider = settings.azure, settings.gcs, settings.provider
    return _only(
        {
            "azure": _only(
                {
                    "account": _required(azure.account, when=provider == "azure"),
                    "container": _required(azure.container, when=provider == "azure"),
                    "key": _required(azure.key, when=provider == "azure"),
                    "endpoint": _url(azure.endpoint),
                }
            ),
            "gcs": _only(
                {
                    "bucket": _required(gcs.bucket, when=provider == "gcs"),
                    "serviceAccount": _required(gcs.service_account, when=provider == "gcs")
                    or _service_account(gcs.service_account),
                    "endpoint": _url(gcs.endpoint),
                }
            ),
        }
    )


def _service_account(text: str) -> Problem | None:
    try:
        known = msgspec.json.decode(text or "{}", type=dict[str, Any])
    except msgspec.DecodeError:
        return _MATCH
    return None if not text or {"client_email", "private_key"} <= known.keys() else _MATCH


def _smtp(smtp: SMTP) -> Problems:
    return _only(
        {
            "host": _required(smtp.host, when=smtp.enabled) or _host(smtp.host),
            "port": _integer(smtp.port, required=smtp.enabled),
            "authMethod": None if smtp.auth_method in ("", "PLAIN", "LOGIN") else _IN,
            "localName": _host(smtp.local_name),
        }
    )


def _s3(s3: S3) -> Problems:
    return _only(
        {
            "endpoint": _url(s3.endpoint) or _required(s3.endpoint, when=s3.enabled),
            "bucket": _required(s3.bucket, when=s3.enabled),
            "region": _required(s3.region, when=s3.enabled),
            "accessKey": _required(s3.access_key, when=s3.enabled),
            "secret": _required(s3.secret, when=s3.enabled),
        }
    )


def _backups(backups: Backups) -> Problems:
    return _only(
        {
            "cron": _cron(backups.cron),
            "cronMaxKeep": _integer(backups.cron_max_keep, required=bool(backups.cron), least=1),
            "s3": _s3(backups.s3),
        }
    )


def _meta(meta: AppMeta) -> Problems:
    return _only(
        {
            "accentColor": _color(meta.accent_color),
            "appName": _name(meta.app_name),
            "appURL": _required(meta.app_url) or _url(meta.app_url),
            "senderName": _name(meta.sender_name),
            "senderAddress": _required(meta.sender_address)
            or (None if is_email(meta.sender_address) else _EMAIL),
        }
    )


def _batch(batch: Batch) -> Problems:
    return _only(
        {
            "maxRequests": _integer(batch.max_requests, required=batch.enabled),
            "timeout": _integer(batch.timeout, required=batch.enabled),
            "maxBodySize": _integer(batch.max_body_size),
        }
    )


def _logs(logs: Logs) -> Problems:
    return _only({"maxDays": _integer(logs.max_days), "maxDataSize": _integer(logs.max_data_size)})


def _rules(rules: tuple[RateLimitRule, ...], *, required: bool) -> Problem | Problems | None:
    if not rules:
        return _required("", when=required)
    return _only({str(i): _rule(rule) for i, rule in enumerate(rules)}) or _conflict(rules)


def _rule(rule: RateLimitRule) -> Problems:
    return _only(
        {
            "label": _required(rule.label) or (None if _LABEL.fullmatch(rule.label) else _MATCH),
            "maxRequests": _integer(rule.max_requests, required=True, least=1),
            "duration": _integer(rule.duration, required=True, least=1),
            "audience": None if rule.audience in ("", "@guest", "@auth") else _IN,
        }
    )


def _conflict(rules: tuple[RateLimitRule, ...]) -> Problems:
    """The first rule whose requests an earlier one covers already."""
    audiences: dict[str, set[str]] = {}
    for i, rule in enumerate(rules):
        taken = audiences.setdefault(rule.label, set())
        if rule.audience in taken or (taken and "" in (*taken, rule.audience)):
            conflict = Problem(
                "validation_conflicting_rate_limit_rule",
                f"Rate limit rule configuration with label {rule.label} already exists "
                "or conflicts with another rule.",
                {"label": rule.label},
            )
            return {str(i): {"label": conflict}}
        taken.add(rule.audience)
    return {}


def _subnets(items: Iterable[str]) -> Problems:
    return _only({str(i): _required(item) or _subnet(item) for i, item in enumerate(items)})


def _subnet(text: str) -> Problem | None:
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return _SUBNET
    # Python also takes a netmask ("1.2.3.0/255.255.255.0").
    prefix = text.partition("/")[2]
    return None if not prefix or prefix.isdecimal() else _SUBNET


def _host(text: str) -> Problem | None:
    if not text or (len(text) <= 255 and _DNS_NAME.fullmatch(text)):
        return None
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return _HOST
    return None


def _cron(text: str) -> Problem | None:
    if not text:
        return None
    try:
        check_cron(text)
    except CronError as error:
        return Problem("validation_invalid_cron", sentence(str(error)))
    return None


def _color(text: str) -> Problem | None:
    if not text:
        return None
    if len(text) != 7:
        return Problem(
            "validation_length_invalid", "The length must be exactly 7.", {"max": 7, "min": 7}
        )
    return None if _HEX.fullmatch(text) else _HEX_COLOR


def _name(text: str) -> Problem | None:
    # The reference counts bytes.
    if len(text.encode()) > 255:
        return Problem(
            "validation_length_out_of_range",
            "The length must be between 1 and 255.",
            {"max": 255, "min": 1},
        )
    return _required(text)


def _url(text: str) -> Problem | None:
    return None if not text or is_url(text) else _URL


def _integer(value: int, *, required: bool = False, least: int = 0) -> Problem | None:
    """`least` does not bind a zero: whether that is allowed, `required` says."""
    if not value:
        return _required("", when=required)
    if value < least:
        return Problem(
            "validation_min_greater_equal_than_required",
            f"Must be no less than {least}.",
            {"threshold": least},
        )
    if value > MAX_INTEGER:
        return Problem(
            "validation_max_less_equal_than_required",
            f"Must be no greater than {MAX_INTEGER}.",
            {"threshold": MAX_INTEGER},
        )
    return None


def _required(text: str, *, when: bool = True) -> Problem | None:
    return REQUIRED if when and not text else None


def _only(found: dict[str, Problem | Problems | None]) -> Problems:
    """What there is, keys sorted as the reference sorts them."""
    return {key: problem for key, problem in sorted(found.items()) if problem}

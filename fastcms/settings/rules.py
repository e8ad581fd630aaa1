"""What a value of the settings must be like: the reference's checks, codes and messages.

A rule is checked when settings are saved, and its `form` tells a form what it will say.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from fastcms.errors import Problem, Problems, sentence
from fastcms.fields.email import is_email
from fastcms.fields.url import is_url
from fastcms.settings.cron import CronError, check_cron

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
_LABEL = r"\w+ /[\w/-]*|/[\w/-]*|\w+:\w+|\*:\w+|\w+"


class Rule(NamedTuple):
    """A check of values that are not empty; of a list it is asked of each item."""

    check: Callable[[Any], Problem | None]
    # For a form: the format, the least and most, the values to choose from.
    form: Mapping[str, Any]


def at_least(least: int) -> Rule:
    """A whole number. Zero is empty: whether that is allowed, `required` of the key says.

    The reference has no upper end for some; beyond this one JavaScript's numbers are not exact.
    """

    def check(value: int) -> Problem | None:
        if value < least:
            return Problem(
                "validation_min_greater_equal_than_required",
                f"Must be no less than {least}.",
                {"threshold": least},
            )
        return _most(value)

    return Rule(check, {"min": least, "max": MAX_INTEGER})


def one_of(*values: str) -> Rule:
    """One of these texts."""
    return Rule(lambda text: None if text in values else _IN, {"values": list(values)})


def _most(value: int) -> Problem | None:
    if value <= MAX_INTEGER:
        return None
    return Problem(
        "validation_max_less_equal_than_required",
        f"Must be no greater than {MAX_INTEGER}.",
        {"threshold": MAX_INTEGER},
    )


def _name(text: str) -> Problem | None:
    # The reference counts bytes.
    if len(text.encode()) <= 255:
        return None
    return Problem(
        "validation_length_out_of_range",
        "The length must be between 1 and 255.",
        {"max": 255, "min": 1},
    )


def _host(text: str) -> Problem | None:
    if len(text) <= 255 and _DNS_NAME.fullmatch(text):
        return None
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return _HOST
    return None


def _cron(text: str) -> Problem | None:
    try:
        check_cron(text)
    except CronError as error:
        return Problem("validation_invalid_cron", sentence(str(error)))
    return None


def _color(text: str) -> Problem | None:
    # The reference counts bytes here, too.
    if len(text.encode()) != 7:
        return Problem(
            "validation_length_invalid", "The length must be exactly 7.", {"max": 7, "min": 7}
        )
    return None if _HEX.fullmatch(text) else _HEX_COLOR


def _subnet(text: str) -> Problem | None:
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return _SUBNET
    # Python also takes a netmask ("1.2.3.0/255.255.255.0") and zeros before a prefix.
    _, slash, prefix = text.partition("/")
    return None if not slash or re.fullmatch("0|[1-9][0-9]*", prefix) else _SUBNET


def _service_account(text: str) -> Problem | None:
    try:
        known = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        return _MATCH
    return None if {"client_email", "private_key"} <= known.keys() else _MATCH


NUMBER = Rule(_most, {"max": MAX_INTEGER})
NAME = Rule(_name, {"maxBytes": 255})
HOST = Rule(_host, {"format": "host"})
URL = Rule(lambda text: None if is_url(text) else _URL, {"format": "url"})
EMAIL = Rule(lambda text: None if is_email(text) else _EMAIL, {"format": "email"})
CRON = Rule(_cron, {"format": "cron"})
COLOR = Rule(_color, {"format": "color"})
SUBNET = Rule(_subnet, {"format": "network"})
SERVICE_ACCOUNT = Rule(_service_account, {"format": "json"})
LABEL = Rule(
    lambda text: None if re.fullmatch(_LABEL, text, re.ASCII) else _MATCH,
    {"pattern": f"^({_LABEL})$"},
)


def conflict(rules: tuple[Any, ...]) -> Problems:
    """The first rate limit whose requests an earlier one covers already."""
    audiences: dict[str, set[str]] = {}
    for i, rule in enumerate(rules):
        taken = audiences.setdefault(rule.label, set())
        if rule.audience in taken or (taken and "" in (*taken, rule.audience)):
            found = Problem(
                "validation_conflicting_rate_limit_rule",
                f"Rate limit rule configuration with label {rule.label} already exists "
                "or conflicts with another rule.",
                {"label": rule.label},
            )
            return {str(i): {"label": found}}
        taken.add(rule.audience)
    return {}

"""A web address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastcms.errors import REQUIRED, Problem
from fastcms.fields import patterns
from fastcms.fields.domains import DomainField
from fastcms.values import SqlValue, Value, to_text

_INVALID = Problem("validation_invalid_url", "Must be a valid url.")
_DOMAIN_NOT_ALLOWED = Problem("validation_url_domain_not_allowed", "Url domain is not allowed.")

# What the reference accepts, odd as it is (`a.b.c` is no address, `x/y.z` is one). RE2 runs it:
# such nested repeats would take Python's own engine forever.
_PLAIN = "[a-zA-Z0-9]"
_WIDE = r"[a-zA-Z0-9\x{a1}-\x{ffff}]"
_BYTE = r"(?:25[0-5]|2[0-4]\d|1\d\d|\d\d?)"
_IPV4 = rf"(?:22[0-3]|2[01]\d|1\d\d|[1-9]\d?)(?:\.{_BYTE}){{3}}"
_IPV6 = r"\[[0-9a-fA-F:.]+(?:%25[0-9a-zA-Z]+)?\]"
_SUBDOMAINS = (
    rf"(?:{_PLAIN}[a-zA-Z0-9_-]*{_PLAIN}(?:[-.]{_PLAIN}+)*"
    rf"|www\.|{_PLAIN}+(?:[-_.]?{_PLAIN})*{_PLAIN}\.{_PLAIN}+)"
)
_NAME = rf"{_SUBDOMAINS}?(?:{_WIDE}+-?-?)*{_WIDE}+(?:\.[a-zA-Z\x{{a1}}-\x{{ffff}}]+)?"
_ADDRESS = (
    r"^(?:(?:ftp|tcp|udp|wss?|https?)://)?(?:\S*@)?"
    rf"(?:{_IPV4}|{_IPV6}|{_NAME})\.?(?::\d{{1,5}})?(?:[/?#]\S*)?$"
)
_LONGEST, _SHORTEST = 2082, 4

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):", re.ASCII)
_USER = re.compile(r"[a-zA-Z0-9\-._:~!$&'()*+,;=%@]*", re.ASCII)
_BAD_ESCAPE = re.compile(r"%(?![0-9a-fA-F]{2})")
_BAD_PORT = re.compile(r":(?!\d*$)[^\]:]*$", re.ASCII)


class UrlField(DomainField, frozen=True, kw_only=True, rename="camel", tag="url"):
    """An address with or without a scheme, of certain domains only if wanted."""

    def prepare(self, raw: object) -> str:
        return to_text(raw)

    def validate(self, value: Value) -> Iterator[Problem]:
        text = value if isinstance(value, str) else ""
        if not text:
            if self.required:
                yield REQUIRED
        elif not is_url(text):
            yield _INVALID
        elif (self.only_domains or self.except_domains) and not self.allows_domain(
            (_host_and_path(text) or ("", ""))[0]
        ):
            yield _DOMAIN_NOT_ALLOWED

    def from_db(self, raw: SqlValue) -> str:
        return raw if isinstance(raw, str) else to_text(raw)


def is_url(text: str) -> bool:
    """Whether the text has the form of a web address."""
    if len(text.encode()) < _SHORTEST or len(text) > _LONGEST or text.startswith("."):
        return False
    # "example.com:80" would read as the scheme "example.com".
    with_scheme = "http://" + text if ":" in text and "://" not in text else text
    parts = _host_and_path(with_scheme)
    if parts is None:
        return False
    host, path = parts
    if host.startswith(".") or (not host and path and "." not in path):
        return False
    return patterns.matches(_ADDRESS, text) and ("[" not in host or _is_ipv6(host))


def _host_and_path(text: str) -> tuple[str, str] | None:
    """Host (with port) and path as the reference's URL parser sees them, None if it refuses."""
    if any(char < " " or char == "\x7f" for char in text):
        return None
    text, _, fragment = text.partition("#")
    scheme = _SCHEME.match(text)
    rest = (text[scheme.end() :] if scheme else text).partition("?")[0]
    if not rest.startswith("/"):
        if scheme:
            return "", ""
        if ":" in rest.partition("/")[0]:
            return None
    host, path = "", rest
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        user, _, host = authority.rpartition("@")
        path = slash + path
        if not _USER.fullmatch(user) or _BAD_ESCAPE.search(user) or _BAD_PORT.search(host):
            return None
    return None if _BAD_ESCAPE.search(path) or _BAD_ESCAPE.search(fragment) else (host, path)


def _is_ipv6(host: str) -> bool:
    import ipaddress

    try:
        ipaddress.IPv6Address(host[1 : host.index("]")].partition("%")[0])
    except ValueError:
        return False
    return True

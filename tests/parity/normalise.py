"""Makes the answers of two servers comparable: random ids, tokens and the present moment.

Everything that comes from the seed or from a request is left as it is, so a wrong id or an old
time stays visible.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

_ID = re.compile(r"[a-z0-9]{15}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z")
_CODE = re.compile(r"(?<=password is: )(?:<strong>)?\d+")
# What is random in the address of a provider's login page.
_LOGIN = re.compile(r"(?<=[?&]state=)\w{30}(?=&)|(?<=[?&]code_challenge=)[\w-]{43}(?=&)")
# What is random in the name of a stored file.
_STORED = re.compile(r"(?<=_)[a-z0-9]{10}(?=\.\w)")
# Short names are filled up.
_SHORT = re.compile(r"(?:(?<=^)|(?<=^[a-z0-9_])|(?<=^[a-z0-9_]{2}))[a-z0-9]{10}(?=_<random>)")
# The reference names files of batches twice.
_TWICE = re.compile(r"(?<=[a-z0-9]{3}_)[a-z0-9]{10}_(?=<random>)")
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")
# Claims that the reference does not have; docs/differences.md names them.
_OWN_CLAIMS = ("sid", "impersonatedBy")
_INT_64 = 2**63
_LONGEST = 256 << 10  # bytes
_CLOCK_SLACK = timedelta(seconds=2)
_TOKEN_LIFE_STEP = 100  # seconds; token lives are whole hundreds of them but for test requests


class Number(str):
    """A JSON number, comparable by what a client gets from it.

    `1` and `1.0` are different answers, as Dart makes an int of one and a double of the other.
    `1e20`, `1e+20` and `100000000000000000000` are one.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        whole = text.lstrip("-").isdigit() and text != "-0" and abs(int(text)) < _INT_64
        return super().__new__(cls, text if whole or text == "-0" else repr(float(text)))

    def __repr__(self) -> str:
        """As JSON shows it, so that the number and the text of its digits are told apart."""
        return str(self)


@dataclass(slots=True)
class Normaliser:
    """One per server and table. A random id is named after the row in which it first appeared.

    known: text in which an id may be found that is not random: the seed, later every row too.
    """

    known: bytearray
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    _ids: dict[str, str] = field(default_factory=dict)
    # What was found in `known` once: that only grows, and looking through it takes its time.
    _found: set[str] = field(default_factory=set)
    _row: str = ""
    _ids_of_row: int = 0

    def begin(self, row: str, text: bytes) -> None:
        """The answer to this row comes next; `text` is all that the row says."""
        # What is longer is a file, which names no ids.
        self.known += text[:_LONGEST]
        self._row, self._ids_of_row = row, 0

    def parse(self, content: bytes) -> Any:
        """The JSON value with placeholders. ValueError when it is none."""
        value = json.loads(content, parse_int=Number, parse_float=Number, parse_constant=Number)
        return self.value(value)

    def value(self, value: Any) -> Any:
        if isinstance(value, dict):
            # In key order, so that numbering does not hang on the order of a random map.
            done = {key: self.value(value[key]) for key in sorted(value)}
            return {key: done[key] for key in value}
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, str) and not isinstance(value, Number):
            return self.text(value)
        return value

    def text(self, text: str) -> str:
        if _TOKEN.fullmatch(text):
            return self._token(text)
        if _ID.fullmatch(text) and not self._is_known(text):
            if text not in self._ids:
                self._ids_of_row += 1
                self._ids[text] = f"<id {self._ids_of_row} of {self._row}>"
            return self._ids[text]
        plain = _SHORT.sub("<random>", _TWICE.sub("", _STORED.sub("<random>", text)))
        # To look through all that is known, with large files in it, takes longer than the rest.
        if plain != text and not self._is_known(text):
            text = plain
        return _TIME.sub(self._time, _LOGIN.sub("<random>", text))

    def mail(self, text: str) -> str:
        """The text of a mail with placeholders for its token, its code and times."""
        text = _TOKEN.sub(lambda match: self._token(match[0]), text)
        text = _CODE.sub(lambda match: f"<code of {len(match[0])}>", text)
        return _TIME.sub(self._time, text)

    def _is_known(self, text: str) -> bool:
        if text not in self._found and text.encode() in self.known:
            self._found.add(text)
        return text in self._found

    def _time(self, match: re.Match[str]) -> str:
        if self._is_known(match[0]):
            return match[0]
        try:
            moment = datetime.fromisoformat(match[0])
        except ValueError:
            return match[0]
        recent = self.since - _CLOCK_SLACK <= moment <= datetime.now(UTC) + _CLOCK_SLACK
        return "<now>" if recent else match[0]

    def _token(self, token: str) -> str:
        """Header and claims in clear, the end of life relative to now, the signature's length."""
        try:
            header, claims = (json.loads(part) for part in _decoded_parts(token))
        except (ValueError, binascii.Error):
            return token
        for own in _OWN_CLAIMS:
            claims.pop(own, None)
        left = claims.get("exp", 0) - datetime.now(UTC).timestamp()
        claims["exp"] = f"<in {round(left / _TOKEN_LIFE_STEP) * _TOKEN_LIFE_STEP} s>"
        if isinstance(claims.get("id"), str):
            claims["id"] = self.text(claims["id"])
        signature = len(token.rpartition(".")[2])
        return f"<token {json.dumps([header, claims], sort_keys=True)} {signature}>"


def _decoded_parts(token: str) -> Iterator[bytes]:
    for part in token.split(".")[:2]:
        yield base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))

"""What a provider tells of a person, read with the types that its documentation promises."""

from __future__ import annotations

from typing import Any

import msgspec

from fastcms.oauth2.errors import UserError


class Profile:
    """A JSON object; each reader takes the path of keys to a value.

    A value that is absent or null reads as "", 0 or False; one of another type than asked for
    raises UserError, because nothing may be concluded from it.
    """

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw

    @classmethod
    def parse(cls, body: bytes) -> Profile:
        """Raises UserError for anything but a JSON object or null, which tells nothing."""
        try:
            return cls(msgspec.json.decode(body, type=dict[str, Any] | None) or {})
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise UserError("the profile is no JSON object") from error

    def text(self, *path: str) -> str:
        """A text."""
        return self._typed(path, str) or ""

    def flag(self, *path: str) -> bool:
        """Whether it is true."""
        return self._typed(path, bool) or False

    def loose_flag(self, *path: str) -> bool:
        """Whether it is true, or a text or number that says so."""
        value = self._at(path)
        if isinstance(value, str):
            return value in {"1", "t", "T", "true", "TRUE", "True"}
        return isinstance(value, (bool, int, float)) and bool(value)

    def number(self, *path: str) -> int:
        """A whole number."""
        value = self._at(path)
        if isinstance(value, bool):
            raise UserError(f"{'.'.join(path)} is no number")
        return self._typed(path, int) or 0

    def numbered_id(self, *path: str) -> str:
        """A whole number that names a person, "" for none."""
        return str(self.number(*path) or "")

    def items(self, *path: str) -> list[Profile]:
        """A list of objects."""
        found = self._typed(path, list) or []
        if not all(isinstance(item, dict) for item in found):
            raise UserError(f"{'.'.join(path)} is no list of objects")
        return [Profile(item) for item in found]

    def first(self, *path: str) -> Profile:
        """The first object of a list. Raises UserError if there is none."""
        found = self.items(*path)
        if not found:
            raise UserError(f"{'.'.join(path)} is empty")
        return found[0]

    def part(self, *path: str) -> Profile:
        """An object inside, an empty one if absent."""
        return Profile(self._typed(path, dict) or {})

    def _typed(self, path: tuple[str, ...], kind: type) -> Any:
        value = self._at(path)
        if value is not None and not isinstance(value, kind):
            raise UserError(f"{'.'.join(path)} is of another type")
        return value

    def _at(self, path: tuple[str, ...]) -> Any:
        value: Any = self.raw
        for key in path:
            if value is None:
                return None
            if not isinstance(value, dict):
                raise UserError(f"{'.'.join(path)} is of another type")
            value = value.get(key)
        return value

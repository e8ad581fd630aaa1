"""Parameters of filters: `{:name}` in a filter stands for a value, whatever it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from fastcms import clock
from fastcms.errors import bad_request

_NAME = re.compile(r"\{:(\w+)\}")


def bound(filter_: str, params: Mapping[str, object] | None) -> str:
    """The filter with its values, quoted so that none of them ends early.

    Texts, numbers, truth values, None and times can stand there; of anything else its JSON does.
    Raises 400 for a name without a value.
    """

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if params is None or name not in params:
            raise bad_request(f"The filter has no value for {{:{name}}}.")
        return _literal(params[name])

    return _NAME.sub(value, filter_)


def _literal(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        # The filter language has no exponents.
        return f"{Decimal(repr(value)):f}"
    if isinstance(value, datetime):
        value = clock.to_text(value if value.tzinfo else value.replace(tzinfo=UTC))
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    # As the official SDK quotes: in single quotes, of which those inside are escaped.
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

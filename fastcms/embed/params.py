"""Parameters of filters: `{:name}` in a filter stands for a value, whatever it holds.

Values are bound, never written into the text, so that none of them can change what it means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from fastcms import clock
from fastcms.errors import bad_request

# Where the filter language finds them: names that no field and no body of a client has.
_PREFIX = "fc_bound_"
# Between quotes and in comments nothing stands for a value.
_PIECE = re.compile(r"""'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+"|//[^\n]*|\{:(\w+)\}""", re.DOTALL)


def bound(filter_: str, params: Mapping[str, object] | None) -> tuple[str, dict[str, object]]:
    """The filter with a name in the place of each value, and the values as `@request.body`.

    Texts, numbers, truth values, None and times can stand there; of anything else its JSON does.
    Raises 400 for a name without a value.
    """
    values: dict[str, object] = {}

    def named(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return match[0]
        if params is None or name not in params:
            raise bad_request(f"The filter has no value for {{:{name}}}.")
        values[f"{_PREFIX}{name}"] = _value(params[name])
        # What stands beside it is no part of the name.
        return f" @request.body.{_PREFIX}{name} "

    return _PIECE.sub(named, filter_), values


def _value(value: object) -> object:
    if isinstance(value, datetime):
        return clock.to_text(value if value.tzinfo else value.replace(tzinfo=UTC))
    return value

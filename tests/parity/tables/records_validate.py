"""Every validator of every field type, on create and on update."""

from typing import Any

from tests.parity.scenario import Row, patch, post
from tests.parity.seed import rid

LIMITS = "/api/collections/limits/records"
REQUIRED = "/api/collections/required/records"

_RIGHT: dict[str, Any] = {
    "text": "word", "mail": "a@example.com", "not_mail": "a@other.com", "link": "https://example.com",
    "not_link": "https://other.com", "rich": "0123456789", "num": 9, "ratio": -1.5,
    "moment": "2024-12-31 00:00:00.000Z", "kind": "a", "kinds": ["a", "b"], "data": [1, 2],
    "place": {"lon": 180, "lat": -90}, "tag": rid("red"), "tags": [rid("red"), rid("blue")],
    "pin": "1234",
}
_WRONG: dict[str, list[Any]] = {
    "text": ["a", "abcdef", "ABC", "a1", "ää", "äöüäöü", " abc"],
    "mail": ["x", "a@other.com", "a@sub.example.com", "a@EXAMPLE.com"],
    "not_mail": ["a@example.com", "a@sub.example.com", "x"],
    "link": ["x", "https://other.com", "https://sub.example.com", "https://example.com:8080/x"],
    "not_link": ["https://example.com", "https://sub.example.com"],
    "rich": ["01234567890", "äöüäöü"],
    "num": [1, 10, 2.5, 0, "3", -5, 1.5],
    "ratio": [-1.6, 1.6, 0, 1.5000001],
    "moment": ["2023-12-31 23:59:59.999Z", "2024-12-31 00:00:00.001Z", "nonsense"],
    "kind": ["z", ["a", "b"]],
    "kinds": [["a", "b", "c"], ["a", "z"], ["z"], ["a", "b", "z"]],
    "data": ["abcdefghijk", {"a": "0123456789"}, [1, 2, 3, 4, 5, 6], "äöüäöü"],
    "place": [{"lon": 180.1, "lat": 0}, {"lon": 0, "lat": -90.1}, {"lon": 999, "lat": 999}],
    "tag": [rid("none"), "x"],
    "tags": [[rid("red")], [rid("red"), rid("none")], [f"t{n}".ljust(15, "0") for n in range(4)],
             [rid("red"), rid("red")]],
    "pin": ["123", "1234567", "abcd", "12345a", "äöüä"],
}
_BLANK: dict[str, Any] = {
    "text": "", "mail": "", "link": "", "rich": "", "num": 0, "flag": False, "moment": "", "kind": "",
    "data": None, "place": {"lon": 0, "lat": 0}, "tag": "", "pin": "",
}
_FILLED: dict[str, Any] = {
    "text": "t", "mail": "a@b.co", "link": "https://b.co", "rich": "r", "num": 1, "flag": True,
    "moment": "2024-01-01 00:00:00.000Z", "kind": "a", "data": {"a": 1}, "place": {"lon": 1, "lat": 1},
    "tag": rid("red"), "pin": "p",
}
_EMPTY_JSON: tuple[Any, ...] = (None, "", [], {}, "null", "[]", "{}", 0, False, '""')


def _wrong_rows() -> list[tuple[str, Any, str]]:
    return [
        (field, value, f"{field} {str(value)[:40]}{'' if len(str(value)) < 40 else '…'}")
        for field, values in _WRONG.items()
        for value in values
    ]


ROWS: tuple[Row, ...] = (
    post("all right", LIMITS, {"id": rid("right"), **_RIGHT}),
    post("nothing, all optional", LIMITS, {"id": rid("blank")}),
    post("everything wrong at once", LIMITS, {field: values[0] for field, values in _WRONG.items()}),
    *(
        post(f"create: {name}", LIMITS, {"id": f"w{number:03}".ljust(15, "0"), field: value})
        for number, (field, value, name) in enumerate(_wrong_rows())
    ),
    *(
        patch(f"update: {name}", f"{LIMITS}/{rid('right')}", {field: value})
        for field, value, name in _wrong_rows()
    ),
    patch("update all right again", f"{LIMITS}/{rid('right')}", _RIGHT),
    post("required, nothing sent", REQUIRED, {}),
    post("required, all blank", REQUIRED, _BLANK),
    post("required, all filled", REQUIRED, {"id": rid("full"), **_FILLED}),
    *(
        post(f"required: {field} blank", REQUIRED, {**_FILLED, field: value})
        for field, value in _BLANK.items()
    ),
    *(
        patch(f"required, update: {field} blank", f"{REQUIRED}/{rid('full')}", {field: value})
        for field, value in _BLANK.items()
    ),
    *(
        post(f"required json {value!r}", REQUIRED,
             {"id": f"js{number}".ljust(15, "0"), **_FILLED, "data": value})
        for number, value in enumerate(_EMPTY_JSON)
    ),
    patch("required, update of nothing", f"{REQUIRED}/{rid('full')}", {}),
    patch("superusers are validated too", f"{LIMITS}/{rid('right')}", {"text": "A"}, who="superuser"),
)

"""Client secrets for Apple, made of a private key."""

from typing import Any

from tests.parity.scenario import Row, post, raw, urlencoded

_AT = "/api/settings/apple/generate-client-secret"
# A key of nobody, made for this table.
KEY = """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgbRMwXWWScP5iPa8v
p3BytHDF5ykZD0Md+zAqcxch2vehRANCAAQ8OQ2NXet2t52EWMcpFWrEkpbzNDLh
wZX1IZKkEeMcEaIpWbGiBPAlEpFuQ+lqGI7WGSfJ0BOzZW6fYgTFP50s
-----END PRIVATE KEY-----"""
_GOOD: dict[str, Any] = {"clientId": "com.example.app", "teamId": "TEAM567890", "keyId": "KEY4567890", "privateKey": KEY, "duration": 1000}
_SIGNED = {"secret": r"[\w-]+\.[\w-]+\.[\w-]{86}"}


def _make(name: str, body: Any, **rest: Any) -> Row:
    return post(name, _AT, body, who="superuser", **rest)


ROWS = (
    post("guest", _AT, _GOOD),
    post("user", _AT, _GOOD, who="ann"),
    _make("good", _GOOD, mask=_SIGNED),
    _make("key with line ends of Windows", {**_GOOD, "privateKey": KEY.replace("\n", "\r\n")}, mask=_SIGNED),
    _make("key with spaces around", {**_GOOD, "privateKey": f"\n {KEY} \n"}, mask=_SIGNED),
    _make("longest", {**_GOOD, "duration": 15777000}, mask=_SIGNED),
    _make("shortest", {**_GOOD, "duration": 1}, mask=_SIGNED),
    _make("blank client", {**_GOOD, "clientId": " "}, mask=_SIGNED),
    _make("no body", None),
    _make("empty", {}),
    _make("null", raw("null")),
    _make("a list", []),
    _make("broken", raw("{")),
    _make("text", raw("x", "text/plain")),
    _make("form", urlencoded("clientId=x&duration=5")),
    *(_make(f"{key}: {value!r}", {**_GOOD, key: value}) for key, values in {
        "clientId": ("", None, 5, []), "teamId": ("", "SHORT", "ELEVEN78901", None, 5, "ÄÄÄÄÄÄÄÄÄÄ"), "keyId": ("", "SHORT", "ELEVEN78901"),
        "privateKey": ("", "x", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nbad\n-----END PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", KEY.replace("PRIVATE KEY", "EC PRIVATE KEY"), f"before {KEY} behind"),
        "duration": (0, -1, 15777001, "5", 1.5, None, 1e30, True),
    }.items() for value in values),
    _make("all wrong", {"clientId": "", "teamId": "1", "keyId": "", "privateKey": "x", "duration": 99999999}),
)

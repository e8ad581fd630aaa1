"""PATCH of /api/settings: every key on the border of what is allowed, and with values of other types.

Each value is sent on its own and answered with that section alone, so that a row shows what became
of it; what an earlier row left behind is the same on both servers.
"""

from collections.abc import Iterator
from typing import Any

from tests.parity.scenario import Row, get, patch, raw

PATH = "/api/settings"
_LEAVES: dict[str, Any] = {
    "meta.accentColor": "#1055c9", "meta.appName": "x", "meta.appURL": "https://a.example.com", "meta.senderName": "x",
    "meta.senderAddress": "a@b.co", "meta.hideControls": True,
    "smtp.enabled": False, "smtp.port": 25, "smtp.host": "a.b", "smtp.username": "u", "smtp.password": "p", "smtp.authMethod": "LOGIN",
    "smtp.tls": True, "smtp.localName": "a.b",
    "s3.enabled": False, "s3.bucket": "b", "s3.region": "r", "s3.endpoint": "https://s3.example.com", "s3.accessKey": "k", "s3.secret": "s",
    "s3.forcePathStyle": True, "backups.s3.secret": "s", "backups.cron": "0 0 * * *", "backups.cronMaxKeep": 2,
    "batch.enabled": False, "batch.maxRequests": 2, "batch.timeout": 2, "batch.maxBodySize": 2,
    "logs.maxDays": 2, "logs.minLevel": -4, "logs.maxDataSize": 2, "logs.logIP": True, "logs.logAuthId": True,
    "rateLimits.enabled": False, "trustedProxy.useLeftmostIP": True,
}
_LISTS = ("superuserIPs", "rateLimits.excludedIPs", "trustedProxy.headers", "rateLimits.rules")
_BIG = 2**53


def _body(path: str, value: Any) -> Any:
    for key in reversed(path.split(".")):
        value = {key: value}
    return value


def _set(path: str, value: Any, name: str = "") -> Row:
    shown = name or (repr(value) if len(repr(value)) < 60 else f"{len(value)} of {value[0]}")
    return patch(f"{path}: {shown}", PATH, _body(path, value), who="superuser", query={"fields": path.partition(".")[0]})


def _types() -> Iterator[Row]:
    """Other types than the key's own, then a good value."""
    for path, good in _LEAVES.items():
        others: list[Any] = [[], {}, None]
        others += [5, True, ""] if isinstance(good, str) else ["5", 1 if isinstance(good, bool) else False]
        for value in others:
            if type(value) is not type(good):
                yield _set(path, value)
        yield _set(path, good)
    for path in _LISTS:
        for value in ("x", 5, {}, True, [5], [None], [[]], None, []):
            yield _set(path, value)


_TEXTS: dict[str, list[str]] = {
    "meta.accentColor": ["#FFFFFF", "#ffffff ", "ffffff", "1234567", "#12345", "#12345g", "#ünïx", "# 12345", " "],
    "meta.appName": [" ", "a" * 255, "ä" * 127, "ä" * 128, "<b>"],
    "meta.senderName": [" ", "a" * 255, "a" * 256, "\n"],
    "meta.appURL": [" ", "http://", "http://a", "http://localhost:99999", "ftp://a.example.com", "mailto:a@b.co", "//a.example.com", "a.example.com", "a.example.com/x",
                    "https://a.example.com/x?y=z#w", "http://[::1]:8090", "http://1.2.3.4", "http://a b", "javascript:alert(1)"],
    "meta.senderAddress": [" ", "a@b", "a@localhost", "A@B.CO", "a@b.co ", "Ann <a@b.co>", "a@ü.example", "ä@b.co", "a@b.co,c@d.co", "a" * 64 + "@b.co"],
    "smtp.host": ["a", "a.b.", "-a", "a_b", "a..b", "1.2.3.4", "1.2.3.400", "::1", "[::1]", "a:25", "a/b", "ü.example", "a" * 64, "localhost", " "],
    "smtp.localName": ["a", "a.b", "1.2.3.4", "[1.2.3.4]", "a b", "\n"],
    "smtp.authMethod": ["PLAIN", "LOGIN", "plain", "CRAM-MD5", "XOAUTH2", " "],
    "smtp.username": [" ", "ü"],
    "s3.endpoint": ["x", "s3.example.com", "s3.example.com:9000", "http://localhost:9000", "https://s3.example.com/path", "s3://x", "http://a b", " "],
    "backups.s3.endpoint": ["x", "http://localhost:9000", "http://a b"],
    "backups.cron": ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly", "@never", "@Daily", "* * * * *", "*/5 * * * *", "0-59/2 * * * *",
                     "60 * * * *", "-1 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * * 7", "* * * jan *", "* * * *", "* * * * * *", "*  * * * *",
                     "1,2,3 * * * *", "1, * * * *", "5-1 * * * *", "1-2-3 * * * *", "*/0 * * * *", "*/60 * * * *", "1/2 * * * *", "*/2/2 * * * *", "a * * * *", " "],
}  # fmt: skip
_NUMBERS = {
    # A usual one last: what is too large for us stays in the reference.
    "smtp.port": (0, 1, 65535, 65536, -1, _BIG - 1, _BIG, 2**63 - 1, 2**63, 1.5, 1e3, 25),
    "backups.cronMaxKeep": (0, 1, -1, _BIG - 1, _BIG, 2.0, 3),
    "batch.maxRequests": (0, 1, -1, _BIG - 1, _BIG, 2), "batch.timeout": (0, 1, -1, _BIG - 1, _BIG, 2), "batch.maxBodySize": (0, 1, -1, _BIG - 1, _BIG, 2),
    "logs.maxDataSize": (0, 1, -1, _BIG - 1, _BIG), "logs.maxDays": (1, _BIG - 1, -1, _BIG), "logs.minLevel": (-100, 100, -_BIG, _BIG - 1, _BIG, 0),
}
_ADDRESSES = ("1.2.3.4", "::1", "fe80::1%eth0", "::ffff:1.2.3.4", "10.0.0.0/8", "10.1.2.3/8", "0.0.0.0/0", "::/0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/08",
              "10.0.0.0/255.0.0.0", "010.0.0.1", "1.2.3", "1.2.3.4:80", "[::1]", "localhost", " 1.2.3.4", "1.2.3.4 ", "*", "", "1.2.3.4, 5.6.7.8", "::1/129", "0:0:0:0:0:0:0:1")  # fmt: skip
_LABELS = ("users:create", "*:create", "users:anything", "nobody:list", "create", "*", "users:*", "*:*", ":create", "users:", "/", "/api", "/api/", "/a//b", "/a-b_c", "/a.b", "/a{id}", "/a?x=1",
           "GET /api", "get /api", "GET  /api", "GET /", "GET /a b", "FOO /x", "GET", "GET api", " /api", "/api ", "/ä", "ä:create", "users:create:x", "a b", "\n")  # fmt: skip


def _rule(**values: Any) -> list[dict[str, Any]]:
    return [{"label": "/x", "audience": "", "duration": 1, "maxRequests": 1, **values}]


def _pair(first: str, second: str) -> list[dict[str, Any]]:
    return _rule(audience=first) + _rule(audience=second)


def _needed() -> Iterator[Row]:
    """What is needed when something is switched on, one by one."""
    bucket = {"enabled": True, "bucket": "b", "region": "r", "endpoint": "https://s3.example.com", "accessKey": "k", "secret": "s"}
    for section in ("s3", "backups.s3"):
        for key in ("bucket", "region", "endpoint", "accessKey", "secret"):
            yield _set(section, {**bucket, key: ""}, f"on without {key}")
        yield _set(section, bucket, "on")
        yield _set(section, {"secret": ""}, "secret cleared while on")
        yield _set(section, {"secret": None}, "secret null while on")
        yield _set(section, {"region": "eu"}, "secret kept while on")
        yield _set(section, {"enabled": False, "secret": ""}, "off and cleared")
        yield _set(section, {"enabled": True}, "on again without its secret")
        yield _set(section, {"enabled": False}, "off")
    for section, keys in {"smtp": ("host", "port"), "batch": ("maxRequests", "timeout", "maxBodySize")}.items():
        good = {"smtp": {"host": "a.b", "port": 25}, "batch": {"maxRequests": 1, "timeout": 1}}[section]
        for key in keys:
            empty = "" if key == "host" else 0
            yield _set(section, {**good, "enabled": True, key: empty}, f"on without {key}")
            yield _set(section, {**good, "enabled": False, key: empty}, f"off without {key}")
        yield _set(section, {**good, "enabled": False}, "as it was")
    yield _set("backups", {"cron": "@daily", "cronMaxKeep": 0}, "cron without a number")
    yield _set("backups", {"cron": "", "cronMaxKeep": 0}, "neither cron nor number")
    yield _set("rateLimits", {"enabled": True, "rules": []}, "on without rules")
    yield _set("rateLimits", {"enabled": False, "rules": []}, "off without rules")


def _limits() -> Iterator[Row]:
    path = "rateLimits.rules"
    for label in _LABELS:
        yield _set(path, _rule(label=label), f"label {label!r}")
    for audience in ("", "@guest", "@auth", "@GUEST", "guest", "@all", " "):
        yield _set(path, _rule(audience=audience), f"audience {audience!r}")
    for key in ("duration", "maxRequests"):
        for value in (0, 1, -1, 1.5, "1", True, None, _BIG - 1, _BIG):
            yield _set(path, _rule(**{key: value}), f"{key} {value!r}")
    audiences = ("", "@guest", "@auth")
    for first in audiences:
        for second in audiences:
            yield _set(path, _pair(first, second), f"one label for {first!r} and {second!r}")
    yield _set(path, _rule() + _rule(label="/x/"), "a path and its prefix")
    yield _set(path, _rule() + _rule(label="GET /x"), "a path and one of its methods")
    yield _set(path, _rule(label="a:list") + _rule(label="A:list"), "labels in two cases")
    yield _set(path, [{}], "an empty one")
    yield _set(path, [{"label": "/x"}], "a label alone")
    yield _set(path, _rule(unknown=1), "an unknown key")
    yield _set(path, _rule(LABEL="/y"), "a key in another case as well")
    yield _set(path, _rule(label="") + _rule() + _rule(duration=0), "the first and the last wrong")
    yield _set("rateLimits", {"enabled": False, "rules": []}, "none")


TYPES = tuple(_types())
VALUES = (
    *(_set(path, value) for path, values in _TEXTS.items() for value in values),
    *(_set(path, value) for path, values in _NUMBERS.items() for value in values),
    *(_set("rateLimits.excludedIPs", [value]) for value in _ADDRESSES),
    *(_set("superuserIPs", ["127.0.0.1", value]) for value in _ADDRESSES if value not in ("0.0.0.0/0", "::/0")),
    _set("superuserIPs", []),
    *(_set("trustedProxy.headers", value) for value in (["X-A", "X-B"], [""], ["a b"], ["X-A", "X-A"], [])),
    *_needed(),
    *_limits(),
    _set("smtp", {"password": "hush"}, "password"),
    get("no secret is shown", PATH, who="superuser"),
    *(get(f"fields {fields}", PATH, who="superuser", query={"fields": fields}) for fields in ("meta.appName", "smtp.password,smtp.port", "*,-meta", "nothing", "rateLimits.rules.label", "meta.appName:excerpt(1)")),
    *(Row(f"method {method}", method, PATH, who="superuser", body={}) for method in ("PUT", "POST", "DELETE")),
    get("below", f"{PATH}/smtp", who="superuser"),
    get("with a slash", f"{PATH}/", who="superuser"),
    patch("number too long", PATH, raw('{"smtp":{"port":99999999999999999999}}'), who="superuser"),
    patch("number with an exponent", PATH, raw('{"smtp":{"port":1e2}}'), who="superuser", query={"fields": "smtp"}),
    patch("key twice in a section", PATH, raw('{"meta":{"appName":"a","appName":"b"}}'), who="superuser", query={"fields": "meta"}),
    patch("key in two cases", PATH, raw('{"meta":{"appName":"a","APPNAME":"b"}}'), who="superuser", query={"fields": "meta"}),
    patch("bad utf-8", PATH, raw(b'{"meta":{"appName":"\xff"}}'), who="superuser", query={"fields": "meta"}),
    patch("an escape", PATH, raw('{"meta":{"appName":"\\u00e4\\ud83d\\ude00"}}'), who="superuser", query={"fields": "meta"}),
    patch("half a pair", PATH, raw('{"meta":{"appName":"\\ud83d"}}'), who="superuser", query={"fields": "meta"}),
    get("at the end", PATH, who="superuser"),
)  # fmt: skip

"""GET and PATCH of /api/settings: merging, every validator, who may."""

from typing import Any

from tests.parity.scenario import Row, get, patch, raw, urlencoded

PATH = "/api/settings"


def _change(name: str, body: Any, **rest: Any) -> Row:
    return patch(name, PATH, body, who="superuser", **rest)


def _s3(**values: Any) -> dict[str, Any]:
    return {"enabled": True, "bucket": "b", "region": "r", "endpoint": "https://s3.example.com",
            "accessKey": "key", "secret": "hush", **values}


def _limit(**values: Any) -> dict[str, Any]:
    return {"rateLimits": {"rules": [
        {"label": "*:auth", "audience": "", "duration": 3, "maxRequests": 2, **values},
    ]}}


_WRONG: dict[str, Any] = {
    "empty app name": {"meta": {"appName": ""}},
    "long app name": {"meta": {"appName": "a" * 256}},
    "empty sender name": {"meta": {"senderName": ""}},
    "empty url": {"meta": {"appURL": ""}},
    "bad url": {"meta": {"appURL": "no url"}},
    "url without a scheme": {"meta": {"appURL": "example.com"}},
    "empty sender address": {"meta": {"senderAddress": ""}},
    "bad sender address": {"meta": {"senderAddress": "nobody"}},
    "short colour": {"meta": {"accentColor": "#fff"}},
    "bad colour": {"meta": {"accentColor": "#gggggg"}},
    "empty colour": {"meta": {"accentColor": ""}},
    "several at once": {"meta": {"appName": "", "appURL": "", "senderAddress": "x"},
                        "smtp": {"enabled": True, "host": "", "port": 0}},
    "smtp without host and port": {"smtp": {"enabled": True, "host": "", "port": 0}},
    "smtp with a bad host": {"smtp": {"host": "bad host!"}},
    "smtp with a negative port": {"smtp": {"port": -1}},
    "smtp with a bad method": {"smtp": {"authMethod": "NTLM"}},
    "smtp with a bad local name": {"smtp": {"localName": "not a host"}},
    "s3 without its parts": {"s3": {"enabled": True}},
    "s3 with a bad endpoint": {"s3": _s3(endpoint="not an url")},
    "backup s3 without its parts": {"backups": {"s3": {"enabled": True}}},
    "backup cron": {"backups": {"cron": "every day"}},
    "backup cron out of range": {"backups": {"cron": "61 * * * *"}},
    "backup cron without a maximum": {"backups": {"cron": "0 0 * * *", "cronMaxKeep": 0}},
    "backup negative maximum": {"backups": {"cronMaxKeep": -1}},
    "batch without its numbers": {"batch": {"enabled": True, "maxRequests": 0, "timeout": 0}},
    "batch negative": {"batch": {"maxRequests": -1, "timeout": -1, "maxBodySize": -1}},
    "logs negative days": {"logs": {"maxDays": -1}},
    "logs negative size": {"logs": {"maxDataSize": -1}},
    "limits without rules": {"rateLimits": {"enabled": True, "rules": []}},
    "limit without a label": _limit(label=""),
    "limit of everything": _limit(label="*"),
    "limit with a bad label": _limit(label="users:*"),
    "limit with dots": _limit(label="/api/../x"),
    "limit with an unknown audience": _limit(audience="@nobody"),
    "limit of no time": _limit(duration=0),
    "limit of no requests": _limit(maxRequests=0),
    "limit negative": _limit(duration=-1, maxRequests=-1),
    "limits twice the same": {"rateLimits": {"rules": [
        {"label": "/a", "audience": "", "duration": 1, "maxRequests": 1},
        {"label": "/b", "audience": "@auth", "duration": 1, "maxRequests": 1},
        {"label": "/a", "audience": "", "duration": 2, "maxRequests": 2},
    ]}},
    "limits all and guest": {"rateLimits": {"rules": [
        {"label": "/a", "audience": "", "duration": 1, "maxRequests": 1},
        {"label": "/a", "audience": "@guest", "duration": 2, "maxRequests": 2},
    ]}},
    "excluded address": {"rateLimits": {"excludedIPs": ["10.0.0.1", "not an ip", ""]}},
    "superuser address": {"superuserIPs": ["127.0.0.1", "300.1.1.1"]},
    "superuser empty address": {"superuserIPs": [""]},
    "superuser subnet": {"superuserIPs": ["10.0.0.0/99"]},
    "type of a text": {"meta": {"appName": 5}},
    "type of a number": {"smtp": {"port": "587"}},
    "type of a flag": {"batch": {"enabled": "yes"}},
    "type of an object": {"meta": "x"},
    "type of a list": {"superuserIPs": "127.0.0.1"},
    "fraction for a whole number": {"logs": {"maxDays": 1.5}},
}

_RIGHT: dict[str, Any] = {
    "nothing": {},
    "null": None,
    "unknown keys": {"nothing": 1, "meta": {"nothing": 2}},
    "meta": {"meta": {"appName": "Shop <&>", "accentColor": "#ABCDEF", "hideControls": True}},
    "keeps what was not sent": {"meta": {"senderName": "Ünï"}},
    "long name that fits": {"meta": {"appName": "ä" * 255}},
    "null for a text": {"meta": {"appName": None}},
    "null for an object": {"smtp": None},
    "smtp": {"smtp": {"enabled": True, "host": "mail.example.com", "port": 25, "username": "u",
                      "password": "hush", "authMethod": "LOGIN", "tls": True,
                      "localName": "here.example.com"}},
    "smtp off again": {"smtp": {"enabled": False, "password": ""}},
    "s3": {"s3": _s3(enabled=False)},
    "backups": {"backups": {"cron": "0 3 * * *", "cronMaxKeep": 5}},
    "backups macro": {"backups": {"cron": "@daily"}},
    "backups off": {"backups": {"cron": ""}},
    "batch": {"batch": {"enabled": True, "maxRequests": 5, "timeout": 1, "maxBodySize": 100}},
    "logs": {"logs": {"maxDays": 3, "minLevel": 4, "logIP": False, "logAuthId": True,
                      "maxDataSize": 1000}},
    "proxy": {"trustedProxy": {"headers": ["X-Real-IP"], "useLeftmostIP": True}},
    "proxy without headers": {"trustedProxy": {"headers": []}},
    "limits replaced": {"rateLimits": {"excludedIPs": ["10.0.0.0/8", "::1"], "rules": [
        {"label": "GET /api/items", "audience": "@guest", "duration": 1, "maxRequests": 5},
        {"label": "users:create", "audience": "@auth", "duration": 1, "maxRequests": 5},
    ]}},
    "limits emptied": {"rateLimits": {"excludedIPs": [], "rules": []}},
    "whole number as a fraction": {"logs": {"maxDays": 2.0}},
    "address list": {"superuserIPs": ["127.0.0.1", "10.0.0.0/8"]},
    "address list emptied": {"superuserIPs": []},
}

ROWS = (
    get("defaults", PATH, who="superuser"),
    get("guest", PATH),
    get("user", PATH, who="ann"),
    get("bad token", PATH, who="forged"),
    get("expired token", PATH, who="expired"),
    patch("guest changes", PATH, {"meta": {"appName": "x"}}),
    patch("user changes", PATH, {"meta": {"appName": "x"}}, who="ann"),
    *(_change(f"refused: {name}", body) for name, body in _WRONG.items()),
    get("nothing refused was kept", PATH, who="superuser"),
    _change("broken JSON", raw("{")),
    _change("a list", []),
    _change("a text", raw('"x"')),
    _change("no body", None),
    _change("empty body", raw("")),
    _change("unsupported type", raw("meta", "text/plain")),
    _change("form", urlencoded("logs=1")),
    *(_change(f"changed: {name}", raw("null") if body is None else body)
      for name, body in _RIGHT.items()),
    get("all that was changed", PATH, who="superuser"),
    _change("duplicate keys", raw('{"meta":{"appName":"a"},"meta":{"appName":"b"}}')),
    _change("keys in another case", raw('{"META":{"appName":"a"}}')),
    _change("text after the value", raw('{"meta":{"appName":"tail"}} tail')),
)

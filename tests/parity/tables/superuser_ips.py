"""Where superusers may come from: superuserIPs, and the address behind a trusted proxy."""

from typing import Any

from tests.parity.media import RECORD, SECRET, SINGLE
from tests.parity.scenario import Row, delete, get, patch, post, raw
from tests.parity.seed import PASSWORD
from tests.servers import ROOT_EMAIL, ROOT_PASSWORD

_IN = "/api/collections/_superusers/auth-with-password"
_ROOT = {"identity": ROOT_EMAIL, "password": ROOT_PASSWORD}
_SECRET = f"/api/files/guarded_nobody/{RECORD}/{SECRET}"
_OPEN = f"/api/files/guarded_nobody/{RECORD}/{SINGLE}"
_HOME = {"X-Real-IP": "10.1.2.3"}


def _settings(name: str, body: Any, **rest: Any) -> Row:
    return patch(name, "/api/settings", body, who="superuser", headers=_HOME, **rest)


# As X-Real-IP, against the addresses and networks below.
_ADDRESSES = ("10.1.2.3", "10.255.0.1", "11.0.0.1", "192.168.1.7", "192.168.1.8", "::1", "2001:db8::5", "2001:db9::5", "0:0:0:0:0:0:0:1",
              "::ffff:10.1.2.3", "fe80::1%eth0", "10.1.2.3:80", "[::1]", "010.1.2.3", "x", "", "11.0.0.1, 10.1.2.3", "10.1.2.3, 11.0.0.1", "10.1.2.3,x")

ROWS = (
    _settings("home is trusted", {"trustedProxy": {"headers": ["X-Real-IP"]},
                                  "superuserIPs": ["10.1.2.3/8", "192.168.1.7", "::1", "2001:db8::/32"]}),
    *(get(f"from {address or 'nowhere'}", "/api/settings", who="superuser", headers={"X-Real-IP": address}, query={"fields": "superuserIPs"}) for address in _ADDRESSES),
    *(get(f"health from {address or 'nowhere'}", "/api/health", who="superuser", headers={"X-Real-IP": address}) for address in _ADDRESSES),
    post("a file token", "/api/files/token", who="superuser", headers=_HOME, save={"file_token": "token"}),
    *(row for place, headers in (("home", _HOME), ("abroad", {})) for row in (
        post(f"sign-in at {place}", _IN, _ROOT, headers=headers),
        post(f"wrong password at {place}", _IN, {**_ROOT, "password": "x"}, headers=headers),
        post(f"unknown superuser at {place}", _IN, {**_ROOT, "identity": "no@example.com"}, headers=headers),
        post(f"empty sign-in at {place}", _IN, {}, headers=headers),
        post(f"sign-in with a token at {place}", _IN, _ROOT, headers=headers, who="superuser"),
        post(f"refresh at {place}", "/api/collections/_superusers/auth-refresh", headers=headers, who="superuser"),
        post(f"refresh with the static token at {place}", "/api/collections/_superusers/auth-refresh", headers=headers, who="static"),
        get(f"open list at {place}", "/api/collections/users/auth-methods", headers=headers, who="superuser"),
        get(f"records at {place}", "/api/collections/items/records", headers=headers, who="superuser", query={"fields": "id"}),
        post(f"broken body at {place}", "/api/collections/items/records", raw("{"), headers=headers, who="superuser"),
        get(f"unknown record at {place}", "/api/collections/items/records/nothing", headers=headers, who="superuser"),
        get(f"unknown collection at {place}", "/api/collections/nothing/records", headers=headers, who="superuser"),
        get(f"unknown route at {place}", "/api/nothing", headers=headers, who="superuser"),
        post(f"unknown method at {place}", "/api/health", headers=headers, who="superuser"),
        get(f"trailing slash at {place}", "/api/health/", headers=headers, who="superuser"),
        delete(f"unknown superuser deleted at {place}", "/api/collections/_superusers/records/nothing", headers=headers, who="superuser"),
        post(f"user signs in at {place}", "/api/collections/users/auth-with-password", {"identity": "ann@example.com", "password": PASSWORD}, headers=headers),
        post(f"user signs in for a superuser at {place}", "/api/collections/users/auth-with-password",
             {"identity": "ann@example.com", "password": PASSWORD}, headers=headers, who="superuser"),
        get(f"protected file at {place}", _SECRET, headers=headers, query={"token": "${file_token}"}),
        get(f"protected file of everybody at {place}", _SECRET.replace("nobody", "everybody"), headers=headers, query={"token": "${file_token}"}),
        get(f"protected file of the signed in at {place}", _SECRET.replace("nobody", "signed_in"), headers=headers, query={"token": "${file_token}"}),
        get(f"protected file of guests at {place}", _SECRET.replace("nobody", "context"), headers=headers, query={"token": "${file_token}"}),
        get(f"open file at {place}", _OPEN, headers=headers),
        post(f"file token at {place}", "/api/files/token", headers=headers, who="superuser"),
        post(f"user's refresh at {place}", "/api/collections/users/auth-refresh", headers=headers, who="ann"),
    )),
    get("a forged header counts nothing", "/api/settings", who="superuser", headers={"X-Forwarded-For": "10.1.2.3"}),
    _settings("leftmost", {"trustedProxy": {"headers": ["X-Other", "X-Real-IP"], "useLeftmostIP": True}}),
    *(get(f"leftmost from {address or 'nowhere'}", "/api/health", who="superuser", headers={"X-Real-IP": address}) for address in _ADDRESSES),
    get("the first header wins", "/api/health", who="superuser", headers={"X-Other": "11.0.0.1", "X-Real-IP": "10.1.2.3"}),
    get("the second header stands in", "/api/health", who="superuser", headers={"X-Other": "x", "X-Real-IP": "10.1.2.3"}),
    _settings("locks itself out", {"superuserIPs": ["10.9.9.9"], "trustedProxy": {"headers": []}}),
    get("and is out", "/api/settings", who="superuser", headers=_HOME),
)

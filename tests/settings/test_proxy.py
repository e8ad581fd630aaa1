"""Who the client is behind a proxy."""

import pytest

from fastcms.settings.model import TrustedProxy
from fastcms.settings.proxy import client_ip, possible_proxy_header

PEER = "127.0.0.1"
FULL = "0000:0000:0000:0000:0000:0000:0000:0001"


@pytest.mark.parametrize(
    ("trusted", "sent", "expected"),
    [
        ((), {"X-Forwarded-For": "9.9.9.9"}, PEER),
        (("X-Real-IP",), {}, PEER),
        (("X-Real-IP",), {"X-Real-IP": "9.9.9.9"}, "9.9.9.9"),
        (("X-Forwarded-For",), {"X-Forwarded-For": "9.9.9.9, 7.7.7.7"}, "7.7.7.7"),
        (("X-Forwarded-For",), {"X-Forwarded-For": "bad, 6.6.6.6, junk"}, "6.6.6.6"),
        (("X-Forwarded-For",), {"X-Forwarded-For": "1.2.3.4:80"}, PEER),
        (("X-Forwarded-For",), {"X-Forwarded-For": "::1"}, FULL),
        (("A", "B"), {"A": "x", "B": "3.3.3.3"}, "3.3.3.3"),
        (("A", "B"), {"A": "4.4.4.4", "B": "3.3.3.3"}, "4.4.4.4"),
    ],
)
def test_client_ip(trusted: tuple[str, ...], sent: dict[str, str], expected: str) -> None:
    proxy = TrustedProxy(headers=trusted)
    assert client_ip(proxy, lambda name: sent.get(name, ""), PEER) == expected


def test_the_leftmost_address() -> None:
    proxy = TrustedProxy(headers=("A",), use_leftmost_ip=True)
    assert client_ip(proxy, lambda _: "x, 9.9.9.9, 7.7.7.7", PEER) == "9.9.9.9"


def test_a_peer_by_ipv6_is_spelt_out() -> None:
    assert client_ip(TrustedProxy(), lambda _: "", "::1") == FULL


@pytest.mark.parametrize(
    ("trusted", "sent", "expected"),
    [
        ((), {}, ""),
        ((), {"X-Real-IP": "1.1.1.1"}, ""),
        ((), {"X-Forwarded-For": "1.1.1.1", "CF-Connecting-IP": "1.1.1.1"}, "CF-Connecting-IP"),
        (("X-Real-IP",), {"X-Real-IP": "x", "CF-Connecting-IP": "1.1.1.1"}, "X-Real-IP"),
    ],
)
def test_possible_proxy_header(
    trusted: tuple[str, ...], sent: dict[str, str], expected: str
) -> None:
    proxy = TrustedProxy(headers=trusted)
    assert possible_proxy_header(proxy, lambda name: sent.get(name, "")) == expected

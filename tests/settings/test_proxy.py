"""Who the client is behind a proxy."""

import pytest

from fastcms.settings.model import TrustedProxy
from fastcms.settings.proxy import client_ip, is_within, network_of, possible_proxy_header

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
    ("address", "expected"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64"),
        ("2001:0db8:0000:0001:ffff:ffff:ffff:ffff", "2001:db8:0:1::/64"),
        ("2001:db8:0:2::1", "2001:db8:0:2::/64"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_what_attempts_are_counted_under(address: str, expected: str) -> None:
    assert network_of(address) == expected


@pytest.mark.parametrize(
    ("address", "within"),
    [
        ("10.1.2.3", True),
        ("10.1.2.4", False),
        ("192.168.255.1", True),
        ("192.169.0.1", False),
        (FULL, True),
        ("2001:db8::7", True),
        ("::ffff:10.1.2.3", False),
        ("", False),
        ("x", False),
    ],
)
def test_is_within(address: str, within: bool) -> None:
    assert is_within(address, ("10.1.2.3", "192.168.7.7/16", "::1", "2001:db8::/32")) is within


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

"""User agents as people know them."""

import pytest

from fastcms.auth.device import device

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15"


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (f"{WINDOWS} Chrome/141.0.0.0 Safari/537.36", "Chrome on Windows"),
        (f"{WINDOWS} Chrome/141.0.0.0 Safari/537.36 Edg/141.0", "Edge on Windows"),
        (f"{WINDOWS} Chrome/141.0.0.0 Safari/537.36 OPR/120.0", "Opera on Windows"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
            "Firefox on Linux",
        ),
        (f"{PHONE} Version/18.1 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (f"{PHONE} CriOS/141.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit Chrome/141.0 Safari/5", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18 Safari/605", "Safari on macOS"),
        ("Firefox/1", "Firefox"),
        ("curl/8.5.0", "curl"),
        ("python-requests/2.32", "python-requests"),
        ("node", "node"),
        ("", "Unknown device"),
        ("<script>alert(1)</script>", "Unknown device"),
        ("a" * 5_000, "a" * 40),
    ],
)
def test_what_a_user_agent_is_called(agent: str, label: str) -> None:
    assert device(agent) == label

"""What a user agent says of the device, in words that its owner recognises."""

from __future__ import annotations

import re

# The first that is found wins: most browsers name others too.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
UNKNOWN = "Unknown device"
_PRODUCT = re.compile(r"[A-Za-z][\w.-]{0,39}")


def device(user_agent: str) -> str:
    """ "Firefox on Linux"; the first product that is named (`curl`) for what is no browser.

    It is what the client claims to be: a hint for people, nothing to decide by.
    """
    browser = _first(_BROWSERS, user_agent)
    if not browser:
        product = _PRODUCT.match(user_agent)
        return product[0] if product else UNKNOWN
    system = _first(_SYSTEMS, user_agent)
    return f"{browser} on {system}" if system else browser


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for sign, name in known if sign in text), "")

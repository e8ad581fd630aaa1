"""The system's Chromium without a window, driven by WebDriver."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.virtual_authenticator import VirtualAuthenticatorOptions


@contextmanager
def browser(profile: Path) -> Iterator[Chrome]:
    """A browser with a profile of its own."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert program, "these tests need Chromium: apt-get install chromium"
    assert driver, "these tests need its driver: apt-get install chromium-driver"
    options = ChromeOptions()
    options.binary_location = program
    for argument in (
        "--headless=new",
        # Containers have neither a user nor the shared memory that these are for.
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    chrome = Chrome(options=options, service=ChromeService(executable_path=driver))
    try:
        chrome.set_script_timeout(30)
        yield chrome
    finally:
        chrome.quit()


def add_authenticator(chrome: Chrome, *, is_verified: bool = True) -> None:
    """A device that keeps passkeys and that its owner unlocks at once, or fails to."""
    options = VirtualAuthenticatorOptions(
        transport=VirtualAuthenticatorOptions.Transport.INTERNAL,
        has_resident_key=True,
        has_user_verification=True,
        is_user_verified=is_verified,
    )
    chrome.add_virtual_authenticator(options)

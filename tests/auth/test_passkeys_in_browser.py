"""The page about passkeys, run by a real browser with a virtual authenticator."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome

from tests.auth.factors import PASSWORD, Place, place
from tests.browser import add_authenticator, browser
from tests.docs.test_collection_pages import blocks

PAGE = "\n".join(blocks("passkeys", "js"))


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    options = {"passkey": {"enabled": True}, "totp": {"enabled": True}}
    with place(tmp_path_factory.mktemp("browser") / "pb_data", **options) as found:
        meta = {"meta": {"appURL": f"http://localhost:{found.server.port}"}}
        found.server.expect("PATCH", "/api/settings", token=found.root, json_body=meta)
        yield found


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture
def page(there: Place, chrome: Chrome) -> Iterator[Chrome]:
    """Any page of the application's address will do."""
    chrome.get(f"http://localhost:{there.server.port}/api/health")
    add_authenticator(chrome)
    yield chrome
    if chrome.virtual_authenticator_id:
        chrome.remove_virtual_authenticator()


def run(chrome: Chrome, call: str, *arguments: Any, api: str = "/api/collections/users") -> Any:
    """Calls a function of the documentation, whose collection may be another one."""
    script = PAGE.replace('"/api/collections/users"', f'"{api}"')
    return chrome.execute_script(
        f"return (async (...args) => {{ {script}\nreturn await {call}(...args); }})(...arguments)",
        *arguments,
    )


def test_registering_and_signing_in_without_a_name(there: Place, page: Chrome):
    ann, bob = there.person(), there.person()
    kept = run(page, "registerPasskey", ann.token, PASSWORD, "Laptop")
    assert kept["name"] == "Laptop"
    (stored,) = page.get_credentials()
    assert (stored.rp_id, stored.is_resident_credential) == ("localhost", True)
    assert run(page, "signInWithPasskey")["record"]["id"] == ann.id
    assert run(page, "signInWithPasskey")["record"]["id"] == ann.id
    # A second account on the same device: the browser lets its owner choose one of the two.
    run(page, "registerPasskey", bob.token, PASSWORD, "Laptop")
    assert run(page, "signInWithPasskey")["record"]["id"] in (ann.id, bob.id)


def test_a_device_registers_an_account_once(there: Place, page: Chrome):
    person = there.person()
    run(page, "registerPasskey", person.token, PASSWORD, "Laptop")
    with pytest.raises(WebDriverException, match="credentials already registered"):
        run(page, "registerPasskey", person.token, PASSWORD, "Laptop")


def test_a_passkey_in_the_place_of_the_authenticator_app(there: Place, page: Chrome):
    person = there.enrolled()
    run(page, "registerPasskey", person.token, PASSWORD, "Laptop")
    waiting = there.sign_in(person).json()
    assert waiting["mfaMethods"] == ["totp", "passkey"]
    answer = run(page, "signInWithPasskey", waiting["mfaId"])
    assert answer["record"]["id"] == person.id
    # And by itself it is enough.
    assert run(page, "signInWithPasskey")["record"]["id"] == person.id


def test_superusers(there: Place, page: Chrome):
    there.change("_superusers", passkey={"enabled": True})
    person = there.person("_superusers")

    api = "/api/collections/_superusers"
    run(page, "registerPasskey", person.token, PASSWORD, "Laptop", api=api)
    token = run(page, "signInWithPasskey", api=api)["token"]
    assert there.server.send("GET", "/api/settings", token=token).status == 200


def test_an_owner_who_is_not_verified(there: Place, chrome: Chrome):
    chrome.get(f"http://localhost:{there.server.port}/api/health")
    add_authenticator(chrome, is_verified=False)
    try:
        with pytest.raises(WebDriverException, match="not allowed"):
            run(chrome, "registerPasskey", there.person().token, PASSWORD, "Laptop")
    finally:
        chrome.remove_virtual_authenticator()


def test_a_page_of_another_origin(there: Place, chrome: Chrome):
    """Another port of the same domain may make passkeys; the server wants none of them."""
    with place(Path(there.server.directory).parent / "other" / "pb_data") as other:
        chrome.get(f"http://localhost:{other.server.port}/api/health")
        add_authenticator(chrome)
        try:
            api = f"http://localhost:{there.server.port}/api/collections/users"
            arguments = (there.person().token, PASSWORD, "Laptop")
            with pytest.raises(WebDriverException, match="Failed to register the passkey"):
                run(chrome, "registerPasskey", *arguments, api=api)
        finally:
            chrome.remove_virtual_authenticator()

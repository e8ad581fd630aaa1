"""The page at /api/docs in a real browser: what it shows, and what never runs in it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from fastcms import resources
from tests.browser import browser
from tests.servers import ROOT_EMAIL, ROOT_PASSWORD, Kind, Server, add_superuser
from tests.typegen import sample

_BREAKS_OUT = "</script><img src=x onerror=\"document.title='broken'\">"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("docs") / "pb_data"
    sample.build(directory)
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, 1) as running:
        root = running.superuser_token()
        hostile: dict[str, Any] = {
            "name": "hostile",
            "type": "base",
            "listRule": f"title != {json.dumps(_BREAKS_OUT)}",
            "createRule": "",
            "fields": [
                {"name": "title", "type": "text", "help": _BREAKS_OUT},
                {"name": "__proto__", "type": "text", "required": True},
                {
                    "name": "kind",
                    "type": "select",
                    "values": [_BREAKS_OUT, "'; touch broken; '"],
                    "required": True,
                },
            ],
        }
        running.expect("POST", "/api/collections", token=root, json_body=hostile)
        meta = {"meta": {"appName": _BREAKS_OUT}}
        running.expect("PATCH", "/api/settings", token=root, json_body=meta)
        yield running


@pytest.fixture(scope="module")
def chrome(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """A browser in which a superuser has signed in at the page."""
    with browser(tmp_path_factory.mktemp("profile")) as found:
        found.get(f"{server.url}/api/docs")
        _wait(found, "#sign-in")
        found.find_element(By.ID, "email").send_keys(ROOT_EMAIL)
        found.find_element(By.ID, "password").send_keys("wrong-password")
        found.find_element(By.CSS_SELECTOR, "#form button").click()
        said = WebDriverWait(found, 20).until(lambda c: c.find_element(By.ID, "error").text)
        assert said == "Failed to authenticate."
        assert not found.find_elements(By.CSS_SELECTOR, "details")
        password = found.find_element(By.ID, "password")
        password.clear()
        password.send_keys(ROOT_PASSWORD)
        found.find_element(By.CSS_SELECTOR, "#form button").click()
        _wait(found, "#viewer")
        yield found


def _wait(chrome: Chrome, selector: str) -> WebElement:
    def visible(driver: Chrome) -> WebElement | None:
        element = driver.find_element(By.CSS_SELECTOR, selector)
        return element if element.is_displayed() else None

    return WebDriverWait(chrome, 20).until(visible)


def _opened(chrome: Chrome, text: str) -> WebElement:
    """The operation whose line begins so, opened."""
    details = chrome.find_element(By.CSS_SELECTOR, f'details[data-text^="{text}"]')
    chrome.execute_script("arguments[0].open = true", details)
    WebDriverWait(chrome, 20).until(lambda _: details.find_elements(By.CSS_SELECTOR, "div > *"))
    return details


def _sent(chrome: Chrome, details: WebElement) -> tuple[int, Any]:
    """What comes after a click on "Send"."""
    button = details.find_element(By.CSS_SELECTOR, "form button")
    chrome.execute_script("arguments[0].click()", button)
    output = details.find_element(By.CSS_SELECTOR, ".output")
    text = WebDriverWait(chrome, 20).until(
        lambda _: found if (found := output.get_property("textContent")) not in ("", "…") else None
    )
    status, _, body = str(text).partition("\n\n")
    return int(status.split(" ")[0]), json.loads(body) if body.strip() else None


def _fill(chrome: Chrome, element: WebElement, text: str) -> None:
    chrome.execute_script(
        "arguments[0].value = arguments[1];"
        "arguments[0].dispatchEvent(new Event('input', {bubbles: true}))",
        element,
        text,
    )


def test_files(server: Server) -> None:
    for path, kind in (("", "html"), ("/page.css", "css"), ("/page.js", "javascript")):
        answer = server.request("GET", f"/api/docs{path}")
        assert (answer.status, answer.headers["content-type"]) == (
            200,
            f"text/{kind}; charset=utf-8",
        )
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        # Nothing of the directory is in it, and nothing comes from elsewhere.
        assert b"blog_posts" not in answer.body
        assert b"http://" not in answer.body
        assert b"https://" not in answer.body
    assert server.request("GET", "/api/docs/page.py").status == 404


def test_the_script_makes_no_markup_of_texts() -> None:
    script = (resources.static("openapi") / "page.js").read_text("utf-8")
    page = (resources.static("openapi") / "index.html").read_text("utf-8")
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "Function(",
    ):
        assert word not in script
    assert " on" not in page.replace(" one", "").split("<body>")[0]
    assert "style=" not in page


def test_it_shows_the_operations(chrome: Chrome) -> None:
    lines = [
        each.get_attribute("data-text") for each in chrome.find_elements(By.TAG_NAME, "details")
    ]
    assert "get /api/collections/blog_posts/records a page of records" in lines
    assert "post /api/batch several writes of records, all of them or none" in lines
    assert "blogpostsresponse" in lines
    groups = [each.text for each in chrome.find_elements(By.CSS_SELECTOR, "#groups a")]
    assert groups.index("members") < groups.index("Collections") < groups.index("Schemas")

    search = chrome.find_element(By.ID, "search")
    _fill(chrome, search, "Several WRITES")
    shown = [each for each in chrome.find_elements(By.TAG_NAME, "details") if each.is_displayed()]
    assert [each.get_attribute("data-text") for each in shown] == [
        "post /api/batch several writes of records, all of them or none"
    ]
    _fill(chrome, search, "")

    details = _opened(chrome, "patch /api/collections/blog_posts/records/")
    text = str(details.get_property("textContent"))
    assert "superusers: author = @request.auth.id" in text
    assert '"draft" | "published"' in text


def test_it_sends_requests(chrome: Chrome, server: Server) -> None:
    create = _opened(chrome, "post /api/collections/topics/records ")
    body = create.find_element(By.TAG_NAME, "textarea")
    assert json.loads(str(body.get_property("value"))) == {"title": ""}
    _fill(chrome, body, json.dumps({"title": "It's one"}))
    curl = str(create.find_element(By.CSS_SELECTOR, ".curl").get_property("textContent"))
    assert "-H 'Content-Type: application/json'" in curl
    assert "'{\"title\": \"It'\\''s one\"}'" in curl
    status, record = _sent(chrome, create)
    assert (status, record["title"]) == (200, "It's one")

    view = _opened(chrome, "get /api/collections/topics/records/{id} ")
    _fill(chrome, view.find_element(By.CSS_SELECTOR, "input"), record["id"])
    script = str(view.find_element(By.CSS_SELECTOR, ".script").get_property("textContent"))
    assert f"{server.url}/api/collections/topics/records/{record['id']}" in script
    assert _sent(chrome, view) == (200, record)

    settings = _opened(chrome, "get /api/settings ")
    assert _sent(chrome, settings)[0] == 200
    chrome.execute_script(
        "const s = arguments[0].querySelector('select'); s.selectedIndex = 1", settings
    )
    assert _sent(chrome, settings)[0] == 401
    # No token is shown where it would be copied from.
    assert "eyJ" not in str(settings.get_property("textContent"))


def test_nothing_of_hostile_texts_runs(chrome: Chrome) -> None:
    assert _BREAKS_OUT in chrome.find_element(By.ID, "title").text
    for line in ("get /api/collections/hostile/records ", "hostileresponse", "hostilecreate"):
        text = str(_opened(chrome, line).get_property("textContent"))
        assert "onerror" in text
    create = _opened(chrome, "post /api/collections/hostile/records ")
    body = create.find_element(By.TAG_NAME, "textarea")
    assert json.loads(str(body.get_property("value"))) == {
        "__proto__": "",
        "kind": _BREAKS_OUT,
    }
    assert _sent(chrome, create)[0] == 400
    assert chrome.title == "API · FastCMS"
    assert not chrome.find_elements(By.TAG_NAME, "img")
    assert len(chrome.find_elements(By.TAG_NAME, "script")) == 1
    refused = [
        entry for entry in chrome.get_log("browser") if "Content Security" in entry["message"]
    ]
    assert refused == []


def test_signing_out_ends_the_session(chrome: Chrome, server: Server) -> None:
    kept = str(chrome.execute_script("return sessionStorage.getItem('fastcms_docs_token')"))
    assert server.send("GET", "/api/openapi.json", token=kept).status == 200
    chrome.refresh()
    _wait(chrome, "#viewer")
    chrome.find_element(By.ID, "sign-out").click()
    _wait(chrome, "#sign-in")
    assert not chrome.find_elements(By.TAG_NAME, "details")
    ended = WebDriverWait(chrome, 20).until(
        lambda _: server.send("GET", "/api/openapi.json", token=kept).status == 401
    )
    assert ended
    # What the dashboard has signed in for counts here, too, and stays signed in.
    token = server.superuser_token()
    chrome.execute_script(
        "localStorage.setItem('__pb_superuser_auth__', JSON.stringify({token: arguments[0]}))",
        token,
    )
    chrome.refresh()
    _wait(chrome, "#viewer")
    chrome.find_element(By.ID, "sign-out").click()
    _wait(chrome, "#sign-in")
    assert server.send("GET", "/api/openapi.json", token=token).status == 200

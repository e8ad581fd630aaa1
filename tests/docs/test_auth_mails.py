"""What docs/auth-mails.md, docs/mail.md and docs/queue.md show is so."""

import json
import re
import shlex
from pathlib import Path

from fastcms.schema.auth_defaults import new_auth_options
from tests.cli.commands import run
from tests.mailserver import MailServer
from tests.servers import ROOT_EMAIL, Kind, Server, add_superuser
from tests.waiting import until

_DOCS = Path(__file__).parents[2] / "docs"
_PAGE, _MAIL, _QUEUE = (
    (_DOCS / f"{name}.md").read_text(encoding="utf-8") for name in ("auth-mails", "mail", "queue")
)


def test_the_examples_of_the_page(tmp_path: Path) -> None:
    directory = tmp_path / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    requests = re.findall(r"^(PATCH|POST) (/api/\S+) (\{.*\})$", _PAGE, re.MULTILINE)
    assert [path for _, path, _ in requests] == ["/api/settings", "/api/settings/test/email"]
    with MailServer() as mails, Server(Kind.FASTCMS, directory) as server:
        root = server.superuser_token()
        for method, path, text in requests:
            body = json.loads(text)
            if smtp := body.get("smtp"):
                smtp |= {**mails.settings["smtp"], "username": "", "password": ""}
            server.expect(method, path, token=root, json_body=body)
        mail = mails.last(1)
        assert mail.to == ("you@example.com",)
        assert "https://shop.example.com/_/#/auth/confirm-verification/" in mail.text
        _check_mail_pages(server, root)
        for name in ("users", "_superusers"):
            place = f"/api/collections/{name}"
            server.expect("PATCH", place, token=root, json_body={"otp": {"enabled": True}})
        accounts = "/api/collections/users/records"
        secret = {"password": "password-1", "passwordConfirm": "password-1"}
        account = {"email": "ann@example.com", **secret}
        server.expect("POST", accounts, token=root, json_body=account)
    lines = re.findall(r"^fastcms (.*)$", _PAGE, re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        arguments = line.replace("you@example.com", ROOT_EMAIL).split()
        assert run(Kind.FASTCMS, *arguments, directory=directory).code == 0


def _check_mail_pages(server: Server, root: str) -> None:
    ((path, body),) = re.findall(r"^POST (/api/\S+) (\{.*\})$", _MAIL, re.MULTILINE)
    preview = server.expect("POST", path, token=root, json_body=json.loads(body))
    page, shown = (json.loads(text) for text in re.findall(r"```json\n(.*?)```", _MAIL, re.DOTALL))
    assert preview["html"].startswith(shown.pop("html").removesuffix("…"))
    assert shown.items() <= preview.items()
    # A mail is noted just after it has left.
    until(lambda: server.expect("GET", "/api/mails", token=root)["totalItems"] == 1)
    listed = server.expect("GET", "/api/mails", token=root)
    assert listed.keys() == page.keys()
    assert [item.keys() for item in listed["items"]] == [page["items"][0].keys()]
    (text,) = re.findall(r"```json\n(.*?)```", _QUEUE, re.DOTALL)
    task = json.loads(text)["items"][0]
    assert task.keys() == {
        *("id", "kind", "label", "state", "attempts", "due", "expires", "error", "created", "dead")
    }
    assert server.expect("GET", "/api/queue", token=root).keys() == json.loads(text).keys()
    for line in re.findall(r"^fastcms (\S.*)$", _MAIL + _QUEUE, re.MULTILINE):
        arguments = shlex.split(line.partition("#")[0])
        done = run(Kind.FASTCMS, *arguments, directory=server.directory)
        # There is no task 7.
        assert done.code == int("7" in arguments), done.err


def test_every_placeholder_and_template_is_named() -> None:
    bodies = json.dumps(new_auth_options().to_json(secrets=False))
    for placeholder in set(re.findall(r"\{[A-Z_]+\}", bodies)):
        assert placeholder in _PAGE
    assert "`{RECORD:field}`" in _PAGE

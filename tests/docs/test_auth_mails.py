"""What docs/auth-mails.md shows is so."""

import json
import re
from pathlib import Path

from fastcms.schema.auth_defaults import new_auth_options
from tests.cli.commands import run
from tests.mailserver import MailServer
from tests.servers import ROOT_EMAIL, Kind, Server, add_superuser

_PAGE = (Path(__file__).parents[2] / "docs" / "auth-mails.md").read_text(encoding="utf-8")


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


def test_every_placeholder_and_template_is_named() -> None:
    bodies = json.dumps(new_auth_options().to_json(secrets=False))
    for placeholder in set(re.findall(r"\{[A-Z_]+\}", bodies)):
        assert placeholder in _PAGE
    assert "`{RECORD:field}`" in _PAGE

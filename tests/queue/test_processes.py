"""The queue over the processes of a server: killed amid a mail, told from outside, its routes."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import Done, run
from tests.mailserver import Mail, MailServer
from tests.servers import Kind, Server, add_superuser
from tests.waiting import until

USERS = "/api/collections/users"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Server:
    directory: Path = tmp_path_factory.mktemp("queue") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=2) as running:
        yield running


def ask(server: Server, mails: MailServer, name: str) -> str:
    """A superuser's token, after a new account has asked for the proof of its address."""
    root = server.superuser_token()
    server.expect("PATCH", "/api/settings", token=root, json_body=mails.settings)
    email = f"{name}@example.com"
    account = {"email": email, "password": "password-1", "passwordConfirm": "password-1"}
    server.expect("POST", f"{USERS}/records", token=root, json_body=account)
    server.expect("POST", f"{USERS}/request-verification", json_body={"email": email})
    return root


def test_a_mail_is_sent_though_all_workers_are_killed_amid(server: Server) -> None:
    def kill(number: int, _: Mail) -> None:
        if number == 1:
            children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
            for child in children.split():
                os.kill(int(child), signal.SIGKILL)

    with MailServer(on_mail=kill) as mails:
        ask(server, mails, "killed")
        first, second = mails.wait(2)
    assert first.to == second.to == ("killed@example.com",)
    assert first.parsed["Message-ID"] == second.parsed["Message-ID"]


def tasks(server: Server, root: str, state: str) -> list[Any]:
    """The failed tasks in a state, as soon as there are any."""
    found: list[Any] = []

    def look() -> bool:
        items = server.expect("GET", f"/api/queue?state={state}", token=root)["items"]
        found[:] = [task for task in items if task["error"]]
        return bool(found)

    until(look)
    return found


def queue(server: Server, *arguments: str) -> Done:
    return run(Kind.FASTCMS, "jobs", "queue", *arguments, directory=server.directory)


def test_a_dead_letter_is_tried_again_by_command(server: Server) -> None:
    with MailServer(refuses="550 no such user") as mails:
        root = ask(server, mails, "dead")
        (task,) = tasks(server, root, "dead")
    assert "no such user" in task["error"]
    health = server.expect("GET", "/api/health/details", token=root)
    assert health["queue"] == {"waiting": 0, "running": 0, "dead": 1}
    (listed,) = json.loads(queue(server, "list", "--state", "dead", "--json").out)["items"]
    assert listed == task
    assert f"  {task['id']}  dead  the verification mail to users/" in queue(server, "list").out
    with MailServer() as mails:
        server.expect("PATCH", "/api/settings", token=root, json_body=mails.settings)
        assert queue(server, "retry", str(task["id"])).out == "Successfully queued 1 task again!"
        # The command woke the server.
        assert mails.last(1).to == ("dead@example.com",)
    mail = run(
        Kind.FASTCMS,
        "mail",
        "list",
        "to = 'dead@example.com'",
        "--json",
        directory=server.directory,
    )
    (noted,) = json.loads(mail.out)["items"]
    assert (noted["collection"], noted["template"]) == ("users", "verification")
    lines = run(Kind.FASTCMS, "mail", "list", directory=server.directory).out.splitlines()
    assert any("dead@example.com  verification" in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("list", "--state", "odd"), 'no task is "odd"; say waiting, running, dead'),
        (("retry",), "say the id of a task, or --all"),
        (("retry", "1", "--all"), "say the id of a task, or --all"),
        (("retry", "999"), "there is no dead task 999; fastcms jobs queue list --state dead shows"),
        (("delete", "999"), "there is no task to remove 999; fastcms jobs queue list shows them"),
    ],
)
def test_what_a_command_refuses(server: Server, arguments: tuple[str, ...], words: str) -> None:
    done = queue(server, *arguments)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(words)


def test_routes_are_for_superusers(server: Server) -> None:
    root = server.superuser_token()
    for method, path, status in (
        ("GET", "/api/queue", 200),
        ("GET", "/api/queue?state=odd", 400),
        ("GET", "/api/queue?page=x", 400),
        ("POST", "/api/queue/999", 404),
        ("POST", "/api/queue/x", 404),
        ("DELETE", f"/api/queue/{9**30}", 404),
        ("GET", "/api/mails?sort=-created&filter=status='sent'", 200),
        ("GET", "/api/mails?filter=payload='x'", 400),
        ("GET", "/api/mails?filter=@collection.users.id='x'", 400),
        ("GET", "/api/mails?sort=nothing", 400),
    ):
        assert server.send(method, path).status == 401, path
        assert server.send(method, path, token=root).status == status, path
    with MailServer() as mails:
        server.expect("PATCH", "/api/settings", token=root, json_body=mails.settings)
        for template in ("otp", "login-alert"):
            sample = {"email": "you@example.com", "template": template}
            server.expect("POST", "/api/settings/test/email", token=root, json_body=sample)
    # A mail is noted just after it has left.
    until(lambda: server.expect("GET", "/api/mails", token=root)["totalItems"] > 1)
    page = server.expect("GET", "/api/mails?perPage=1&sort=created", token=root)
    assert (len(page["items"]), page["perPage"]) == (1, 1)
    assert page["totalItems"] == page["totalPages"] > 1
    newest = server.expect("GET", "/api/mails?perPage=1", token=root)["items"][0]
    assert newest["created"] > page["items"][0]["created"]
    assert server.expect("GET", "/api/mails?skipTotal=1", token=root)["totalItems"] == -1


def test_a_waiting_task_can_be_removed_from_a_directory_that_is_not_served(server: Server) -> None:
    with MailServer(refuses="451 not now") as mails:
        root = ask(server, mails, "waiting")
        (task,) = tasks(server, root, "waiting")
    server.stop()
    assert queue(server, "delete", str(task["id"])).code == 0
    assert queue(server, "list").out == "There is no such task."
    assert json.loads(queue(server, "retry", "--all", "--json").out) == {"ok": True, "retried": 0}
    server.start()

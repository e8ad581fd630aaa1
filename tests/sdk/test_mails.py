"""The official client signs in by mail, from the request to the link or code in the mail."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.mailserver import Mail, MailServer
from tests.servers import Kind, Server, add_superuser

_SCRIPT = Path(__file__).parent / "mails.mjs"
# The reference against itself shows that the script asks for nothing of our own invention.
_SERVERS = [(Kind.REFERENCE, None), (Kind.FASTCMS, 2)]


@pytest.mark.parametrize(("kind", "workers"), _SERVERS)
def test_sign_in_by_mail(kind: Kind, workers: int | None, sdk: Path, tmp_path: Path) -> None:
    directory, folder = tmp_path / "site" / "pb_data", tmp_path / "mails"
    folder.mkdir()
    add_superuser(kind, directory)
    with (
        MailServer(on_mail=lambda number, mail: _keep(folder, number, mail)) as mails,
        Server(kind, directory, workers) as server,
    ):
        root = server.superuser_token()
        server.expect("PATCH", "/api/settings", token=root, json_body=mails.settings)
        done = subprocess.run(
            ["node", str(_SCRIPT), str(sdk), server.url, str(folder)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{done.stderr}\n{server.output}"


def _keep(folder: Path, number: int, mail: Mail) -> None:
    """As a file whose name shows that it is whole."""
    shown = {"to": mail.to[0], "subject": mail.subject, "token": mail.token, "code": mail.code}
    draft = folder / f"{number}.draft"
    draft.write_text(json.dumps(shown))
    draft.rename(folder / f"{number}.json")

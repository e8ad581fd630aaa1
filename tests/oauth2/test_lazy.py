"""Serving loads nothing of OAuth2 but its route; the first look at a provider does."""

import subprocess
import sys


def test_a_server_that_starts_has_no_client_for_http() -> None:
    program = (
        "import sys\n"
        "import fastcms.server, fastcms.features\n"
        "heavy = ('httpcore2', 'joserfc', 'cryptography', 'fastcms.fetch', 'fastcms.oauth2')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")

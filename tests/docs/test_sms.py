"""The commands of the page about text messages, typed as they stand."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.auth.factors import place
from tests.docs.test_collection_pages import blocks
from tests.smsserver import SMSServer


def test_the_commands(tmp_path: Path) -> None:
    provider, enable, prove, confirm, ask, sign_in = blocks("sms", "sh")
    with SMSServer() as sms, place(tmp_path / "pb_data") as there:
        variables = {"API": f"{there.server.url}/api", "SUPERUSER": there.root}

        def typed(lines: str, **more: str) -> str:
            command = f'fastcms() {{ "{sys.executable}" -m fastcms_cli "$@"; }}\n{lines}'
            # What a block leaves in a variable is for the next one.
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", f'{command}\necho "${{OTP_ID-}}"'],
                cwd=tmp_path,
                env={**os.environ, **variables, **more},
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout.strip()

        assert json.loads(typed(provider))["twilio"]["sender"] == "+15005550006"
        settings = "/api/settings/sms"
        there.server.expect("PATCH", settings, token=there.root, json_body=sms.twilio)
        body: dict[str, Any] = {"name": "people", "type": "auth"}
        body["fields"] = [{"name": "phone", "type": "text"}]
        there.server.expect("POST", "/api/collections", token=there.root, json_body=body)
        typed(enable)
        person = there.person("people", phone="0049 (170) 555-0100")
        token = {"TOKEN": person.token}
        otp_id = typed(prove, **token)
        typed(confirm, **token, OTP_ID=otp_id, CODE=sms.take().code)
        otp_id = typed(ask)
        signed_in = typed(sign_in, OTP_ID=otp_id, CODE=sms.take().code)
        assert json.loads(signed_in.splitlines()[0].removesuffix(otp_id))["token"]

"""The commands of the page about authenticator apps, typed as they stand."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests import oathtool
from tests.auth.factors import place
from tests.docs.test_collection_pages import blocks

PASSWORD = "a-long-password"


def test_the_commands(tmp_path: Path) -> None:
    enable, enroll, confirm, sign_in, at_first_sign_in = blocks("two-factor", "sh")
    with place(tmp_path / "pb_data") as there:
        variables = {"API": f"{there.server.url}/api", "SUPERUSER": there.root}

        def typed(lines: str, **more: str) -> Any:
            environment = {**os.environ, **variables, **more}
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", lines],
                env=environment,
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            return json.loads(done.stdout)

        assert typed(enable)["totp"] == {"enabled": True}
        account = {"password": PASSWORD, "passwordConfirm": PASSWORD}
        ann = there.person(email="ann@example.com", **account)
        token = there.server.sign_in("users", "ann@example.com", PASSWORD)
        ann.secret = typed(enroll, TOKEN=token)["secret"]
        answer = typed(confirm, TOKEN=token, CODE=oathtool.code(ann.secret))
        assert len(answer["recoveryCodes"]) == 10
        there.forget_last_code(ann)
        answer = typed(sign_in, CODE=oathtool.code(ann.secret))
        assert sorted(answer) == ["deviceToken", "record", "token"]

        options = {"totp": {"enabled": True}, "mfa": {"enabled": True}}
        body = {"name": "staff", "type": "auth", **options}
        there.server.expect("POST", "/api/collections", token=there.root, json_body=body)
        session = there.mfa_id(there.person("staff"))
        begin, end = at_first_sign_in.splitlines()
        secret = typed(begin, MFA_ID=session)["secret"]
        assert typed(end, MFA_ID=session, CODE=oathtool.code(secret))["token"]

"""The defaults of a new auth collection against the shipped definition of `users`."""

from __future__ import annotations

import msgspec

from fastcms import resources
from fastcms.schema.auth_defaults import new_auth_options


def test_defaults_are_those_of_users() -> None:
    definitions = msgspec.json.decode(resources.template("collections.json").read_bytes())
    users = definitions[-1]
    options = msgspec.json.decode(msgspec.json.encode(new_auth_options().to_json(secrets=False)))
    # The only option of its own.
    options["oauth2"]["mappedFields"] |= {"name": "name", "avatarURL": "avatar"}
    assert options == {key: users[key] for key in options}


def test_secrets_differ() -> None:
    first, second = new_auth_options(), new_auth_options()
    assert len({first.auth_token.secret, first.file_token.secret, second.auth_token.secret}) == 3

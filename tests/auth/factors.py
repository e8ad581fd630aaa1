"""A server of two processes and people on it, for the tests of second factors."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import apsw

from tests import oathtool
from tests.servers import Answer, Kind, Server, add_superuser

PASSWORD = "password-123"
_numbers = count()


@dataclass
class Person:
    id: str
    email: str
    token: str
    collection: str = "users"
    secret: str = ""
    recovery_codes: list[str] = field(default_factory=list)


class Place:
    """The server with its superuser."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.root = server.superuser_token()

    def post(self, path: str, body: Any = None, token: str | None = None) -> Answer:
        """`path` is below the collections."""
        return self.server.send("POST", f"/api/collections/{path}", token=token, json_body=body)

    def send(self, method: str, path: str, token: str | None = None) -> Answer:
        return self.server.send(method, f"/api/collections/{path}", token=token)

    def change(self, collection: str, **options: Any) -> None:
        self.server.expect(
            "PATCH", f"/api/collections/{collection}", token=self.root, json_body=options
        )

    def new_collection(self, **options: Any) -> str:
        name = f"people{next(_numbers)}"
        body = {"name": name, "type": "auth", **options}
        self.server.expect("POST", "/api/collections", token=self.root, json_body=body)
        return name

    def person(self, collection: str = "users", **values: Any) -> Person:
        email = f"person{next(_numbers)}@example.com"
        secret = {"password": PASSWORD, "passwordConfirm": PASSWORD}
        record = self.server.expect(
            "POST",
            f"/api/collections/{collection}/records",
            token=self.root,
            json_body={"email": email, **secret, **values},
        )
        answer = self.sign_in(Person(record["id"], email, "", collection))
        token = answer.json()["token"] if answer.status == 200 else ""
        return Person(record["id"], email, token, collection)

    def enrolled(self, collection: str = "users") -> Person:
        """Somebody whose authenticator app is confirmed, and who has used no code yet."""
        person = self.person(collection)
        begun = self.post(f"{collection}/totp/enroll", {"password": PASSWORD}, person.token)
        assert begun.status == 200, begun.body
        person.secret = begun.json()["secret"]
        code = {"code": oathtool.code(person.secret)}
        confirmed = self.post(f"{collection}/totp/confirm", code, person.token)
        assert confirmed.status == 200, confirmed.body
        person.recovery_codes = confirmed.json()["recoveryCodes"]
        self.forget_last_code(person)
        return person

    def impersonated(self, person: Person) -> str:
        """A token of a superuser who acts in the person's name."""
        answer = self.post(f"{person.collection}/impersonate/{person.id}", {}, self.root)
        return str(answer.json()["token"])

    def sign_in(self, person: Person, **more: Any) -> Answer:
        body = {"identity": person.email, "password": PASSWORD, **more}
        return self.post(f"{person.collection}/auth-with-password", body)

    def mfa_id(self, person: Person) -> str:
        """A session that waits for the second factor."""
        answer = self.sign_in(person)
        assert answer.status == 401, answer.body
        return str(answer.json()["mfaId"])

    def show_code(self, person: Person, code: str = "", **more: Any) -> Answer:
        """The second half of a sign-in."""
        body = {"mfaId": self.mfa_id(person), "code": code or oathtool.code(person.secret), **more}
        return self.post(f"{person.collection}/auth-with-totp", body)

    def forget_last_code(self, person: Person) -> None:
        """Makes the app's present code good once more, which spares the tests half a minute."""
        self.sql("UPDATE _fc_totps SET step = 0 WHERE recordRef = ?", person.id)

    def sql(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Straight into the database, behind the server's back."""
        database = apsw.Connection(str(self.server.directory / "data.db"))
        database.set_busy_timeout(10_000)
        try:
            return database.execute(sql, params).fetchall()
        finally:
            database.close()


@contextmanager
def place(directory: Path, **options: Any) -> Iterator[Place]:
    """A fresh directory with a superuser, served; the options are those of `users`."""
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=2) as server:
        there = Place(server)
        there.change("users", **options)
        yield there

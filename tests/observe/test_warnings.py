"""Warnings become facts: without secrets, and not without end."""

import logging
from collections.abc import Iterator

import pytest

from fastcms.observe.events import Warned
from fastcms.observe.secrets import masked_text
from fastcms.observe.warnings import A_MINUTE, Warnings

log = logging.getLogger("fastcms.sample")


@pytest.fixture
def heard() -> Iterator[list[Warned]]:
    found: list[Warned] = []
    warnings = Warnings([found.append])
    yield found
    warnings.close()
    log.warning("nobody hears it")
    assert all(warned.message != "nobody hears it" for warned in found)


def test_a_warning_has_its_text_its_level_and_its_facts(heard):
    log.warning("a mail to %s failed", "a@b.c", extra={"facts": {"tries": 3}})
    log.error("no more")
    log.info("nothing to see")
    data = {"logger": "fastcms.sample", "type": "server"}
    assert [(warned.level, warned.message, warned.data) for warned in heard] == [
        (4, "a mail to a@b.c failed", data | {"tries": 3}),
        (8, "no more", data),
    ]


def test_a_failure_says_where(heard):
    try:
        raise KeyError("token=abc")
    except KeyError:
        log.exception("GET %s failed", "/x?token=abc")
    [warned] = heard
    assert warned.message == "GET /x?token=*** failed"
    assert warned.data["error"] == "KeyError: 'token=***'"
    assert "test_warnings.py" in str(warned.data["trace"])
    assert "abc" not in str(warned.data["trace"]).replace('raise KeyError("token=abc")', "")


def test_what_is_said_too_often_is_counted(heard):
    moment = 1_900_000_000.0
    for number in range(A_MINUTE + 5):
        _say(moment, number)
    _say(moment + 60, 99)
    assert len(heard) == A_MINUTE + 1
    assert heard[-1].data["leftOut"] == 5


def _say(moment: float, number: int) -> None:
    record = log.makeRecord(log.name, logging.WARNING, "", 0, "again %d", (number,), None)
    record.created = moment
    log.handle(record)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the mail failed: 550 no such user", "the mail failed: 550 no such user"),
        ("GET http://u:p@a.b/x?token=abc&a=1 failed", "GET http://***@a.b/x?token=***&a=1 failed"),
        ('{"password": "abc", "a": "b"}', '{"password": "***", "a": "b"}'),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ("clientSecret=abc, code", "clientSecret=***, code"),
        ("got eyJhbGciOiJIUzI1NiJ9.eyJpZCI6ImEifQ.abc", "got ***"),
    ],
)
def test_secrets_in_a_text_are_masked(text, expected):
    assert masked_text(text) == expected

"""What the id of a message says of what a client has got, to the single message of a change."""

import pytest

from fastcms.realtime.client import Position
from fastcms.realtime.ways import Last, id_of, last_of


@pytest.mark.parametrize(
    ("text", "position"),
    [("abc:5", Position(5)), ("abc:0", Position(0)), ("abc:12.3", Position(12, 3))],
)
def test_an_id_is_read_as_it_was_written(text, position):
    assert last_of(text) == Last("abc", position)
    assert id_of("abc", position) == text


@pytest.mark.parametrize(
    "text",
    ["", "abc", "abc:", ":5", "abc:x", "abc:5.", "abc:-5", "abc:٥", "abc:5:6", "abc:" + "9" * 19],
)
def test_what_is_no_id_is_nowhere(text):
    assert last_of(text) is None


@pytest.mark.parametrize(
    ("here", "message", "has_it"),
    [
        ((5, 0), (4, 1), True),
        ((5, 0), (5, 1), True),
        ((5, 0), (6, 1), False),
        ((5, 1), (5, 1), True),
        ((5, 1), (5, 2), False),
        ((5, 2), (4, 9), True),
    ],
)
def test_who_has_got_a_message(here, message, has_it):
    assert Position(*here).covers(Position(*message)) is has_it

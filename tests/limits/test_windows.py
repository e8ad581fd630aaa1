"""Windows in memory that processes share: who is let through, until when, and what is forgotten."""

from pathlib import Path

import pytest

from fastcms.limits import windows
from fastcms.limits.windows import Windows

MINUTE = 60


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 1_000_000.0

    monkeypatch.setattr(windows, "time", lambda: Clock.now)
    return Clock


@pytest.fixture
def opened(tmp_path, clock):
    made = []

    def open_() -> Windows:
        made.append(Windows(tmp_path))
        return made[-1]

    yield open_
    for each in made:
        each.close()


def test_a_window_lets_so_many_through_and_then_none_until_its_end(opened, clock):
    table = opened()
    seen = []
    for at in (0, 2, 2.999, 3, 3.5, 5.999, 6):
        clock.now = 1_000_000.0 + at
        seen.append((at, *table.admit("a", 2, 3)[:3], table.admit("a", 2, 3).ends - 1_000_000))
    assert seen == [
        (0, True, 2, 1, 3),
        (2, False, 2, 0, 3),
        (2.999, False, 2, 0, 3),
        (3, True, 2, 1, 6),
        (3.5, False, 2, 0, 6),
        (5.999, False, 2, 0, 6),
        (6, True, 2, 1, 9),
    ]


def test_names_have_windows_of_their_own(opened):
    table = opened()
    assert [table.admit(name, 1, MINUTE).admitted for name in "aabbca"] == [
        *(True, False),
        *(True, False),
        *(True, False),
    ]


def test_processes_and_restarts_see_the_same_windows(opened):
    first, second = opened(), opened()
    assert first.admit("a", 2, MINUTE).remaining == 1
    assert second.admit("a", 2, MINUTE).remaining == 0
    assert not first.admit("a", 2, MINUTE).admitted
    assert not opened().admit("a", 2, MINUTE).admitted


def test_a_clock_that_is_set_back_shuts_nobody_out(opened, clock):
    table = opened()
    table.admit("a", 1, MINUTE)
    clock.now -= 3_600
    assert table.admit("a", 1, MINUTE).admitted
    assert not table.admit("a", 1, MINUTE).admitted


def test_many_clients_are_counted_apart(opened, clock):
    table = opened()
    # So many that they are sure to fit: of 20,000 one in ten runs has nine in one set.
    names = [str(number) for number in range(5_000)]
    assert all(table.admit(name, 1, MINUTE).admitted for name in names)
    assert not any(table.admit(name, 1, MINUTE).admitted for name in names)
    clock.now += MINUTE
    assert all(table.admit(name, 1, MINUTE).admitted for name in names)


def test_where_there_is_no_room_the_window_goes_that_ends_next(opened, clock, monkeypatch):
    monkeypatch.setattr(windows, "SETS", 1)
    table = opened()
    for number in range(windows.WAYS):
        table.admit(f"long {number}", 1, 10 * MINUTE - number)
    assert table.admit("new", 1, MINUTE).admitted
    assert not table.admit("new", 1, MINUTE).admitted
    kept = [
        not table.admit(f"long {number}", 1, 10 * MINUTE).admitted
        for number in range(windows.WAYS - 1)
    ]
    assert all(kept)


def test_a_file_of_another_size_is_made_anew(tmp_path: Path, opened):
    (tmp_path / "fastcms.limits").write_bytes(b"short")
    assert opened().admit("a", 1, MINUTE).admitted

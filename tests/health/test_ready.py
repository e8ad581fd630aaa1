"""Readiness costs one look at the database, however many ask."""

import asyncio
from pathlib import Path
from unittest.mock import patch

import pytest

from fastcms.directory import open_directory
from fastcms.health import ready
from fastcms.health.ready import Readiness


def test_many_who_ask_share_one_look(tmp_path: Path) -> None:
    """Attack row 35."""
    app = open_directory(tmp_path / "pb_data")
    readiness = Readiness(app)

    async def asked() -> tuple[set[str], int]:
        with patch.object(app.store, "write", wraps=app.store.write) as write:
            answers = await asyncio.gather(*(readiness.why_not() for _ in range(500)))
            answers.append(await readiness.why_not())
            return set(answers), write.call_count

    try:
        assert asyncio.run(asked()) == ({""}, 1)
    finally:
        app.close()


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("LEAST_FREE", 1 << 62, "The disk is full."),
        ("PATIENCE", 0.0, "The database does not answer."),
    ],
)
def test_why_it_is_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: float, problem: str
) -> None:
    monkeypatch.setattr(ready, name, value)
    app = open_directory(tmp_path / "pb_data")
    try:
        assert asyncio.run(Readiness(app).why_not()) == problem
    finally:
        app.close()


def test_it_says_so_when_it_stops(tmp_path: Path) -> None:
    app = open_directory(tmp_path / "pb_data")
    readiness = Readiness(app)
    try:
        assert asyncio.run(readiness.why_not()) == ""
        for listener in app.stop_listeners:
            listener()
        assert asyncio.run(readiness.why_not()) == "The server is stopping."
    finally:
        app.close()

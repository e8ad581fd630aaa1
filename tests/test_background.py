import asyncio

import pytest

from fastcms import background
from fastcms.background import Background


def test_draining_waits_for_what_was_started() -> None:
    async def main() -> list[str]:
        tasks, done, go = Background(), list[str](), asyncio.Event()

        async def work() -> None:
            await go.wait()
            done.append("work")

        tasks.start("the work", work())
        asyncio.get_running_loop().call_soon(go.set)
        await tasks.drain()
        await tasks.drain()
        return done

    assert asyncio.run(main()) == ["work"]


def test_a_failure_is_one_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async def work() -> None:
            raise ValueError("no such thing")

        tasks = Background()
        tasks.start("the work", work())
        await tasks.drain()

    asyncio.run(main())
    assert [record.getMessage() for record in caplog.records] == [
        "the work failed: ValueError: no such thing"
    ]


def test_what_takes_too_long_is_given_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(background, "DRAIN_SECONDS", 0.01)

    async def main() -> None:
        tasks = Background()
        tasks.start("the work", asyncio.Event().wait())  # type: ignore[arg-type]
        await tasks.drain()

    asyncio.run(main())
    assert "given up" in caplog.text

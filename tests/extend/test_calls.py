"""How plain functions and coroutines of users are called: where, with what around them."""

import asyncio
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import pytest

from fastcms.errors import ApiError
from fastcms.extend import threads as threads_module
from fastcms.extend.calls import Calls, Runner
from fastcms.extend.handlers import HandlerAt, handler
from fastcms.extend.plain import QUICK_CALLS
from fastcms.hooks import Event
from fastcms.hooks.bridge import wait
from fastcms.hooks.chain import Bound, Hook

MARK: ContextVar[str] = ContextVar("MARK", default="")


def hook_of(runner: Runner, *functions: Callable[..., Any], timeout: float = 0.0) -> Hook[Event]:
    hook: Hook[Event] = Hook()
    hook.invite(
        [
            Bound(
                handler(
                    runner,
                    HandlerAt("record_create", function, (), 0, "", None, timeout, ""),
                    function.__name__,
                    Calls(),
                )
            )
            for function in functions
        ]
    )
    return hook


async def nothing(_: Event) -> None:
    """The action."""


async def warm_up(hook: Hook[Event], calls: int = QUICK_CALLS * 20) -> None:
    """Calls it until it runs on the loop."""
    for _ in range(calls):
        await hook.run(Event(), nothing)


def test_a_quick_function_comes_to_the_loop_and_a_slow_one_leaves_it() -> None:
    seen: list[int] = []
    sleeps = 0.0

    def function(event: Event) -> None:
        seen.append(threading.get_ident())
        time.sleep(sleeps)
        event.next()

    async def main() -> None:
        nonlocal sleeps
        runner = Runner()
        hook = hook_of(runner, function)
        await hook.run(Event(), nothing)
        assert seen[-1] != threading.get_ident()
        # A busy box may interrupt a call, which then counts as slow.
        while seen[-1] != threading.get_ident():
            await warm_up(hook, 1)
        sleeps = 0.06
        await hook.run(Event(), nothing)
        await hook.run(Event(), nothing)
        assert seen[-1] != threading.get_ident()
        runner.close()

    asyncio.run(main())


def test_a_function_that_may_hold_a_lock_stays_on_threads() -> None:
    lock = threading.Lock()

    def function(event: Event) -> None:
        with lock:
            event.next()

    async def main() -> None:
        runner = Runner()
        hook = hook_of(runner, function)
        await warm_up(hook)
        # On the loop the second would wait for the first forever.
        await asyncio.gather(*(hook.run(Event(), slow) for _ in range(3)))
        runner.close()

    async def slow(_: Event) -> None:
        await asyncio.sleep(0)

    asyncio.run(main())


@pytest.mark.parametrize("is_warm", [False, True], ids=["thread", "loop"])
def test_a_plain_function_waits_in_the_task_that_called_it(is_warm: bool) -> None:
    tasks: list[object] = []
    marks: list[str] = []

    async def ask() -> str:
        tasks.append(asyncio.current_task())
        await asyncio.sleep(0)
        return "answer"

    def function(event: Event) -> None:
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()
        assert wait(ask()) == "answer"
        marks.append(MARK.get())
        event.next()

    async def action(_: Event) -> None:
        marks.append(MARK.get())

    async def main() -> None:
        runner = Runner()
        plain = runner.callable(function)
        if is_warm:
            vars(plain)["_is_quick"] = True
        MARK.set("here")
        event = Event()
        event._rest = (action,)
        await plain(event)
        assert tasks == [asyncio.current_task()]
        assert marks == ["here", "here"]
        runner.close()

    asyncio.run(main())
    with pytest.raises(RuntimeError, match="only the plain function"):
        wait(ask())


def test_functions_in_a_chain_need_no_thread_while_they_wait() -> None:
    def outer(event: Event) -> None:
        time.sleep(0.002)
        event.next()

    def inner(event: Event) -> None:
        time.sleep(0.002)
        event.next()

    async def main() -> None:
        # More chains at once than threads: each holds one and needs another.
        runner = Runner(threads=2)
        hook = hook_of(runner, outer, inner)
        await asyncio.gather(*(hook.run(Event(), nothing) for _ in range(8)))
        runner.close()

    asyncio.run(main())


def test_all_threads_hang(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(threads_module, "PATIENCE", 0.05)
    gate = threading.Event()

    def hangs(event: Event) -> None:
        gate.wait()
        event.next()

    async def main() -> None:
        runner = Runner(threads=2)
        hook = hook_of(runner, hangs)
        first = [asyncio.create_task(hook.run(Event(), nothing)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(ApiError) as refused:
            await hook.run(Event(), nothing)
        assert refused.value.status == 503
        gate.set()
        await asyncio.gather(*first)
        await hook.run(Event(), nothing)
        runner.close()

    asyncio.run(main())
    assert "all 2 threads of hooks are busy" in caplog.text
    assert "hangs" in caplog.text


@pytest.mark.parametrize("kind", ["plain", "coroutine"])
def test_what_is_given_up_changes_nothing_later(kind: str) -> None:
    gate, over = threading.Event(), threading.Event()
    done: list[str] = []
    raised: list[BaseException] = []

    def plain(event: Event) -> None:
        gate.wait()
        try:
            event.next()
        except BaseException as error:
            raised.append(error)
            over.set()
            raise

    async def coroutine(event: Event) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            over.set()
        await event.next()

    async def action(_: Event) -> None:
        done.append("acted")

    async def main() -> None:
        runner = Runner()
        hook = hook_of(runner, {"plain": plain, "coroutine": coroutine}[kind], timeout=0.02)
        with pytest.raises(ApiError) as refused:
            await hook.run(Event(), action)
        assert refused.value.status == 503
        gate.set()
        assert await asyncio.to_thread(over.wait, 5)
        runner.close()

    asyncio.run(main())
    assert done == []


def test_the_time_of_the_rest_is_not_the_functions() -> None:
    async def quick(event: Event) -> None:
        await event.next()

    async def action(_: Event) -> None:
        await asyncio.sleep(0.05)

    async def main() -> None:
        runner = Runner()
        await hook_of(runner, quick, timeout=0.03).run(Event(), action)
        runner.close()

    asyncio.run(main())

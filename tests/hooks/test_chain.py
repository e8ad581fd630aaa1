"""Chains of handlers: order, tags, stopping, errors."""

import asyncio

import pytest

from fastcms.hooks import Event, Hook


class Noted(Event):
    def __init__(self, *tags: str) -> None:
        self.tags = tags
        self.notes: list[str] = []


def noting(name: str, *, goes_on: bool = True):
    async def handler(event: Noted) -> None:
        event.notes.append(f"{name} before")
        if goes_on:
            await event.next()
            event.notes.append(f"{name} after")

    return handler


async def action(event: Noted) -> None:
    event.notes.append("action")


def run(hook: Hook[Noted], event: Noted) -> list[str]:
    asyncio.run(hook.run(event, action))
    return event.notes


def test_an_empty_hook_is_false_and_only_acts():
    hook: Hook[Noted] = Hook()
    assert not hook
    assert run(hook, Noted()) == ["action"]


def test_handlers_wrap_the_action_by_priority_then_order():
    hook: Hook[Noted] = Hook()
    hook.add(noting("second"))
    hook.add(noting("third"))
    hook.add(noting("first"), priority=-1)
    assert hook
    assert run(hook, Noted()) == [
        "first before",
        "second before",
        "third before",
        "action",
        "third after",
        "second after",
        "first after",
    ]


@pytest.mark.parametrize(("tags", "heard"), [(("posts",), True), (("users",), False), ((), False)])
def test_a_handler_with_tags_hears_only_its_own(tags, heard):
    hook: Hook[Noted] = Hook()
    hook.add(noting("h"), "posts", "pbc_1")
    assert ("h before" in run(hook, Noted(*tags))) == heard


def test_a_handler_that_does_not_go_on_stops_the_action():
    hook: Hook[Noted] = Hook()
    hook.add(noting("stop", goes_on=False))
    assert run(hook, Noted()) == ["stop before"]


def test_an_error_goes_to_the_caller_and_leaves_the_event_usable():
    hook: Hook[Noted] = Hook()

    async def fails(event: Noted) -> None:
        raise ValueError("no")

    hook.add(fails)
    event = Noted()
    with pytest.raises(ValueError, match="no"):
        run(hook, event)
    assert run(Hook(), event) == ["action"]

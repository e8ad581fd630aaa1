"""Tries a request of a record with the functions of users around it, and keeps none of it."""

from __future__ import annotations

import asyncio
import inspect
import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping
from copy import copy
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any, Literal

import msgspec

from fastcms.core import App
from fastcms.errors import ApiError, Problem, bad_request
from fastcms.explain import question
from fastcms.extend.calls import Calls
from fastcms.extend.faults import of_users
from fastcms.extend.handlers import Source
from fastcms.extend.undone import Sent, undone
from fastcms.hooks import Event
from fastcms.hooks.chain import Bound
from fastcms.http.reply import Reply, encode_json
from fastcms.http.request import Request
from fastcms.observe.warnings import named
from fastcms.records import api as records
from fastcms.records.compiled import SECRETS, compiled
from fastcms.records.events import RecordChanged
from fastcms.records.record import Record, to_wire
from fastcms.records.write import find
from fastcms.store.errors import StoreError

FAILED = "Failed to try the request."
TOO_LONG = "The functions did not come to an end in time."

_ACTIONS: Mapping[str, Callable[[Request], Awaitable[Reply]]] = {
    "list": records.list_,
    "view": records.view,
    "create": records.create,
    "update": records.update,
    "delete": records.delete,
}


class Trial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of the route: the request that is tried, and who would send it."""

    collection: str
    action: Literal["list", "view", "create", "update", "delete"]
    record: str = ""
    # Without one it is the superuser who asks; null is a guest.
    auth: question.Caller | msgspec.UnsetType | None = msgspec.UNSET
    query: dict[str, str | int | float | bool] = {}
    body: dict[str, Any] | None = None
    # That it may take: other writers wait meanwhile.
    seconds: Annotated[float, msgspec.Meta(gt=0, le=30)] = 5.0


class Change(msgspec.Struct, frozen=True):
    """What a function made of a field of the record."""

    field: str
    before: msgspec.Raw
    after: msgspec.Raw


class Out(msgspec.Struct, frozen=True):
    """What would have left the server."""

    what: Sent
    to: str


class Step(msgspec.Struct, rename="camel"):
    """One call of a function."""

    event: str
    file: str
    line: int
    name: str
    changes: list[Change] = []
    sent: list[Out] = []
    # Its own, without the rest of the chain.
    milliseconds: float = 0.0
    # Whether it let the rest of the chain run.
    went_on: bool = False
    # What it raised itself, and where in the files of users.
    error: str = ""
    error_file: str = ""
    error_line: int = 0
    trace: str = ""


class Write(msgspec.Struct, frozen=True):
    """A record that would have been written."""

    action: Literal["create", "update", "delete"]
    collection: str
    record: Any


class Tried(msgspec.Struct, rename="camel"):
    """The answer of the route: what the request would have been answered with, what would have been
    stored, and by whom.
    """

    status: int
    body: msgspec.Raw
    steps: list[Step]
    writes: list[Write]


async def run(request: Request, body: dict[str, Any], folder: Path | None) -> Tried:
    """Tries what a body says; `folder` is that of the files of users. Raises 400 for no request."""
    trial = _read(body)
    watch = _Watch(folder, trial.seconds)
    reply = Reply(b"")
    writes: list[Write] = []
    seen = copy(request.app)
    seen.hooks = seen.hooks.seen_by(watch.noting)
    try:
        async with undone(seen, trial.seconds, watch.note) as (app, transaction):
            reply = await _answer(app, request, trial)
            writes = [await _write(app, change) for change in transaction.changes]
    except TimeoutError:
        reply = _refusal(ApiError(503, TOO_LONG))
    except StoreError as error:
        raise bad_request(f"{FAILED} {error}") from error
    return Tried(reply.status, msgspec.Raw(reply.body or b"null"), watch.steps, writes)


def _read(body: dict[str, Any]) -> Trial:
    try:
        trial = msgspec.convert(body, Trial)
    except msgspec.ValidationError as error:
        raise bad_request(f"{FAILED} {error}") from error
    if trial.action not in ("list", "create") and not trial.record:
        problem = Problem("validation_required", "Name the record that it is about.")
        raise bad_request(FAILED, {"record": problem})
    return trial


async def _answer(app: App, asker: Request, trial: Trial) -> Reply:
    auth = None if trial.auth is msgspec.UNSET else trial.auth
    asked = question.Question(
        trial.collection, trial.action, auth=auth, query=trial.query, body=trial.body
    )
    question.plan(app, asked)
    request = await question.described(app, asked)
    if trial.auth is msgspec.UNSET:
        request.auth = asker.auth
    request.params = {"collection": trial.collection, "id": trial.record}
    try:
        return await _ACTIONS[trial.action](request)
    except ApiError as error:
        return _refusal(error)


async def _write(app: App, change: RecordChanged) -> Write:
    record, collection = change.record, change.record.collection
    if change.action != "delete":
        # What is answered may show it otherwise.
        record = await find(app, compiled(app.schema, collection), record.id) or record
    return Write(change.action, collection.name, to_wire(record, superuser=True))


def _refusal(error: ApiError) -> Reply:
    return Reply(encode_json(error.body()), error.status)


class _Counted(Calls):
    """Keeps what a function raised; its calls are no part of what superusers are told."""

    error: BaseException | None = None

    def failed(self, error: BaseException) -> None:
        super().failed(error)
        self.error = error


class _Watch:
    """Leaves a step for each call of a function."""

    def __init__(self, folder: Path | None, seconds: float) -> None:
        self._folder = folder
        self._seconds = seconds
        self.steps: list[Step] = []
        # The one that runs at this moment.
        self._running: Step | None = None
        self._is_given_up = False

    def note(self, what: Sent, to: str) -> None:
        """Notes what the function that runs would have sent."""
        if self._running is not None:
            self._running.sent.append(Out(what, to))

    def noting(self, bound: Bound) -> Callable[[Any], Awaitable[None]]:
        """The handler of a function, seen."""
        source = bound.origin
        assert isinstance(source, Source)
        placed = source.placed

        async def noted(event: Event) -> None:
            calls = _Counted()
            step = Step(placed.what, placed.file, placed.line, placed.name, [], [])
            self.steps.append(step)
            outer, self._running = self._running, step
            record = getattr(event, "record", None)
            before, started = _shown(record), perf_counter()
            rest = event._rest or ()

            async def go_on(event: Event) -> None:
                nonlocal before, started
                step.went_on = True
                step.changes += _changes(before, _shown(record))
                step.milliseconds += (perf_counter() - started) * 1e3
                event._rest, self._running = rest, outer
                try:
                    await event._next()
                except asyncio.CancelledError:
                    self._is_given_up = True
                    raise
                finally:
                    self._running = step
                    before, started = _shown(record), perf_counter()

            event._rest = (go_on,)
            try:
                await source.handler(calls)(event)
            except asyncio.CancelledError as error:
                # The innermost is the one that hangs.
                if not self._is_given_up:
                    self._is_given_up = True
                    self._tell(step, error, f"It was given up after {self._seconds:g} s.")
                    if stack := _stack_of(source.at.function):
                        self._trace(step, stack)
                raise
            finally:
                self._running = outer
                step.changes += _changes(before, _shown(record))
                step.milliseconds = round(step.milliseconds + (perf_counter() - started) * 1e3, 3)
                if calls.error is not None:
                    self._tell(step, calls.error, named(calls.error))
                elif not calls.count:
                    # Its condition did not want the event.
                    self.steps.remove(step)

        return noted

    def _tell(self, step: Step, error: BaseException, text: str) -> None:
        step.error = text
        self._trace(step, traceback.extract_tb(of_users(error.__traceback__)))

    def _trace(self, step: Step, frames: traceback.StackSummary) -> None:
        folder = self._folder
        own = [f for f in frames if folder and Path(f.filename).is_relative_to(folder)]
        if own:
            step.error_file = str(Path(own[-1].filename).relative_to(folder or "/"))
            step.error_line = own[-1].lineno or 0
        step.trace = "".join(traceback.format_list(own or frames)).replace(f"{folder}/", "")


def _stack_of(function: Callable[..., Any]) -> traceback.StackSummary | None:
    """Where a plain function is on its thread."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    for frame in sys._current_frames().values():
        frames = list(traceback.walk_stack(frame))
        if any(frame.f_code is code for frame, _ in frames):
            return traceback.StackSummary.extract(reversed(frames))
    return None


def _shown(record: Record | None) -> dict[str, bytes]:
    """What superusers see of the record, each value for itself: functions change lists in place."""
    if record is None:
        return {}
    fields = [field for field in record.collection.fields if field.name not in SECRETS]
    return {field.name: encode_json(field.to_wire(record.values[field.name])) for field in fields}


def _changes(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[Change]:
    return [
        Change(name, msgspec.Raw(before.get(name, b"null")), msgspec.Raw(value))
        for name, value in after.items()
        if before.get(name, b"null") != value
    ]

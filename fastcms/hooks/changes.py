"""The hooks around a change of something that is stored: those of its kind, and inside them those
of all models.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal, Protocol, TypeAlias

from fastcms.hooks.chain import Event, Hook

Action: TypeAlias = Callable[[], Awaitable[None]]
ChangeType: TypeAlias = Literal["create", "update", "delete", "validate"]


class StoredEvent(Event):
    """Something that is stored is created, updated, deleted or validated: `type` says which."""

    type: ChangeType
    # What model events of it are tagged with.
    model_tags: tuple[str, ...]

    @property
    def model(self) -> Any:
        """What is stored: a record, a collection or the settings."""
        raise NotImplementedError

    @model.setter
    def model(self, model: Any) -> None:
        raise NotImplementedError

    def failed(self, error: Exception) -> StoredEvent:
        """The event of the change's failure, whose `error` is this."""
        raise NotImplementedError


class ModelEvent(Event):
    """A record, a collection or the settings are created, updated, deleted or validated.

    `model` is that, `type` says which of it. Tags are tables: a collection's name, `_collections`,
    `_params`.
    """

    def __init__(self, stored: StoredEvent) -> None:
        self._stored = stored
        self.type: ChangeType = stored.type
        self.tags = stored.model_tags

    @property
    def model(self) -> Any:
        """What is stored."""
        return self._stored.model

    @model.setter
    def model(self, model: Any) -> None:
        self._stored.model = model


class ModelErrorEvent(ModelEvent):
    """The change of a model failed, or was undone with its transaction, for this `error`."""

    def __init__(self, stored: StoredEvent, error: Exception) -> None:
        super().__init__(stored)
        self.error = error


class Afterwards(Protocol):
    """What knows when a change is committed, or undone."""

    async def afterwards(
        self,
        call: Callable[[], Awaitable[None]],
        undone: Callable[[Exception], Awaitable[None]] | None = None,
    ) -> None:
        """Awaits one of the two."""


class Stage:
    """One step of a change: the hook of its kind and, inside it, that of all models."""

    __slots__ = ("_model", "_own", "hooks", "is_heard")

    def __init__(self, *hooks: Hook[Any]) -> None:
        self.hooks = hooks
        # The settings are of no other kind.
        *own, self._model = hooks
        self._own = own[0] if own else None
        # Whether there are handlers: asked at each change, told when there are others.
        self.is_heard = any(hooks)
        for hook in hooks:
            hook.when_changed(self._look)

    def _look(self) -> None:
        self.is_heard = any(self.hooks)

    def run(self, event: StoredEvent, action: Action) -> Awaitable[None]:
        """Runs the handlers around the action."""
        if not self.is_heard:
            return action()

        def act(_: object) -> Awaitable[None]:
            return action()

        if not self._model:
            assert self._own is not None
            return self._own.run(event, act)

        def act_as_model(_: object) -> Awaitable[None]:
            return self._model.run(_model_event(event), act)

        return self._own.run(event, act_as_model) if self._own else act_as_model(event)


class Changes:
    """The hooks around one kind of change of one kind of what is stored."""

    def __init__(
        self, *, validate: Stage, around: Stage, execute: Stage, success: Stage, error: Stage
    ) -> None:
        self.validate = validate
        self.around = around
        self.execute = execute
        self.success = success
        self.error = error
        # By tags: whether anybody listens. Asked once for each change of each record.
        self._heard: dict[tuple[str, ...], bool] = {}
        stages = (validate, around, execute, success, error)
        self._hooks = [hook for stage in stages for hook in stage.hooks]
        for hook in self._hooks:
            hook.when_changed(self._heard.clear)

    @property
    def inside(self) -> bool:
        """Whether any handler may run within the transaction of a change that draws others."""
        return self.around.is_heard or self.execute.is_heard

    def hears(self, tags: tuple[str, ...]) -> bool:
        """Whether any handler wants events with these tags."""
        heard = self._heard.get(tags)
        if heard is None:
            heard = self._heard[tags] = any(hook.wants(tags) for hook in self._hooks)
        return heard

    async def run(
        self,
        event: StoredEvent,
        action: Action,
        store: Afterwards,
        *,
        ignored: type[Exception],
    ) -> None:
        """Runs a whole change: what stands around `action`, and what comes after its commit.

        `action` runs the stages inside. An error that is `ignored` ends nothing: the change is
        made again.
        """
        try:
            await self.around.run(event, action)
        except ignored:
            raise
        except Exception as error:
            await self.tell_failure(event, error)
            raise
        if self.success.is_heard or self.error.is_heard:
            await self.conclude(event, store)

    async def conclude(self, event: StoredEvent, store: Afterwards) -> None:
        """Tells of a success once it is committed, or that it was undone."""

        async def tell() -> None:
            await self.success.run(event, nothing)

        async def undone(error: Exception) -> None:
            await self.tell_failure(event, error)

        await store.afterwards(tell, undone)

    async def tell_failure(self, event: StoredEvent, error: Exception) -> None:
        """Tells of a failure."""
        await self.error.run(event.failed(error), nothing)

    async def check(self, event: StoredEvent, action: Action) -> None:
        """Validates by `action`: after the handlers of its kind, and before those of models, which
        follow inside; where there is no kind, those of models are around it.
        """
        if not self.validate.is_heard:
            return await action()
        *own, model = self.validate.hooks
        type_ = event.type
        event.type = "validate"

        async def act(_: object) -> None:
            await action()
            if own and model:
                await model.run(ModelEvent(event), _nothing)

        try:
            if own:
                await own[0].run(event, act)
            else:
                await model.run(ModelEvent(event), act)
        finally:
            event.type = type_


def _model_event(event: StoredEvent) -> ModelEvent:
    error = getattr(event, "error", None)
    return ModelEvent(event) if error is None else ModelErrorEvent(event, error)


async def nothing() -> None:
    """The action of a stage that only tells."""


async def _nothing(_: object) -> None:
    """The same, of a hook."""

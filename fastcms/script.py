"""`from fastcms import App`: a data directory in the hands of a script or a notebook."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from fastcms import features
from fastcms.core import App as Internal
from fastcms.directory import open_directory
from fastcms.embed.app import App as Embedded
from fastcms.extend import live

_Wish = tuple[Coroutine[Any, Any, Any], Future[Any]]


class App(Embedded):
    """The app object of a directory that this process opens: `with App("pb_data") as app:`.

    Its methods return their results, also where an event loop runs already, as in notebooks. The
    directory may be served meanwhile, and other processes and threads may use it: a transaction is
    that of the thread which opens it. With `hooks`, True or a folder, functions of `pb_hooks` take
    part. Raises StartError, in one line, for a directory that cannot be used.
    """

    def __init__(self, data_dir: str | Path, *, hooks: bool | str | Path = False) -> None:
        super().__init__()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="fastcms", daemon=True)
        self._thread.start()
        self._here = threading.local()
        self._tasks: list[asyncio.Task[None]] = []
        data_dir = Path(data_dir).absolute()
        folder = data_dir.parent / "pb_hooks" if hooks is True else hooks and Path(hooks)
        try:
            self._inner = self._do(self._open(data_dir, folder or None))
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Waits for what goes on beside, and closes the directory; safe to call twice."""
        if self._inner is not None:
            self._do(self._close(self._inner))
            self._inner = None
            self._end()

    def settle(self, made: Coroutine[Any, Any, Any]) -> Any:
        """What comes of the coroutine, in the task that stands for this thread.

        One task, so that what a transaction sets for those who come after it holds for them. What
        runs on the app's own loop, an `async def` in the background, awaits the coroutine itself.
        """
        if threading.get_ident() == self._thread.ident:
            return made
        if self._inner is None:
            made.close()
            raise RuntimeError("the app is closed")
        wishes = getattr(self._here, "wishes", None)
        if wishes is None:
            wishes = self._here.wishes = asyncio.Queue[_Wish]()
            self._do(self._begin(wishes))
        future: Future[Any] = Future()
        self._loop.call_soon_threadsafe(wishes.put_nowait, (made, future))
        return future.result()

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self, data_dir: Path, folder: Path | None) -> Internal:
        inner = open_directory(data_dir)
        inner.loop = self._loop
        features.install(inner)
        if folder is not None:
            live.start(inner, folder, watches=False)
        return inner

    async def _close(self, inner: Internal) -> None:
        await inner.background.drain()
        for close in inner.closers:
            await close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        inner.close()
        if Internal.served is inner:
            Internal.served = None

    async def _begin(self, wishes: asyncio.Queue[_Wish]) -> None:
        self._tasks.append(self._loop.create_task(_grant(wishes)))


async def _grant(wishes: asyncio.Queue[_Wish]) -> None:
    while True:
        work, future = await wishes.get()
        try:
            result = await work
        except asyncio.CancelledError:
            future.set_exception(RuntimeError("the app was closed meanwhile"))
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
        except BaseException as error:  # noqa: BLE001 (it is of the thread that wished)
            future.set_exception(error)
        else:
            future.set_result(result)

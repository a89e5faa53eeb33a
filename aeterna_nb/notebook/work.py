"""Evaluation off the typing path: in a thread, only the newest answers, and never more than one at a time."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Result = TypeVar("Result")

PAUSE = 0.05
"""Seconds that pass before work begins, so that several changes of one moment make one evaluation."""


class Latest(Generic[Asked, Result]):
    """Does `work` for the newest request only and hands the result, or the error, on.

    With an event loop the work runs in a thread and the results arrive in the loop; a request that came while it ran
    replaces all before it, and an outdated result is dropped. Without a loop everything happens at once.
    """

    def __init__(
        self,
        work: Callable[[Asked], Result],
        done: Callable[[Asked, Result], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._work, self._done, self._failed = work, done, failed
        self._waiting: list[Asked] = []
        self._busy = False
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None
        self._threads = ThreadPoolExecutor(1, "evaluation") if self._loop else None

    def ask(self, request: Asked) -> None:
        """Have this done; what was asked before and has not begun is forgotten."""
        if self._loop is None:
            try:
                result = self._work(request)
            except Exception as error:
                self._failed(error)
            else:
                self._done(request, result)
            return
        self._waiting = [request]
        if not self._busy:
            self._busy = True
            self._loop.call_later(PAUSE, self._begin)

    def _begin(self) -> None:
        assert self._loop is not None
        assert self._threads is not None
        loop, request = self._loop, self._waiting.pop()
        running = self._threads.submit(self._work, request)
        running.add_done_callback(lambda finished: loop.call_soon_threadsafe(self._finish, request, finished))

    def _finish(self, request: Asked, finished: "Future[Result]") -> None:
        if self._waiting:
            self._begin()
            return
        self._busy = False
        error = finished.exception()
        if error is None:
            self._done(request, finished.result())
        else:
            self._failed(error)

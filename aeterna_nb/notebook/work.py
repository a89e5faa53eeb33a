"""Evaluation off the typing path: in a thread, the newest answers only, and never two at a time."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Result = TypeVar("Result")


def in_kernel() -> bool:
    """Whether a kernel runs this, which has an event loop; a script or a test has none."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


class Gradually(Generic[Asked, Result]):
    """Does `work` for the newest request only, and hands each of its results, or the error, on as it comes.

    With `threaded` the work and what follows run in a thread: a request that was replaced before its turn came is
    not worked on, and of one that is outdated nothing more is worked out or handed on. Without it everything happens
    at once.
    """

    def __init__(
        self,
        work: Callable[[Asked], Iterator[Result]],
        done: Callable[[Asked, Result], None],
        failed: Callable[[BaseException], None],
        *,
        threaded: bool,
    ) -> None:
        self._work, self._done, self._failed = work, done, failed
        self._newest: Asked | None = None
        self._threads = ThreadPoolExecutor(1, "evaluation") if threaded else None

    def ask(self, request: Asked) -> None:
        """Have this done; what was asked before is outdated."""
        self._newest = request
        if self._threads is None:
            self._run(request)
        else:
            self._threads.submit(self._run, request)

    def wait(self) -> None:
        """Wait until everything that was asked is done, or has failed."""
        if self._threads is not None:
            self._threads.submit(lambda: None).result()

    def forget(self) -> None:
        """Drop what was asked; nobody wants it any more."""
        self._newest = None

    def _run(self, request: Asked) -> None:
        if request is not self._newest:
            return
        try:
            for result in self._work(request):
                if request is not self._newest:
                    return
                self._done(request, result)
        except Exception as error:
            if request is self._newest:
                self._failed(error)


class Latest(Gradually[Asked, Result]):
    """As `Gradually`, for work that has one result."""

    def __init__(
        self,
        work: Callable[[Asked], Result],
        done: Callable[[Asked, Result], None],
        failed: Callable[[BaseException], None],
        *,
        threaded: bool,
    ) -> None:
        def once(request: Asked) -> Iterator[Result]:
            yield work(request)

        super().__init__(once, done, failed, threaded=threaded)

"""Many tasks on an executor: processes of this machine, or whatever else has the interface of `concurrent.futures`."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import NamedTuple, TypeVar

from aeterna_nb.fleet.judging import Judgement, OtherTool, Task, judged
from aeterna_nb.fleet.store import Store, key_of

IN_FLIGHT = 4
"""Tasks that are handed out for each worker: none waits for the next, and memory does not grow with the fleet."""

HELM_GARBAGE_PERCENT = "400"
"""Garbage that Helm may leave in a worker (Go's GOGC, 100 without it): a fifth less work for 70 MB."""

Argument = TypeVar("Argument")
Name = TypeVar("Name")
Result = TypeVar("Result")


class FleetError(Exception):
    """The run could not go on; the text says why and what to do. What was judged until then is kept."""


class Pool(NamedTuple):
    """Where tasks are done, and how many of them at once."""

    executor: Executor
    workers: int


Pools = Callable[[], AbstractContextManager[Pool]]
"""Opens a pool; called with the first task."""


@contextmanager
def processes(workers: int) -> Iterator[Pool]:
    """So many processes of this machine, which leave Ctrl-C to the one that started them."""
    # Go reads it when a process starts, so it is for what is started from here.
    os.environ.setdefault("GOGC", HELM_GARBAGE_PERCENT)
    # A fork would take over threads of the embedded Helm, which has its own runtime.
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _leave_interrupts) as executor:
        yield Pool(executor, workers)


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(tasks: Iterable[tuple[Name, Task]], store: Store, pools: Pools) -> Iterator[tuple[Name, Judgement]]:
    """Each task's name with its judgement, as they come; what the store knows is not judged again.

    Raises FleetError. An interruption leaves what is done in the store.
    """
    keys: dict[Name, bytes] = {}
    known: deque[tuple[Name, Judgement]] = deque()

    def unknown() -> Iterator[tuple[Name, Task]]:
        for name, task in tasks:
            key = key_of(task)
            found = store.get(key)
            if found is None:
                keys[name] = key
                yield name, task
            else:
                known.append((name, found))

    for name, judgement in mapped(judged, unknown(), pools):
        store.put(keys.pop(name), judgement)
        yield name, judgement
        while known:
            yield known.popleft()
    yield from known


def mapped(
    function: Callable[[Argument], Result], arguments: Iterable[tuple[Name, Argument]], pools: Pools
) -> Iterator[tuple[Name, Result]]:
    """Each name with what the function makes of its argument, as they come; few are under way at once.

    Raises FleetError.
    """
    with ExitStack() as stack:
        pending: dict[Future[Result], Name] = {}
        pool: Pool | None = None
        try:
            for name, argument in arguments:
                if pool is None:
                    pool = stack.enter_context(pools())
                with _interrupts_held():
                    pending[pool.executor.submit(function, argument)] = name
                while len(pending) >= IN_FLIGHT * pool.workers:
                    yield from _done(pending)
            while pending:
                yield from _done(pending)
        except BrokenProcessPool:
            raise FleetError(
                "A process that judged configurations was ended from outside, perhaps for want of memory. What is done "
                "is kept: run the same again, with fewer --workers."
            ) from None
        except (OtherTool, ImportError):
            raise FleetError(
                "A worker has another version of the workbench, of its libraries or of the subcharts than this "
                "machine. Install the same there, and run the same again."
            ) from None
        finally:
            for future in pending:
                future.cancel()


def _done(pending: dict[Future[Result], Name]) -> Iterator[tuple[Name, Result]]:
    for future in wait(pending, return_when=FIRST_COMPLETED).done:
        yield pending.pop(future), future.result()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while a process may be started: it inherits that, and does not hear it before it is ready."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _leave_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)

"""Many tasks on an executor: processes of this machine, or whatever else has the interface of `concurrent.futures`."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from typing import TypeVar

from aeterna_nb.fleet.judging import Judgement, OtherTool, Task, judged
from aeterna_nb.fleet.store import Store, key_of

IN_FLIGHT = 4
"""Tasks that are handed out for each worker: none waits for the next, and memory does not grow with the fleet."""

Name = TypeVar("Name")


class FleetError(Exception):
    """The run could not go on; the text says why and what to do. What was judged until then is kept."""


def processes(workers: int) -> Executor:
    """An executor of so many processes, which leave Ctrl-C to the one that started them."""
    # A fork would take over threads of the embedded Helm, which has its own runtime.
    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _leave_interrupts)


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(
    tasks: Iterable[tuple[Name, Task]], store: Store, executor: Callable[[], Executor], workers: int
) -> Iterator[tuple[Name, Judgement]]:
    """Each task's name with its judgement, as they come; what the store knows is not judged again.

    `executor` is called for the first task that has to be judged. Raises FleetError. An interruption leaves what is
    done in the store.
    """
    with ExitStack() as stack:
        pending: dict[Future[Judgement], tuple[Name, bytes]] = {}
        pool: Executor | None = None
        try:
            for name, task in tasks:
                key = key_of(task)
                known = store.get(key)
                if known is not None:
                    yield name, known
                    continue
                if pool is None:
                    pool = executor()
                    stack.callback(pool.shutdown, cancel_futures=True)
                with _interrupts_held():
                    pending[pool.submit(judged, task)] = (name, key)
                while len(pending) >= IN_FLIGHT * workers:
                    yield from _done(pending, store)
            while pending:
                yield from _done(pending, store)
        except BrokenProcessPool:
            raise FleetError(
                "A process that judged configurations was ended from outside, perhaps for want of memory. What is done "
                "is kept: run the same again, with fewer --workers."
            ) from None
        except OtherTool:
            raise FleetError(
                "A worker has another version of the workbench, of its libraries or of the subcharts than this "
                "machine. Install the same there, and run the same again."
            ) from None


def _done(pending: dict[Future[Judgement], tuple[Name, bytes]], store: Store) -> Iterator[tuple[Name, Judgement]]:
    for future in wait(pending, return_when=FIRST_COMPLETED).done:
        name, key = pending.pop(future)
        judgement = future.result()
        store.put(key, judgement)
        yield name, judgement


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

"""The kernels behind the pages: one a visitor, never more than the machine has room for, and given back in seconds."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError
from traitlets import Integer
from voila.request_info_handler import RequestInfoSocketHandler
from voila.voila_kernel_manager import voila_kernel_manager_factory

from aeterna_nb.server.log import LOG

READY = 2
"""Kernels that have run the notebook before anybody comes."""

LULL_SECONDS = 3.0
"""How long the next kernel leaves the processors to the page that is just opening, unless somebody waits for it."""

PATIENCE_SECONDS = 15.0
"""A page that was sent and gave no sign of life for so long was asked for by no browser."""

SIGN_SECONDS = 45.0
"""After a sign of life a page is there for so long, nine of its own looks: a machine may have much else to do."""

NEXT_PIECE_SECONDS = 300
"""How long the next piece of a page may take. In it a kernel has to begin, where Voila gives up after 60, or the output
of a cell to come after its end, where nbclient gives up after 4: a machine may have much else to do."""

GRACE_SECONDS = 2.0
"""When all places are taken, how long one may take to become free: who reloads a page gives back their own."""

ENDED = (HTTPError, KeyError, RuntimeError)
"""What is raised where a kernel is to be ended that has ended meanwhile."""


_visit: "ContextVar[Visit | None]" = ContextVar("visit", default=None)


class Full(Exception):
    """There is no room for another visitor."""


@dataclass
class Visit:
    """A page that is being sent: its kernel, once it has one, and whether nobody waits for it any more."""

    kernel: str = ""
    left: bool = False


class Kernels(voila_kernel_manager_factory(AsyncMappingKernelManager, True, READY)):  # type: ignore[misc]
    """Voila's kernel manager with a limit. A kernel that waits for a visitor counts as one that has a visitor."""

    most = Integer(20, help="Kernels that may run at once.").tag(config=True)
    ready = Integer(READY, help="Of these, how many wait for visitors.").tag(config=True)

    def __init__(self, **named: Any) -> None:
        self._visits: set[str] = set()
        self._coming = 0
        self._until: dict[str, float] = {}
        self._ending: set[str] = set()
        self._wanted = asyncio.Event()
        self._watching: set[asyncio.Task[None]] = set()
        super().__init__(**named)

    @property
    def _visitors(self) -> int:
        return self._coming + len(self._visits)

    @contextmanager
    def visit(self) -> Iterator[Visit]:
        """Yields the visit that is made meanwhile; when it has its page, its kernel waits for the page to connect."""
        visit = Visit()
        token = _visit.set(visit)
        try:
            yield visit
        except BaseException:
            visit.left = True
            raise
        finally:
            _visit.reset(token)
            if visit.kernel:
                self._expect(visit.kernel, 0 if visit.left else PATIENCE_SECONDS)

    def _begin(self, kernel_id: str) -> None:
        self._visits.add(kernel_id)
        if (visit := _visit.get()) is not None:
            visit.kernel = kernel_id

    @property
    def full(self) -> bool:
        """Whether nobody else may come in."""
        return self._visitors >= self.most

    async def place(self) -> None:
        """Wait for a place that is about to be free, or take that of who left without a word. Raises Full."""
        end = time.monotonic() + GRACE_SECONDS
        while self.full:
            gone = [kernel for kernel in self._until.keys() - self._ending if self._gone(kernel)]
            if gone:
                await self._end(min(gone, key=self._until.__getitem__))
            elif self._ending or time.monotonic() < end:
                await asyncio.sleep(0.05)
            else:
                raise Full

    async def begun(self) -> None:
        """Wait until a kernel waits for visitors for the first time: before, Voila starts others beside those."""
        waiting = [task for pool in self._pools.values() for task in pool]
        if waiting and not self.notebook_data:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)

    def fill_if_needed(self, delay: float | None = None, notebook_name: str | None = None, **named: Any) -> None:
        """Let kernels wait for visitors, as far as there is room.

        What Voila says of the visitor who came (`extra_kernel_env_variables`) is none of the next one's business.
        """
        named.pop("extra_kernel_env_variables", None)
        size = max(0, min(self.ready, self.most - self._visitors))
        self.kernel_pools_config = {"default": {"pool_size": size, "kernel_env_variables": {}}}
        super().fill_if_needed(delay=0, notebook_name=notebook_name, **named)

    async def _initialize(self, *arguments: Any, **named: Any) -> Any:
        if self.notebook_data:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), LULL_SECONDS)
        return await super()._initialize(*arguments, **named)

    async def get_rendered_notebook(self, *arguments: Any, **named: Any) -> Any:
        """Return a page that waited, and its kernel's id at the end."""
        found = await self._one_more(super().get_rendered_notebook(*arguments, **named))
        self._begin(found[-1])
        return found

    async def start_kernel(self, **named: Any) -> str:
        """Start a kernel for a visitor, where none waits. Raises Full."""
        if self.full:
            raise Full
        kernel: str = await self._one_more(super().start_kernel(**named))
        self._begin(kernel)
        return kernel

    async def _one_more(self, coming: Awaitable[Any]) -> Any:
        self._coming += 1
        self._wanted.set()
        try:
            return await coming
        finally:
            self._coming -= 1
            if not self._coming:
                self._wanted.clear()

    def get_pool_size(self, notebook_name: str) -> int:
        """Return how many kernels wait for visitors; of those, one that has failed or ended is forgotten first."""
        pool = self._pools.get(notebook_name, [])
        pool[:] = [task for task in pool if not task.done() or self._waits(task)]
        return len(pool)

    def _waits(self, task: "asyncio.Task[dict[str, Any]]") -> bool:
        return not task.cancelled() and task.exception() is None and task.result()["kernel_id"] in self

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that has ended, and let another one wait in its place."""
        if kernel_id not in self._ending:
            LOG.error("A kernel ended by itself. It may have needed more memory than one may take.")
        self._visits.discard(kernel_id)
        self._until.pop(kernel_id, None)
        RequestInfoSocketHandler._cache.pop(kernel_id, None)
        removed = super().remove_kernel(kernel_id)
        if self.ready:
            self.get_pool_size(self.notebook_path)
            self.fill_if_needed(notebook_name=self.notebook_path)
        return removed

    async def shutdown_kernel(self, kernel_id: str, *_arguments: Any, **_named: Any) -> None:
        """End a kernel at once: it has nothing to save, and somebody may wait for its place."""
        self._ending.add(kernel_id)
        try:
            await super().shutdown_kernel(kernel_id, now=True)
        finally:
            self._ending.discard(kernel_id)

    async def shutdown_all(self, *arguments: Any, **named: Any) -> None:
        """End every kernel, for good."""
        self.ready = 0
        await super().shutdown_all(*arguments, **named)

    async def _async_shutdown_kernel(self, kernel_id: str, **_named: Any) -> None:
        self._ending.add(kernel_id)
        try:
            with contextlib.suppress(*ENDED):
                await super()._async_shutdown_kernel(kernel_id, now=True)
        finally:
            self._ending.discard(kernel_id)

    def sign(self, kernel_id: str) -> None:
        """Take note that a page is there, although it may not be connected."""
        if kernel_id in self._visits:
            self._until[kernel_id] = time.monotonic() + SIGN_SECONDS

    def notify_disconnect(self, kernel_id: str) -> None:
        """Take note that a page is not connected any more; it may come back."""
        super().notify_disconnect(kernel_id)
        self.sign(kernel_id)

    def _gone(self, kernel_id: str) -> bool:
        return not self._kernel_connections.get(kernel_id) and time.monotonic() > self._until[kernel_id]

    def _expect(self, kernel_id: str, patience: float) -> None:
        """End this kernel unless a page connects to it, or gives signs that it is about to."""
        if kernel_id not in self:
            return
        soonest = time.monotonic() + patience
        self._until[kernel_id] = max(soonest, self._until.get(kernel_id, soonest)) if patience else soonest
        task = asyncio.get_running_loop().create_task(self._watch(kernel_id, patience))
        self._watching.add(task)
        task.add_done_callback(self._watching.discard)

    async def _watch(self, kernel_id: str, patience: float) -> None:
        while kernel_id in self and not self._kernel_connections.get(kernel_id):
            if self._gone(kernel_id):
                await self._end(kernel_id)
                return
            await asyncio.sleep(1 if patience else 0)

    async def _end(self, kernel_id: str) -> None:
        with contextlib.suppress(*ENDED):
            await self.shutdown_kernel(kernel_id)

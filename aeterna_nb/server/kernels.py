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
from traitlets import Integer
from voila.request_info_handler import RequestInfoSocketHandler
from voila.voila_kernel_manager import voila_kernel_manager_factory

READY = 2
"""Kernels that have run the notebook before anybody comes."""

PATIENCE_SECONDS = 15.0
"""A page that was sent and gave no sign of life for so long, three of its own looks, has gone."""


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
        self._signs: dict[str, float] = {}
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
        super().fill_if_needed(delay=delay, notebook_name=notebook_name, **named)

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
        try:
            return await coming
        finally:
            self._coming -= 1

    def get_pool_size(self, notebook_name: str) -> int:
        """Return how many kernels wait for visitors; of those, one that has failed or ended is forgotten first."""
        pool = self._pools.get(notebook_name, [])
        pool[:] = [task for task in pool if not task.done() or self._waits(task)]
        return len(pool)

    def _waits(self, task: "asyncio.Task[dict[str, Any]]") -> bool:
        return not task.cancelled() and task.exception() is None and task.result()["kernel_id"] in self

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that has ended, and let another one wait in its place."""
        self._visits.discard(kernel_id)
        self._signs.pop(kernel_id, None)
        RequestInfoSocketHandler._cache.pop(kernel_id, None)
        removed = super().remove_kernel(kernel_id)
        if self.ready:
            self.get_pool_size(self.notebook_path)
            self.fill_if_needed(notebook_name=self.notebook_path)
        return removed

    async def shutdown_all(self, *arguments: Any, **named: Any) -> None:
        """End every kernel, for good."""
        self.ready = 0
        await super().shutdown_all(*arguments, **named)

    def sign(self, kernel_id: str) -> None:
        """Take note that a page is alive, although it may not have connected yet."""
        if kernel_id in self._signs:
            self._signs[kernel_id] = time.monotonic()

    def _expect(self, kernel_id: str, patience: float) -> None:
        """End this kernel unless a page connects to it, or gives signs that it is about to."""
        self._signs[kernel_id] = time.monotonic()
        task = asyncio.get_running_loop().create_task(self._watch(kernel_id, patience))
        self._watching.add(task)
        task.add_done_callback(self._watching.discard)

    async def _watch(self, kernel_id: str, patience: float) -> None:
        while kernel_id in self and not self._kernel_connections.get(kernel_id):
            if time.monotonic() - self._signs[kernel_id] > patience:
                with contextlib.suppress(KeyError, RuntimeError):  # It ended by itself meanwhile.
                    await self.shutdown_kernel(kernel_id, now=True)
                return
            await asyncio.sleep(1 if patience else 0)

"""The tools that are offered: fetched in the background, kept, and fetched again after the server was
away."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import anyio
from mcp import types

from aeterna_nb import unexpected
from aeterna_nb.bridge.client import AeternaClient
from aeterna_nb.bridge.convert import conformant_tools
from aeterna_nb.bridge.problems import ServerProblem
from aeterna_nb.bridge.toolsets import is_offered

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds.

    `first_list` is what the first `tools/list` waits for the server: OpenCode gives a server five seconds in all. The
    time between attempts to get the tools doubles from `first_retry` to `longest_retry`.
    """

    first_list: float = 3.0
    first_retry: float = 0.5
    longest_retry: float = 15.0


DEFAULT_PATIENCE = Patience()


class Catalogue:
    """What is known of the server's tools.

    `tools` are those of the chosen toolsets, or None as long as the server has not told; `problem` is the sentence
    that says why the last attempt failed, or "".
    """

    def __init__(self, client: AeternaClient, patience: Patience) -> None:
        self.tools: list[types.Tool] | None = None
        self.problem = ""
        self._client = client
        self._patience = patience
        self._attempted = anyio.Event()
        self._server_names: dict[str, str] = {}
        self._look_again = anyio.Event()

    async def first_attempt(self) -> None:
        """Wait until the first attempt has ended either way, but not for long."""
        with anyio.move_on_after(self._patience.first_list):
            await self._attempted.wait()

    def server_name(self, offered: str) -> str:
        """Return the server's own name of a tool, which differs where the protocol does not allow it."""
        return self._server_names.get(offered, offered)

    def look_again(self) -> None:
        """Have the list fetched now: a call has shown that the server went away or came back."""
        self._look_again.set()

    async def refresh(self) -> None:
        """Fetch the list. Raises ServerProblem, and keeps what was known."""
        try:
            listed = conformant_tools(await self._client.list_tools())
        except ValueError as error:
            self.problem = f"The Aeterna server at {self._client.settings.server_url} is of an unknown kind: {error}."
            raise ServerProblem(self.problem, retry=True) from None
        except ServerProblem as problem:
            self.problem = str(problem)
            raise
        finally:
            self._attempted.set()
        offered = [(name, tool) for name, tool in listed if is_offered(name, self._client.settings.toolsets)]
        self._server_names = {tool.name: name for name, tool in offered}
        if self.tools is None:
            _log.info("%d of the server's %d tools are offered", len(offered), len(listed))
        self.tools = [tool for _, tool in offered]
        self.problem = ""

    async def keep_current(self, fetched: Callable[[], Awaitable[None]]) -> None:
        """Fetch the list until it is there and again whenever asked to, and call `fetched` each time."""
        while True:
            delay = self._patience.first_retry
            while not await self._try(fetched):
                with anyio.move_on_after(delay):
                    await self._asked()
                delay = min(2 * delay, self._patience.longest_retry)
            await self._asked()

    async def _try(self, fetched: Callable[[], Awaitable[None]]) -> bool:
        reported = self.problem
        try:
            await self.refresh()
        except ServerProblem as problem:
            if str(problem) != reported:
                _log.warning("%s", problem)
            return False
        except Exception as error:  # a list that nobody foresaw must not end the bridge
            self.problem = unexpected.sentence(error)
            if self.problem != reported:
                _log.error("%s", self.problem)
            return False
        await fetched()
        return True

    async def _asked(self) -> None:
        await self._look_again.wait()
        self._look_again = anyio.Event()

"""Standard input and output for the SDK, without threads where the client gave us pipes.

The SDK reads and writes in worker threads. That serves every kind of file, but costs three changes of thread a call,
and a thread that waits for input cannot be interrupted when the client has stopped reading.
"""

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, cast

import anyio
from mcp.server.stdio import stdio_server

LONGEST_LINE = 64 * 2**20
"""Bytes. A message of the client that is longer ends the connection."""

_LAST_WRITE_SECONDS = 2.0


def client_streams() -> AbstractAsyncContextManager[tuple[Any, Any]]:
    """Return the context in which the SDK's streams to and from the client are open.

    Meanwhile whatever else is printed goes to standard error. Raises ConnectionResetError or BrokenPipeError, in a
    group, when the client has stopped reading.
    """
    return _over_pipes() if sys.platform != "win32" and _is_pipe(0) and _is_pipe(1) else stdio_server()


class _Lines:
    """What the SDK calls of a text file, on top of a stream of asyncio."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def write(self, text: str) -> None:
        self._writer.write(text.encode())

    async def flush(self) -> None:
        await self._writer.drain()


@asynccontextmanager
async def _over_pipes() -> AsyncIterator[tuple[Any, Any]]:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    incoming, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(os.dup(0), "rb", 0)
    )
    outgoing, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), os.fdopen(os.dup(1), "wb", 0)
    )
    outgoing.set_write_buffer_limits(0)  # a flush returns when the pipe has taken everything
    os.dup2(2, 1)
    writer = asyncio.StreamWriter(outgoing, protocol, None, loop)
    try:
        # The SDK only iterates over lines, which may be bytes, writes and flushes.
        async with stdio_server(cast(Any, reader), cast(Any, _Lines(writer))) as streams:
            yield streams
    finally:
        incoming.close()
        writer.close()
        with anyio.move_on_after(_LAST_WRITE_SECONDS, shield=True), suppress(OSError):
            await writer.wait_closed()


def _is_pipe(descriptor: int) -> bool:
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)

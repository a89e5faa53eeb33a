"""Standard input and output for the SDK: bounded, without threads where the client gave us pipes, and without secrets.

The SDK reads and writes in worker threads. That serves every kind of file, but costs three changes of thread a call,
and a thread that waits for input cannot be interrupted when the client has stopped reading. It also drops what is no
message without a word, where the protocol wants an error, and takes lines of any length.
"""

import asyncio
import json
import os
import stat
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, Protocol, cast

import anyio
import anyio.to_thread
from mcp import types
from mcp.server.stdio import stdio_server
from pydantic import ValidationError

from aeterna_nb.bridge.limits import DEEPEST, LONGEST_LINE, MEBIBYTE, deeper_than
from aeterna_nb.bridge.masking import masked_line

_CHUNK = 64 * 1024
_LAST_WRITE_SECONDS = 2.0

Read = Callable[[int], Awaitable[bytes]]
"""Reads up to so many bytes; none at the end."""


class Written(Protocol):
    """Where lines go."""

    async def write(self, data: bytes) -> None:
        """Write all of it, and return when it has been taken."""


def client_streams(secret: str) -> AbstractAsyncContextManager[tuple[Any, Any]]:
    """Return the context in which the SDK's streams to and from the client are open.

    `secret` is taken out of whatever goes to the client. Meanwhile whatever else is printed goes to standard error.
    Raises ConnectionResetError or BrokenPipeError, in a group, when the client has stopped reading.
    """
    pipes = sys.platform != "win32" and _is_pipe(0) and _is_pipe(1)
    return _over_pipes(secret) if pipes else _over_files(secret)


def streams(read: Read, written: Written, secret: str) -> AbstractAsyncContextManager[tuple[Any, Any]]:
    """Return the context of the SDK's streams over a pair of functions that read and write bytes."""
    outgoing = Outgoing(written, secret)
    # The SDK only iterates over lines, which may be bytes, writes and flushes.
    return stdio_server(cast(Any, Incoming(read, outgoing.refuse)), cast(Any, outgoing))


class Outgoing:
    """What the SDK calls of a text file; each text is one message."""

    def __init__(self, written: Written, secret: str) -> None:
        self._written, self._secret = written, secret

    async def write(self, text: str) -> None:
        """Write a message as a line, without the secret."""
        line = masked_line(text.rstrip("\n"), self._secret) + "\n"
        await self._written.write(line.encode("utf-8", "replace"))

    async def flush(self) -> None:
        """Do nothing: what was written has been taken."""

    async def refuse(self, code: int, message: str, number: str | int | None = None) -> None:
        """Write an error about a line that is no message; `number` is its id, where it has one."""
        error = {"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": message}}
        await self.write(json.dumps(error))


class Incoming:
    """The messages of a client, a line each. What is none, is too long or too deep is refused, and the next is read."""

    def __init__(self, read: Read, refuse: Callable[..., Awaitable[None]]) -> None:
        self._read, self._refuse = read, refuse

    async def __aiter__(self) -> AsyncIterator[bytes]:
        line = bytearray()
        while chunk := await self._read(_CHUNK):
            *ends, rest = chunk.split(b"\n")
            for end in ends:
                line += end
                if await self._is_message(line):
                    yield bytes(line)
                line.clear()
            line += rest
            del line[LONGEST_LINE + 1 :]  # enough to know that it is too long
        if await self._is_message(line):
            yield bytes(line)

    async def _is_message(self, line: bytearray) -> bool:
        if not line.strip():
            return False
        if len(line) > LONGEST_LINE:
            size = LONGEST_LINE // MEBIBYTE
            await self._refuse(types.INVALID_REQUEST, f"A message may have {size} MiB; this one is longer.")
            return False
        try:
            types.jsonrpc_message_adapter.validate_json(bytes(line), by_name=False)
            body = json.loads(line)
        except ValidationError as error:
            await self._refuse_line(line, error.errors(include_url=False, include_input=False)[0]["type"])
            return False
        except (ValueError, RecursionError):  # such as a number of 5,000 digits
            await self._refuse(types.PARSE_ERROR, "This line is no JSON that can be read.")
            return False
        if deeper_than(body, DEEPEST):
            why = f"A message may be nested {DEEPEST} levels deep; this one is deeper."
            await self._refuse(types.INVALID_REQUEST, why, _number(body))
            return False
        return True

    async def _refuse_line(self, line: bytearray, kind: str) -> None:
        try:
            body = json.loads(line)
        except (ValueError, RecursionError):
            body = None
        if kind == "json_invalid":
            await self._refuse(types.PARSE_ERROR, "This line is no JSON that can be read.")
        else:
            await self._refuse(types.INVALID_REQUEST, "This line is no message of JSON-RPC 2.0.", _number(body))


def _number(body: Any) -> str | int | None:
    number = body.get("id") if isinstance(body, dict) else None
    return number if isinstance(number, str | int) and not isinstance(number, bool) else None


class _Pipe:
    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()


@asynccontextmanager
async def _over_pipes(secret: str) -> AsyncIterator[tuple[Any, Any]]:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=_CHUNK)
    incoming, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(os.dup(0), "rb", 0)
    )
    outgoing, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), os.fdopen(os.dup(1), "wb", 0)
    )
    outgoing.set_write_buffer_limits(0)  # a write returns when the pipe has taken everything
    os.dup2(2, 1)
    writer = asyncio.StreamWriter(outgoing, protocol, None, loop)
    try:
        async with streams(reader.read, _Pipe(writer), secret) as both:
            yield both
    finally:
        incoming.close()
        writer.close()
        with anyio.move_on_after(_LAST_WRITE_SECONDS, shield=True), suppress(OSError):
            await writer.wait_closed()


class _File:
    def __init__(self, descriptor: int) -> None:
        self._file = os.fdopen(descriptor, "wb")

    async def write(self, data: bytes) -> None:
        await anyio.to_thread.run_sync(self._write, data)

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._file.flush()


@asynccontextmanager
async def _over_files(secret: str) -> AsyncIterator[tuple[Any, Any]]:
    async def read(size: int) -> bytes:
        return await anyio.to_thread.run_sync(os.read, incoming, size, abandon_on_cancel=True)

    incoming, outgoing = os.dup(0), _File(os.dup(1))
    os.dup2(2, 1)
    async with streams(read, outgoing, secret) as both:
        yield both


def _is_pipe(descriptor: int) -> bool:
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)

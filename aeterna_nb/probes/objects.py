"""An object store that backups go to: whether what was written can be read and deleted again.

What the three stores have in common; each has its own module for addresses and signatures.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import anyio

from aeterna_nb.probes import Reply, failed, reached
from aeterna_nb.probes.http import Answer

_CLEANING_SECONDS = 5.0
"""How long the object may take to be deleted after somebody has stopped the asking."""

Judge = Callable[[Answer], Reply | None]
Call = Callable[[], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Calls:
    """The requests to one store: list what is below the folder; write, read and delete one object."""

    listing: Call
    write: Call
    read: Call
    delete: Call
    wrong: Judge
    """What an answer means, None where it is the one that was asked for."""


def object_name(path: str) -> str:
    """A name below a folder that nothing else has."""
    return f"{path.strip('/')}/aeterna-probe-{secrets.token_hex(8)}".lstrip("/")


CONTENT = b"Written by aeterna probe, and to be deleted by it."


async def looked_at(calls: Calls) -> Reply:
    """Whether the store takes the credential and lists the folder. Nothing is written."""
    if trouble := calls.wrong(await calls.listing()):
        return trouble
    return reached(
        "it takes the credential and lists the folder; `aeterna probe` also writes an object, and deletes it"
    )


async def written_and_read(calls: Calls) -> Reply:
    """Whether one object can be written, read and deleted. It is deleted as well when somebody stops the asking."""
    if trouble := calls.wrong(await calls.write()):
        return _at("write", trouble)
    try:
        read = await calls.read()
    finally:
        with anyio.move_on_after(_CLEANING_SECONDS, shield=True):
            deleted = await calls.delete()
    if trouble := calls.wrong(read):
        return _at("read", trouble)
    if read.body != CONTENT:
        return failed("it gives back something else than what was written", "Does a proxy stand in between?")
    if trouble := calls.wrong(deleted):
        return _at("delete", trouble)
    return reached("an object was written, read and deleted")


def _at(step: str, trouble: Reply) -> Reply:
    return failed(f"to {step} an object: {trouble.seen}", trouble.cure, trouble.question, trouble.quoted)

"""Does something listen: for a service whose protocol cannot be asked anything."""

import anyio

from aeterna_nb.probes import Answered, Reply, reached
from aeterna_nb.probes.http import unanswered


async def listens(host: str, port: int) -> Reply:
    """Whether something accepts a connection."""
    try:
        async with await anyio.connect_tcp(host, port):
            return reached("something accepts the connection")
    except OSError as error:
        raise Answered(unanswered(error, host)) from None


def address(host: str, port: int) -> str:
    """Host and port as one, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

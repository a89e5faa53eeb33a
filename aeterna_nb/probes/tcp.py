"""Does something listen: for a service whose protocol cannot be asked anything."""

import anyio

from aeterna_nb.probes import Answered, Reply, reached
from aeterna_nb.probes.http import trust, unanswered


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


async def speaks_tls(host: str, port: int) -> Reply:
    """Whether something accepts a TLS connection with a certificate for this host that is trusted here."""
    try:
        async with await anyio.connect_tcp(host, port, ssl_context=trust()):
            return reached("its certificate is trusted")
    except (OSError, anyio.BrokenResourceError, anyio.EndOfStream) as error:
        raise Answered(unanswered(error, host)) from None

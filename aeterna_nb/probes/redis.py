"""Does a Redis answer: PING, without a password."""

import socket

from aeterna_nb.probes import Outcome
from aeterna_nb.probes.tcp import address, over_tcp


def ping(host: str, port: int, timeout: float, *, password_given: bool) -> Outcome:
    """Whether Redis answers, and asks for a password exactly where one is configured.

    The server boots without its cache when Redis asks for a password that it was not given, and says so in one line of
    its log only (docs/facts/aeterna-server.md#boot).
    """
    tried = f"PING to {address(host, port)}"

    def talk(connection: socket.socket) -> Outcome:
        connection.sendall(b"PING\r\n")
        return _read(connection.recv(512), tried, password_given)

    return over_tcp(talk, host, port, tried, timeout)


def _read(answer: bytes, tried: str, password_given: bool) -> Outcome:
    if answer.startswith(b"+PONG"):
        if password_given:
            return Outcome("", "reached", tried, "PONG, without the password that is configured")
        return Outcome("", "reached", tried, "PONG")
    if answer.startswith(b"-NOAUTH"):
        if password_given:
            return Outcome("", "reached", tried, "it asks for a password, and one is configured")
        return Outcome(
            "",
            "failed",
            tried,
            "it asks for a password, and none is configured: the server would start without its cache",
            "Give the password of the Redis.",
        )
    if answer.startswith(b"-DENIED"):
        return Outcome("", "failed", tried, "it lets nobody in from outside (protected mode)", "Set a password for it.")
    if answer.startswith(b"-LOADING"):
        return Outcome("", "failed", tried, "it is still loading its data", "Wait a little.")
    return Outcome("", "failed", tried, "what answers there is no Redis", "Is it the right port?")

"""Does a PostgreSQL answer: the start of its protocol, up to where it would ask for the password.

Messages as in PostgreSQL's manual, "Message Formats": SSLRequest, StartupMessage, ErrorResponse.
"""

import socket
import ssl
import struct
from dataclasses import dataclass

from aeterna_nb.probes import Outcome
from aeterna_nb.probes.tcp import address, over_tcp

_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
_PROTOCOL_3_0 = 196608
_LONGEST_MESSAGE = 300
_WANTS_TLS = ("require", "verify-ca", "verify-full")


@dataclass(frozen=True, slots=True)
class Database:
    """What is asked for. `tls` is libpq's sslmode; `authority` the certificate that must have signed the server's."""

    host: str
    port: int
    name: str
    user: str
    tls: str = "prefer"
    authority: str | None = None


def greet(database: Database, timeout: float) -> Outcome:
    """Whether PostgreSQL answers, in the way of TLS that is configured, and lets this user go on to the password."""
    tried = f"PostgreSQL's greeting to {address(database.host, database.port)}, TLS {database.tls}"

    def talk(connection: socket.socket) -> Outcome:
        if database.tls == "disable":
            return _start(connection, database, tried, "without TLS")
        connection.sendall(_SSL_REQUEST)
        offered = connection.recv(1)
        if offered == b"S":
            with _context(database).wrap_socket(connection, server_hostname=database.host) as secured:
                return _start(secured, database, tried, "with TLS")
        if offered != b"N":
            return Outcome("", "failed", tried, "what answers there is no PostgreSQL", "Is it the right port?")
        if database.tls in _WANTS_TLS:
            return Outcome("", "failed", tried, "it takes no TLS", "Turn TLS on in the database, or ask for less.")
        return _start(connection, database, tried, "without TLS")

    return over_tcp(talk, database.host, database.port, tried, timeout)


def _context(database: Database) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=database.authority)
    context.check_hostname = database.tls == "verify-full"
    if not database.tls.startswith("verify"):
        context.verify_mode = ssl.CERT_NONE
    return context


def _start(connection: socket.socket, database: Database, tried: str, how: str) -> Outcome:
    words = ["user", database.user, "database", database.name, "application_name", "aeterna status", ""]
    body = b"".join(word.encode() + b"\0" for word in words)
    connection.sendall(struct.pack("!ii", len(body) + 8, _PROTOCOL_3_0) + body)
    answer = connection.recv(4096)
    if answer[:1] == b"R":
        method = struct.unpack("!i", answer[5:9])[0] if len(answer) >= 9 else -1
        asks = "lets the user in without a password" if method == 0 else "asks for the password, which was not sent"
        return Outcome("", "reached", tried, f"it answers {how} and {asks}")
    if answer[:1] == b"E":
        return Outcome("", "failed", tried, f"it refuses: {_message(answer)}", "Mend what it says, or the answer.")
    return Outcome("", "failed", tried, "what answers there is no PostgreSQL", "Is it the right port?")


def _message(answer: bytes) -> str:
    fields = answer[5:].split(b"\0")
    text = next((field[1:].decode(errors="replace") for field in fields if field[:1] == b"M"), "no reason given")
    return text[:_LONGEST_MESSAGE]

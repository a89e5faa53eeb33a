"""Services on loopback that say what a test has them say, once a connection."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Script = Callable[[socket.socket], None]


@contextmanager
def listening(script: Script) -> Iterator[int]:
    """The port of a server that plays `script` to everybody who connects."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    script(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def saying(answer: bytes) -> Script:
    """Hears something, and says this."""

    def script(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(answer)

    return script


def pong(connection: socket.socket) -> None:
    """Answers PING as Redis does, and nothing else."""
    while heard := connection.recv(4096):
        connection.sendall(b"+PONG\r\n" if b"PING" in heard else b"-ERR unknown command\r\n")


def silent(connection: socket.socket) -> None:
    """Accepts, and says nothing until the other side gives up."""
    while connection.recv(4096):
        pass

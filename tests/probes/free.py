"""Ports of this machine."""

import socket

HOST = "127.0.0.1"


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody does."""
    with socket.socket() as trial:
        return trial.connect_ex((HOST, port)) == 0

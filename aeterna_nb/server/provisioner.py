"""Kernels that are forked from one warm process, for Jupyter's kernel managers (`jupyter_client.kernel_provisioners`).

Where nothing can be forked, a kernel is started as Jupyter always does.
"""

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

NAME = "aeterna-forked"
"""The name of the entry point."""

LAUNCHER = ["-m", "ipykernel_launcher"]
READY_SECONDS = 60.0
"""How long the warm process may take to load everything, on a machine that has much else to do."""


class Forked:
    """A process that another one forked, with as much of `subprocess.Popen` as a provisioner wants."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, descriptor: int) -> None:
        self.pid, self._descriptor = pid, descriptor
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return None while it runs, then 0: what it returned is its parent's to know."""
        return self._look(0)

    def wait(self) -> int | None:
        """Wait until it has ended."""
        return self._look(None)

    def _look(self, milliseconds: int | None) -> int | None:
        if self.returncode is None:
            watched = select.poll()
            watched.register(self._descriptor, select.POLLIN)
            if watched.poll(milliseconds):
                self.returncode = 0
                os.close(self._descriptor)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to it, and never to another process that got its number."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._descriptor, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class WarmProcess:
    """The process that forks. Each of its kernels may take so many MiB; as many as it likes where that is 0."""

    def __init__(self, megabytes: int = 0) -> None:
        self._channel, end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with end:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "aeterna_nb.server.warm", str(end.fileno()), str(megabytes)],
                stdin=subprocess.DEVNULL,
                pass_fds=[end.fileno()],
                start_new_session=True,  # An interruption of the server is not for it.
            )
        self._turn = asyncio.Lock()
        self._asked = 0

    async def fork(
        self, arguments: list[str], folder: str, environment: dict[str, str], seconds: float = READY_SECONDS
    ) -> Forked | None:
        """Return a kernel that was started with these arguments; None where it cannot be forked in so many seconds."""
        request = {"arguments": arguments, "folder": folder, "environment": environment}
        async with self._turn:
            try:
                return await asyncio.to_thread(self._ask, request, seconds)
            except OSError:
                return None

    def _ask(self, request: dict[str, Any], seconds: float) -> Forked | None:
        self._asked += 1
        self._channel.settimeout(seconds)
        self._channel.sendall(json.dumps({**request, "number": self._asked}).encode())
        while True:
            text, descriptors, _, _ = socket.recv_fds(self._channel, 64, 1)
            number, pid = (int(word) for word in text.split()) if text else (self._asked, 0)
            forked = Forked(pid, descriptors[0]) if descriptors else None
            if number == self._asked:
                return forked
            if forked is not None:  # It came too late for who had asked for it.
                forked.kill()

    def close(self) -> None:
        """End it, and so its kernels, at once."""
        self._process.kill()
        self._process.wait()
        self._channel.close()


_warm: WarmProcess | None = None


def warm_up(megabytes: int = 0) -> WarmProcess:
    """Return the process that forks, for all kernels of this process. It is started with the first call."""
    global _warm
    if _warm is None:
        _warm = WarmProcess(megabytes)
    return _warm


def cool_down() -> None:
    """End that process with all its kernels."""
    if _warm is not None:
        _warm.close()


class ForkedProvisioner(LocalProvisioner):
    """Launches kernels by forking the warm process, each with a temporary folder that goes with it.

    A visitor's kernel is killed, and would leave there what a deployment needs meanwhile, secrets among it.
    """

    _scratch: tempfile.TemporaryDirectory[str] | None = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel; where that is not possible, or `cmd` is no plain IPython kernel, run `cmd`."""
        self._scratch = tempfile.TemporaryDirectory(prefix="aeterna-kernel-", ignore_cleanup_errors=True)
        kwargs["env"] = {**(kwargs.get("env") or os.environ), "TMPDIR": self._scratch.name}
        if not sys.platform.startswith("linux") or cmd[1:3] != LAUNCHER:
            return await super().launch_kernel(cmd, **kwargs)
        folder = str(kwargs.get("cwd") or os.getcwd())
        forked = await warm_up().fork(cmd[3:], folder, kwargs["env"])
        if forked is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = forked  # type: ignore[assignment]  # As much of a Popen as the parent uses.
        self.pid = self.pgid = forked.pid
        self.cwd = folder
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        """Send a signal, but for an interruption: no page asks for one, and its manager sends one before each end,
        which the kernel may still have the time to complain about in the server's log."""
        if signum != signal.SIGINT:
            await super().send_signal(signum)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove what the kernel left."""
        await super().cleanup(restart)
        if self._scratch is not None:
            self._scratch.cleanup()

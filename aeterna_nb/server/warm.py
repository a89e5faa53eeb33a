"""`python -m aeterna_nb.server.warm DESCRIPTOR MIB`: a process that has loaded everything, and forks kernels.

Its kernels share with it what they do not change, and need not load it; each may take so many megabytes. It never loads
Helm, whose threads would not come along, and refuses to fork while it has more than one thread. It ends with the socket
at DESCRIPTOR, whose other end its parent holds; its kernels end with it.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import random
import resource
import signal
import socket
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

QUIET = "--HistoryManager.enabled=False"
"""What visitors do is not written down in the operator's home."""

BEGINNING = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.extensions.storemagic",
    "babel.numbers",
    "ipykernel.debugger",
    "psutil",
    "tornado.platform.asyncio",
    "traitlets.config.argcomplete_config",
)
"""What a kernel imports only when it begins, or on its first turn. Without one of them it costs more, and works."""

PR_SET_PDEATHSIG = 1
"""Of Linux, which has it by this number alone."""

LONGEST_REQUEST = 1 << 20
"""Bytes of a request: the kernel's environment makes most of it."""


def main(descriptor: int, megabytes: int) -> None:
    """Fork kernels until the socket ends. In a kernel this returns when the kernel has ended."""
    with socket.socket(fileno=descriptor) as channel:
        # Nobody waits for the kernels here: their manager looks at them through a descriptor of its own.
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        _load()
        gc.collect()
        gc.freeze()  # Else each collection in a kernel would write to what is shared.
        kernel = _serve(channel)
    if kernel is not None:
        if megabytes:
            resource.setrlimit(resource.RLIMIT_DATA, (megabytes << 20, megabytes << 20))
        _become(kernel)


def _load() -> None:
    """Load what a kernel loads, and do once what it does first, so that what is kept of it is there already."""
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # Each kernel would load it, and no page can ask for it.
    import ipykernel.ipkernel
    import ipykernel.kernelapp  # noqa: F401
    import ipywidgets

    from aeterna_nb.answers import Origin
    from aeterna_nb.evaluate import evaluate
    from aeterna_nb.notebook.page import FIRST_PRESET
    from aeterna_nb.notebook.parameters import read_parameters
    from aeterna_nb.notebook.run import setup_page  # noqa: F401
    from aeterna_nb.presets import PRESETS

    ipywidgets.register_comm_target()  # It does so by itself only where it is imported in a kernel.
    for name in BEGINNING:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    answers = read_parameters({}).answers
    evaluate(answers.with_values(Origin.PRESET, PRESETS[FIRST_PRESET].values))


def _serve(channel: socket.socket) -> dict[str, Any] | None:
    """Answer each request with its number and a descriptor of the kernel that was forked for it; return the request in
    the kernel."""
    while text := channel.recv(LONGEST_REQUEST):
        request: dict[str, Any] = json.loads(text)
        number = request["number"]
        if not _may_fork():
            channel.sendall(b"%d 0" % number)
            continue
        request["parent"] = os.getpid()
        identity = os.fork()
        if identity == 0:
            return request
        try:
            descriptor = os.pidfd_open(identity)
        except ProcessLookupError:  # Ended already, and somebody else may soon have its number.
            channel.sendall(b"%d 0" % number)
            continue
        socket.send_fds(channel, [b"%d %d" % (number, identity)], [descriptor])
        os.close(descriptor)
    return None


def _may_fork() -> bool:
    return len(os.listdir("/proc/self/task")) == 1 and "helm_python" not in sys.modules


def _become(request: dict[str, Any]) -> None:
    """Be the kernel that is asked for: in a session, a folder and an environment of its own.

    `ps` and `top` show it under the beginning of its connection file's name, such as `kernel-3f2a9c1b`.
    """
    _end_with(request["parent"])
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    with contextlib.suppress(OSError):
        os.chdir(request["folder"])
    with open("/proc/self/comm", "w", encoding="ascii") as name:
        name.write(next((Path(item).stem for item in request["arguments"] if item.endswith(".json")), "kernel")[:15])
    _take_over(request["environment"])
    tempfile.tempdir = None  # It is looked up once, and may have been.
    random.seed()  # Or two visitors would have the same one.
    from ipykernel.kernelapp import IPKernelApp

    class KernelApp(IPKernelApp):
        def init_connection_file(self) -> None:
            """Read it. Where it has gone so has the manager, with the server: the kernel would write one of its own,
            and listen at ports."""
            if not Path(self.abs_connection_file).exists():
                self.exit(0)
            super().init_connection_file()  # type: ignore[no-untyped-call]

        def write_connection_file(self, **_: Any) -> None:
            """Leave it as the manager wrote it, who reads it meanwhile: written again it is empty for a moment, and
            a kernel that was forked comes to that as soon."""

    # It ends when its parent is another one. The variable in which Jupyter says which has been read long ago.
    KernelApp.launch_instance(argv=[*request["arguments"], f"--IPKernelApp.parent_handle={request['parent']}", QUIET])


def _end_with(parent: int) -> None:
    """Be killed as the parent ends: the kernel looks for it only each second, and may complain until then of what has
    gone with the server."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def _take_over(environment: Mapping[str, str]) -> None:
    """Have this environment. What stays as it was is not touched: Go finds only that, and without HOME it would keep
    the cluster's schemas in the folder of the notebook."""
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    for name, value in environment.items():
        if os.environ.get(name) != value:
            os.environ[name] = value


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

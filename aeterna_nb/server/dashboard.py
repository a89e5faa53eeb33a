"""Serve a notebook as a page: its configuration, and what runs beside it."""

import contextlib
import ipaddress
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aeterna_nb.chart import remote
from aeterna_nb.notebook.serve import PACKAGE, bundled_notebook, exit_status, search_first
from aeterna_nb.server.access import PARAMETER, Access

DEFAULT_PORT = 8866
"""Voila's own default port."""

VISITORS = 20
"""Visitors at once, who fit in 1.5 GB (`benchmarks`)."""

MEGABYTES = 1024
"""MiB that one visitor's process may take; a page that is in use takes a twentieth of that (`benchmarks`)."""

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

WIDGET_EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget")
"""The only JupyterLab extensions that the page loads; others are built for a newer JupyterLab than Voila's."""

IDLE_SECONDS = 900
"""After this long without a browser a session's kernel is ended. One that a page is connected to is kept."""

LONGEST_TEMPDIR = 42
"""A socket's name has 107 bytes at most (`man 7 unix`), and Voila's and Jupyter's part of it has 65."""

LOOK_SECONDS = 3
"""How often the server looks after the kernel of a page that is being made."""

HELM_GARBAGE_PERCENT = "75"
"""Garbage that Helm may leave (Go's GOGC, 100 without it): less memory for a little more work."""

AS_OF_NOW = {"status.ipynb", "fleet.ipynb"}
"""Notebooks that tell how things are: run when a visitor comes. Others run beforehand, so that nobody waits."""


@dataclass(frozen=True)
class Place:
    """Where a page is served, and for whom.

    `base` begins and ends with a slash, `hosts` are further names of it, and `memory` is in MiB for each visitor.
    """

    port: int = DEFAULT_PORT
    ip: str = "127.0.0.1"
    base: str = "/"
    hosts: frozenset[str] = frozenset()
    token: str = ""
    named: bool = False
    """Whether somebody else chose the token, and knows it without a log that repeats it."""
    visitors: int = VISITORS
    memory: int = MEGABYTES

    @property
    def names(self) -> frozenset[str]:
        """The names under which it may be asked for; empty for any.

        On loopback others are refused, so that a page from elsewhere cannot reach it through a name of its own. With
        a token it would find nothing.
        """
        if self.hosts:
            return self.hosts | LOCAL_NAMES
        return LOCAL_NAMES | {self.ip} if is_loopback(self.ip) and not self.token else frozenset()

    @property
    def address(self) -> str:
        """The address to open. A server that listens everywhere is reached as `localhost` from this machine."""
        everywhere = self.ip in ("", "0.0.0.0", "::")
        host = "localhost" if everywhere or is_loopback(self.ip) else f"[{self.ip}]" if ":" in self.ip else self.ip
        query = f"?{urlencode({PARAMETER: self.token})}" if self.token and not self.named else ""
        return f"http://{host}:{self.port}{self.base}{query}"


def is_loopback(ip: str) -> bool:
    """Return whether only this machine reaches a server that listens on `ip` (an address or `localhost`)."""
    try:
        return ipaddress.ip_address(ip).is_loopback
    except ValueError:
        return ip == "localhost"


def transport() -> str:
    """Return how the server and its kernels speak: over sockets in Voila's private folder, where their names fit.

    A port that was free when it was chosen may be somebody else's when the kernel comes to it, and no page comes.
    """
    fits = len(os.fsencode(tempfile.gettempdir())) <= LONGEST_TEMPDIR
    return "ipc" if fits and sys.platform.startswith("linux") else "tcp"


def configuration(notebook: Path, place: Place) -> dict[str, dict[str, Any]]:
    """Return Voila's configuration (its traits by class) for serving `notebook`.

    Jupyter's XSRF check is off because it refuses the message by which a closing page ends its kernel (Voila issue
    1458); the gate refuses what another page sends. The gate also looks at the host that is asked for.
    """
    from aeterna_nb.server.headers import BASE, HOST, NONCE
    from aeterna_nb.server.kernels import NEXT_PIECE_SECONDS
    from aeterna_nb.server.provisioner import NAME

    return {
        "Voila": {
            "root_dir": str(notebook.parent),
            "ip": place.ip,
            "port": place.port,
            "base_url": BASE,
            "server_url": place.base,
            "tornado_settings": {"disable_check_xsrf": True, "allow_remote_access": True},
            "log_level": "ERROR",
        },
        "VoilaConfiguration": {
            "template": "aeterna",
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "file_allowlist": [],
            "http_keep_alive_timeout": LOOK_SECONDS,
            "extension_allowlist": list(WIDGET_EXTENSIONS),
            "resources": {"nonce": NONCE, "host": HOST},
        },
        "Kernels": {"most": place.visitors} | ({"ready": 0} if notebook.name in AS_OF_NOW else {}),
        "MappingKernelManager": {"cull_idle_timeout": IDLE_SECONDS, "cull_interval": 60},
        "KernelManager": {"transport": transport(), "transport_encryption": "auto"},
        "VoilaExecutor": {"iopub_timeout": NEXT_PIECE_SECONDS, "startup_timeout": NEXT_PIECE_SECONDS},
        "KernelProvisionerFactory": {"default_provisioner_name": NAME},
        # A restarted kernel knows nothing of the widgets on the page; a dead one is noticed, and the page says so.
        "KernelRestarter": {"restart_limit": 0},
    }


def open_files() -> None:
    """Let this process and its kernels open as many files as they may: a visitor's connections take dozens."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextmanager
def helm_beside() -> Iterator[None]:
    """Have the kernels that are started meanwhile ask one process for what Helm does; they load none themselves."""
    if not sys.platform.startswith("linux"):
        yield
        return
    # Only its user can open the folder, and the socket in it.
    with tempfile.TemporaryDirectory(prefix="aeterna-helm-") as folder:
        address = os.path.join(folder, "socket")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(address)
            os.chmod(address, 0o600)
            listener.listen(64)
            service = subprocess.Popen(
                [sys.executable, "-m", "aeterna_nb.chart.service", str(listener.fileno())],
                stdin=subprocess.PIPE,
                pass_fds=[listener.fileno()],
                start_new_session=True,  # An interruption of the server is not for it.
            )
        os.environ[remote.VARIABLE] = address
        try:
            yield
        finally:
            os.environ.pop(remote.VARIABLE, None)
            service.communicate()


def serve_dashboard(place: Place, notebook: Path | None = None) -> int:
    """Serve `notebook` (the setup notebook) with Voila until interrupted, and print the address once it listens.

    Returns the exit status: 0 after an interruption. Raises FileNotFoundError when there is no notebook.
    """
    page = notebook or bundled_notebook()
    search_first("JUPYTER_PATH", PACKAGE / "share" / "jupyter")
    open_files()
    # Go reads it when a process starts, so it is for what is started from here.
    os.environ.setdefault("GOGC", HELM_GARBAGE_PERCENT)
    with helm_beside():
        from traitlets.config import Config

        from aeterna_nb.server.application import Workbench
        from aeterna_nb.server.provisioner import warm_up

        warm_up(place.memory)
        return exit_status(
            Workbench,
            [str(page)],
            config=Config(configuration(page, place)),
            access=Access(place.token, place.port),
            hosts=place.names,
            ready=place.address,
        )

"""Serve the notebooks: as pages with Voila, or to work in with JupyterLab.

Both servers are imported where they start: they take a second, which no other command should pay.
"""

import errno
import ipaddress
import os
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyter_core.application import JupyterApp
from traitlets.config import Config

PACKAGE = Path(__file__).parent.parent
DEFAULT_PORT = 8866
"""Voila's own default port."""

DEFAULT_LAB_PORT = 8888
"""JupyterLab's own default port; it takes the next free one."""

WIDGET_EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget")
"""The only JupyterLab extensions that the page loads; others are built for a newer JupyterLab than Voila's."""

IDLE_SECONDS = 900
"""After this long without a browser a session's kernel is ended. One that a page is connected to is kept."""

HELM_GARBAGE_PERCENT = "75"
"""Garbage that Helm may leave in a visitor's kernel (Go's GOGC, 100 without it): less memory for a little more work."""

AS_OF_NOW = {"status.ipynb"}
"""Notebooks that tell how things are: run when a visitor comes. Others run beforehand, so that nobody waits."""

PING_MILLISECONDS = 30_000
"""Jupyter's own interval between pings of a page. Its default timeout is longer, which Tornado refuses, loudly."""


def bundled_notebook(name: str = "setup", package: Path = PACKAGE) -> Path:
    """Return the notebook of this name (setup, status or compare): the wheel's copy, or the checkout's.

    Raises FileNotFoundError when the installation holds neither.
    """
    file = f"{name}.ipynb"
    candidates = (package / "_data" / "notebooks" / file, package.parent / "notebooks" / file)
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise FileNotFoundError(f"The installation of aeterna-nb is incomplete: {file} is missing.")


def is_loopback(ip: str) -> bool:
    """Return whether only this machine reaches a server that listens on `ip` (an address or `localhost`)."""
    try:
        return ipaddress.ip_address(ip).is_loopback
    except ValueError:
        return ip == "localhost"


def page_address(ip: str, port: int) -> str:
    """Return the URL to open. One that listens everywhere is reached as `localhost` from this machine."""
    everywhere = ip in ("", "0.0.0.0", "::")
    if everywhere or is_loopback(ip):
        return f"http://localhost:{port}/"
    return f"http://[{ip}]:{port}/" if ":" in ip else f"http://{ip}:{port}/"


def dashboard_config(notebook: Path, port: int, ip: str, *, open_browser: bool) -> dict[str, dict[str, Any]]:
    """Return Voila's configuration (its traits by class) for serving `notebook`.

    The XSRF check is off because it refuses the message by which a closing page ends its kernel (Voila issue 1458);
    that message is the only request that changes anything. On loopback, requests that come under another name than
    this machine's are refused, so that a page from elsewhere cannot reach the server through a name of its own.
    """
    return {
        "Voila": {
            "root_dir": str(notebook.parent),
            "ip": ip,
            "port": port,
            "port_retries": 0,
            "open_browser": open_browser,
            "tornado_settings": {
                "disable_check_xsrf": True,
                "allow_remote_access": not is_loopback(ip),
                "ws_ping_timeout": PING_MILLISECONDS,
            },
            "log_level": "ERROR",
        },
        "VoilaConfiguration": {
            "template": "aeterna",
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "file_allowlist": [],
            "extension_allowlist": list(WIDGET_EXTENSIONS),
            "preheat_kernel": notebook.name not in AS_OF_NOW,
            "default_pool_size": 2,
        },
        "MappingKernelManager": {"cull_idle_timeout": IDLE_SECONDS, "cull_interval": 60},
        "KernelManager": {"transport_encryption": "auto"},
        # A restarted kernel knows nothing of the widgets on the page; a dead one is noticed, and the page says so.
        "KernelRestarter": {"restart_limit": 0},
    }


def refusal(ip: str, port: int) -> str:
    """Return why no server can listen there, and the cure; empty where one can."""
    from tornado.netutil import bind_sockets

    try:
        for listening in bind_sockets(port, ip):
            listening.close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"Port {port} is in use, perhaps by a page that runs already. Name another with --port."
        if error.errno == errno.EACCES:
            return f"Port {port} is not for everybody to listen on. Name one of 1024 to 65535 with --port."
        return f"This machine has no address {ip} to listen on. Name another with --ip, or leave it out."
    return ""


def search_first(variable: str, folder: Path) -> None:
    """Put `folder` before the other places where Jupyter looks for what `variable` names, for this process."""
    places = [str(folder), *filter(None, [os.environ.get(variable)])]
    os.environ[variable] = os.pathsep.join(places)


def exit_status(application: type[JupyterApp], arguments: list[str], **options: Any) -> int:
    """Run a Jupyter application until it ends and return its exit status."""
    try:
        application.launch_instance(argv=arguments, **options)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    return 0


def serve_dashboard(
    port: int = DEFAULT_PORT,
    ip: str = "127.0.0.1",
    *,
    open_browser: bool = False,
    notebook: Path | None = None,
) -> int:
    """Serve `notebook` (the setup notebook) with Voila until interrupted, and print the address once it listens.

    Returns the exit status: 0 after an interruption. Raises FileNotFoundError when there is no notebook.
    """
    from tornado.ioloop import IOLoop
    from voila.app import Voila

    page = notebook or bundled_notebook()
    search_first("JUPYTER_PATH", PACKAGE / "share" / "jupyter")
    # Go reads it when a process starts, so it is for the kernels.
    os.environ.setdefault("GOGC", HELM_GARBAGE_PERCENT)
    IOLoop.current().add_callback(print, page_address(ip, port), flush=True)
    config = dashboard_config(page, port, ip, open_browser=open_browser)
    return exit_status(Voila, [str(page)], config=Config(config))


def own_copy(folder: Path, original: Path) -> Path:
    """Return the notebook in `folder`, copied there from `original` unless one is there already.

    A copy that exists is never written to: it may hold somebody's work. Raises OSError when `folder` cannot be
    written to.
    """
    copy = folder / original.name
    if not copy.exists():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(original, copy)
    return copy


def lab_arguments(notebook: Path, port: int, ip: str, *, open_browser: bool) -> list[str]:
    """Return JupyterLab's command line for working on `notebook`; JupyterLab takes its configuration in no other way.

    It makes its own token and prints it. Root may start it, since in a container there is often nobody else.
    """
    return [
        str(notebook),
        f"--ServerApp.root_dir={notebook.parent}",
        f"--ServerApp.ip={ip}",
        f"--ServerApp.port={port}",
        f"--ServerApp.open_browser={open_browser}",
        f"--LabApp.default_url=/lab/tree/{quote(notebook.name)}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--ServerApp.allow_root=True",
        "--KernelManager.transport_encryption=auto",
    ]


def open_notebook(
    notebook: Path,
    port: int = DEFAULT_LAB_PORT,
    ip: str = "127.0.0.1",
    *,
    open_browser: bool = True,
) -> int:
    """Open `notebook` with JupyterLab, until interrupted, and return its exit status."""
    from jupyterlab.labapp import LabApp

    # JupyterLab's offer of news lies over the page, and there is no flag that keeps it away.
    search_first("JUPYTER_CONFIG_PATH", PACKAGE / "share" / "jupyter" / "config")
    return exit_status(LabApp, lab_arguments(notebook, port, ip, open_browser=open_browser))

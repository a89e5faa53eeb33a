"""The bundled notebooks, and JupyterLab to work in them. (`aeterna_nb.server` serves them as pages.)

Servers are imported where they start: they take a second, which no other command should pay.
"""

import errno
import os
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyter_core.application import JupyterApp

PACKAGE = Path(__file__).parent.parent
DEFAULT_LAB_PORT = 8888
"""JupyterLab's own default port; it takes the next free one."""


def bundled_notebook(name: str = "setup", package: Path = PACKAGE) -> Path:
    """Return the notebook of this name (setup, status, compare or fleet): the wheel's copy, or the checkout's.

    Raises FileNotFoundError when the installation holds neither.
    """
    file = f"{name}.ipynb"
    candidates = (package / "_data" / "notebooks" / file, package.parent / "notebooks" / file)
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise FileNotFoundError(f"The installation of aeterna-nb is incomplete: {file} is missing.")


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

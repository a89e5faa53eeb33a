"""`aeterna dashboard`: a notebook as a page, served with Voila."""

import os
from collections.abc import Sequence
from pathlib import Path

from aeterna_nb.answers.sources import PREFIX
from aeterna_nb.commands.notebook import named_parser, port
from aeterna_nb.commands.options import environment
from aeterna_nb.commands.parser import Parser, UsageError
from aeterna_nb.commands.start import commanded
from aeterna_nb.output.workspace import WorkspaceError

FOLDER_VARIABLE = f"{PREFIX}OUTPUT"
HUB_VARIABLE = "JUPYTERHUB_SERVICE_PREFIX"
"""Where JupyterHub says under which path it serves a service of its own."""


def base(text: str) -> str:
    """Return a path that begins and ends with a slash."""
    from aeterna_nb.server.headers import as_base

    try:
        return as_base(text)
    except ValueError:
        raise UsageError("--base-url: write a path such as /tools/aeterna.") from None


def megabytes(text: str) -> int:
    """Return an amount of memory in MiB."""
    if not (text.isascii() and text.isdigit() and 256 <= int(text[:6]) <= 65536):
        raise UsageError("--visitor-memory: write a number of MiB from 256 to 65536.")
    return int(text)


def visitors(text: str) -> int:
    """Return a number of visitors."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 1000):
        raise UsageError("--visitors: write a number from 1 to 1000.")
    return int(text)


def flags() -> Parser:
    """Return what reads the command line."""
    parser = named_parser("dashboard", "Serve a notebook as a page with Voila.")
    parser.add_argument(
        "--output", metavar="DIR", type=Path, help="folder of the configuration that status looks at (default: here)"
    )
    parser.add_argument("--port", type=port, default=8866, help="port to listen on (default: 8866)")
    parser.add_argument("--ip", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument(
        "--base-url",
        metavar="PATH",
        type=base,
        default=environment().get(HUB_VARIABLE) or "/",
        help="path under which a proxy passes requests on, such as /tools/aeterna (default: /)",
    )
    parser.add_argument(
        "--host",
        action="append",
        default=[],
        metavar="NAME",
        help="name by which a proxy asks for it; may be given again (default: with a token any, else this machine's)",
    )
    parser.add_argument(
        "--visitors",
        type=visitors,
        default=20,
        metavar="N",
        help="visitors at once; others have to wait (default: 20)",
    )
    parser.add_argument(
        "--visitor-memory",
        type=megabytes,
        default=1024,
        metavar="MIB",
        help="what the process of one visitor may take, on Linux (default: 1024)",
    )
    parser.add_argument(
        "--no-token",
        action="store_true",
        help="let everybody in who reaches it; else a token is asked for: AETERNA_PAGE_TOKEN, or a new one",
    )
    return parser


def run(words: Sequence[str]) -> int:
    """Serve the page until it is interrupted."""
    parser = flags()
    with commanded() as status:
        options = parser.read(words)
        from aeterna_nb.notebook.serve import bundled_notebook, refusal
        from aeterna_nb.server.access import VARIABLE, new_token
        from aeterna_nb.server.dashboard import Place, serve_dashboard

        if refused := refusal(options.ip, options.port):
            raise WorkspaceError(refused)
        # Kernels run in the notebook's own folder, and learn from this variable which one is meant.
        output = options.output or Path(environment().get(FOLDER_VARIABLE, "."))
        os.environ[FOLDER_VARIABLE] = str(output.resolve())
        # Kernels need not know it.
        given = os.environ.pop(VARIABLE, "")
        place = Place(
            port=options.port,
            ip=options.ip,
            base=options.base_url,
            hosts=frozenset(name.lower() for name in options.host),
            token="" if options.no_token else given or new_token(),
            named=bool(given),
            visitors=options.visitors,
            memory=options.visitor_memory,
        )
        status.code = serve_dashboard(place, bundled_notebook(options.notebook))
    return status.code

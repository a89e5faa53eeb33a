"""`aeterna notebook`: the setup notebook, in JupyterLab."""

from collections.abc import Sequence
from pathlib import Path

from aeterna_nb.commands.options import Parser
from aeterna_nb.commands.start import commanded


def run(words: Sequence[str]) -> int:
    """Open the notebook until JupyterLab is stopped."""
    parser = Parser("notebook", "Open the setup notebook in JupyterLab.")
    parser.add_argument(
        "--output", metavar="DIR", type=Path, default=Path(), help="folder of the notebook (default: here)"
    )
    parser.add_argument("--port", type=int, default=8888, help="port to listen on (default: 8888)")
    parser.add_argument("--no-browser", action="store_true", help="print the address instead of opening it")
    with commanded() as status:
        options = parser.read(words)
        from aeterna_nb.serve import open_notebook

        status.code = open_notebook(options.output, port=options.port, open_browser=not options.no_browser)
    return status.code

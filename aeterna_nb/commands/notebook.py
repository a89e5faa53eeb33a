"""`aeterna notebook`: one of the notebooks, in JupyterLab."""

from collections.abc import Sequence
from pathlib import Path

from aeterna_nb.commands.options import Parser, UsageError
from aeterna_nb.commands.start import commanded

NOTEBOOKS = ("setup", "status", "compare")


def named_parser(command: str, description: str) -> Parser:
    """A parser of which the first word may name a notebook."""
    parser = Parser(command, description)
    parser.add_argument(
        "notebook", nargs="?", choices=NOTEBOOKS, default="setup", help="which one (default: setup)"
    )
    return parser


def run(words: Sequence[str]) -> int:
    """Open a copy of the notebook until JupyterLab is stopped."""
    parser = named_parser("notebook", "Open a copy of a notebook in JupyterLab. A copy that is there is kept.")
    parser.add_argument(
        "--output", metavar="DIR", type=Path, default=Path(), help="folder of the copy (default: here)"
    )
    parser.add_argument("--port", type=int, default=8888, help="port to listen on (default: 8888)")
    parser.add_argument("--no-browser", action="store_true", help="print the address instead of opening it")
    with commanded() as status:
        options = parser.read(words)
        from aeterna_nb.serve import open_notebook

        try:
            status.code = open_notebook(
                options.output, port=options.port, open_browser=not options.no_browser, name=options.notebook
            )
        except OSError as error:
            raise UsageError(
                f"No copy of the notebook can be put into {options.output.absolute()} ({error.strerror}). "
                "Name a folder that you may write to with --output DIR."
            ) from None
    return status.code

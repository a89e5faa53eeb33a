"""`aeterna notebook`: one of the notebooks, in JupyterLab."""

from collections.abc import Sequence
from pathlib import Path

from aeterna_nb.commands.parser import Parser, UsageError
from aeterna_nb.commands.start import commanded

NOTEBOOKS = ("setup", "status", "compare", "fleet")


def named_parser(command: str, description: str) -> Parser:
    """A parser of which the first word may name a notebook."""
    parser = Parser(command, description)
    words = ", ".join(NOTEBOOKS)
    parser.add_argument("notebook", nargs="?", type=_known, default="setup", help=f"{words} (default: setup)")
    return parser


def _known(name: str) -> str:
    if name in NOTEBOOKS:
        return name
    raise UsageError(f"There is no such notebook. Choose one of: {', '.join(NOTEBOOKS)}.")


def port(text: str) -> int:
    """The port that a flag names. Raises UsageError for what is none."""
    if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 65535:
        return int(text)
    raise UsageError("--port: write a number from 1 to 65535.")


def run(words: Sequence[str]) -> int:
    """Open a copy of the notebook until JupyterLab is stopped."""
    parser = named_parser("notebook", "Open a copy of a notebook in JupyterLab. A copy that is there is kept.")
    parser.add_argument("--output", metavar="DIR", type=Path, default=Path(), help="folder of the copy (default: here)")
    parser.add_argument("--port", type=port, default=8888, help="port to listen on (default: 8888)")
    parser.add_argument("--no-browser", action="store_true", help="print the address instead of opening it")
    with commanded() as status:
        options = parser.read(words)
        from aeterna_nb.notebook.serve import bundled_notebook, open_notebook, own_copy

        original = bundled_notebook(options.notebook)
        try:
            copy = own_copy(options.output.resolve(), original)
        except OSError as error:
            raise UsageError(
                f"No copy of the notebook can be put into {options.output.resolve()} ({error.strerror}). "
                "Name a folder that you may write to with --output DIR."
            ) from None
        status.code = open_notebook(copy, port=options.port, open_browser=not options.no_browser)
    return status.code

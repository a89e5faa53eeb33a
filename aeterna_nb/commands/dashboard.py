"""`aeterna dashboard`: a notebook as a page, served with Voila."""

import os
from collections.abc import Sequence
from pathlib import Path

from aeterna_nb.answers.sources import PREFIX
from aeterna_nb.commands.notebook import named_parser, port
from aeterna_nb.commands.options import environment
from aeterna_nb.commands.start import commanded
from aeterna_nb.output.workspace import WorkspaceError

FOLDER_VARIABLE = f"{PREFIX}OUTPUT"


def run(words: Sequence[str]) -> int:
    """Serve the page until it is interrupted."""
    parser = named_parser("dashboard", "Serve a notebook as a page with Voila.")
    parser.add_argument(
        "--output", metavar="DIR", type=Path, help="folder of the configuration that status looks at (default: here)"
    )
    parser.add_argument("--port", type=port, default=8866, help="port to listen on (default: 8866)")
    parser.add_argument("--ip", default="127.0.0.1", help="address to listen on (default: this machine only)")
    with commanded() as status:
        options = parser.read(words)
        from aeterna_nb.notebook.serve import bundled_notebook, refusal, serve_dashboard

        if refused := refusal(options.ip, options.port):
            raise WorkspaceError(refused)
        # Kernels run in the notebook's own folder, and learn from this variable which one is meant.
        output = options.output or Path(environment().get(FOLDER_VARIABLE, "."))
        os.environ[FOLDER_VARIABLE] = str(output.resolve())
        notebook = bundled_notebook(options.notebook)
        status.code = serve_dashboard(port=options.port, ip=options.ip, notebook=notebook)
    return status.code

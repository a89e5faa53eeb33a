"""`aeterna dashboard`: a notebook as a page, served with Voila."""

from collections.abc import Sequence

from aeterna_nb.commands.notebook import named_parser
from aeterna_nb.commands.start import commanded


def run(words: Sequence[str]) -> int:
    """Serve the page until it is interrupted."""
    parser = named_parser("dashboard", "Serve a notebook as a page with Voila.")
    parser.add_argument("--port", type=int, default=8866, help="port to listen on (default: 8866)")
    parser.add_argument("--ip", default="127.0.0.1", help="address to listen on (default: this machine only)")
    with commanded() as status:
        options = parser.read(words)
        from aeterna_nb.serve import bundled_notebook, serve_dashboard

        notebook = bundled_notebook(options.notebook)
        status.code = serve_dashboard(port=options.port, ip=options.ip, notebook=notebook)
    return status.code

"""`aeterna dashboard`: the setup page, served with Voila."""

from collections.abc import Sequence

from aeterna_nb.commands.options import Parser
from aeterna_nb.commands.start import commanded


def run(words: Sequence[str]) -> int:
    """Serve the page until it is interrupted."""
    parser = Parser("dashboard", "Serve the setup page with Voila.")
    parser.add_argument("--port", type=int, default=8866, help="port to listen on (default: 8866)")
    parser.add_argument("--ip", default="127.0.0.1", help="address to listen on (default: this machine only)")
    with commanded() as status:
        options = parser.read(words)
        from aeterna_nb.serve import serve_dashboard

        status.code = serve_dashboard(port=options.port, ip=options.ip)
    return status.code

"""`aeterna mcp`: the bridge between an MCP client and the Aeterna server."""

from collections.abc import Sequence

from aeterna_nb.bridge import main


def run(words: Sequence[str]) -> int:
    """Serve one MCP client, or check the connection."""
    return main(words)

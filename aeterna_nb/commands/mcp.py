"""`aeterna mcp`: the bridge between an MCP client and the Aeterna server."""

import sys
from collections.abc import Sequence

from aeterna_nb.bridge import run as serve_or_check
from aeterna_nb.bridge.toolsets import ALL, DEFAULT_TOOLSETS, TOOLSETS, parse_toolsets
from aeterna_nb.commands.parser import Parser, UsageError

WRONG_COMMAND_LINE = 2


def run(words: Sequence[str]) -> int:
    """Serve one MCP client, or check the connection, and return the exit status."""
    try:
        options = flags().read(words)
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return WRONG_COMMAND_LINE
    return serve_or_check(options)


def flags() -> Parser:
    """The flags of the command."""
    parser = Parser("mcp", "Connect an MCP client with an Aeterna server.")
    parser.add_argument(
        "--toolset",
        type=_toolsets,
        metavar="NAME[,NAME...]",
        help=f"which tools to offer: {', '.join((*TOOLSETS, ALL))} "
        f"(default: AETERNA_TOOLSET, or {','.join(DEFAULT_TOOLSETS)})",
    )
    parser.add_argument(
        "--timeout", type=_seconds, metavar="SECONDS", help="how long a call may take (default: 60 seconds)"
    )
    parser.add_argument("--check", action="store_true", help="say what the bridge reaches, and end")
    parser.add_argument("--json", action="store_true", help="with --check: print the result as JSON")
    return parser


def _toolsets(text: str) -> tuple[str, ...]:
    try:
        return parse_toolsets(text)
    except ValueError as error:
        raise UsageError(f"--toolset: {error}") from None


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise UsageError("--timeout: write a number of seconds above zero.")
    return seconds

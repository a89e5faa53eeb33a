"""`aeterna mcp`: what OpenCode and other MCP clients start to reach the Aeterna server.

The server v0.8.0-rc.9 speaks a dialect that no stock client connects to: notifications are refused, the list
of tools is a bare array, and every call needs a tenant beside its arguments. This package translates.
Importing it is cheap; the protocol's SDK is loaded when the bridge runs.
"""

import argparse
import sys
from collections.abc import Sequence

from aeterna_nb.bridge.toolsets import ALL, DEFAULT_TOOLSETS, TOOLSETS, parse_toolsets


def main(words: Sequence[str]) -> int:
    """Run `aeterna mcp` with the words that follow it on the command line, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="aeterna mcp", description="Connect an MCP client with an Aeterna server.", allow_abbrev=False
    )
    add_arguments(parser)
    options, rest = parser.parse_known_args(words)
    if rest:
        # Not argparse's own error: it would repeat the values, and one of them may be a token.
        flags = [word.partition("=")[0] for word in rest if word.startswith("-")]
        print(f"error: There is no flag {flags[0]}." if flags else "error: There is a word too many.", file=sys.stderr)
        return 2
    return run(options)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `aeterna mcp` to `parser`."""
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


def run(args: argparse.Namespace) -> int:
    """Serve one MCP client on standard input and output until it goes away, or check the connection.

    Returns the exit status: 0 done; 1 the configuration cannot be used, or `--check` did not reach the
    server; 130 interrupted.
    """
    from aeterna_nb.bridge.command import check_connection, serve
    from aeterna_nb.bridge.settings import SettingsError

    try:
        return check_connection(args) if args.check else serve(args)
    except SettingsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _toolsets(text: str) -> tuple[str, ...]:
    try:
        return parse_toolsets(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above zero")
    return seconds

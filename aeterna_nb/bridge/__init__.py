"""What OpenCode and other MCP clients start, as `aeterna mcp`, to reach the Aeterna server.

The server v0.8.0-rc.9 speaks a dialect that no stock client connects to: notifications are refused, the list
of tools is a bare array, and every call needs a tenant beside its arguments. This package translates.
Importing it is cheap; the protocol's SDK is loaded when the bridge runs.
"""

import argparse
import sys


def run(args: argparse.Namespace) -> int:
    """Serve one MCP client on standard input and output until it goes away, or check the connection.

    `args` are the options `toolset`, `timeout`, `check` and `json`. Returns the exit status: 0 done; 1 the
    configuration cannot be used, or `--check` did not reach the server; 130 interrupted.
    """
    from aeterna_nb.bridge.command import check_connection, serve
    from aeterna_nb.bridge.settings import SettingsError

    try:
        return check_connection(args) if args.check else serve(args)
    except SettingsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1

"""What `aeterna mcp` does once its flags are read."""

import argparse
import json
import logging
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio

from aeterna_nb import unexpected
from aeterna_nb.bridge.masking import masked_value
from aeterna_nb.bridge.settings import BridgeSettings, read_settings, user_config_directory
from aeterna_nb.reading.secret_texts import SHORTEST

_log = logging.getLogger(__name__)


def serve(args: argparse.Namespace) -> int:
    """Serve one client until it goes away, and return 0. Raises SettingsError."""
    settings = _settings(args)
    _log_to_stderr(settings)
    from aeterna_nb.bridge.server import serve_stdio

    _log.info(
        "server %s (from %s), user %s of tenant %s, toolsets %s",
        settings.server_url,
        settings.origin,
        settings.user_id,
        settings.tenant_id,
        ", ".join(settings.toolsets),
    )
    if settings.token_in_clear:
        _log.warning("the token travels unencrypted to %s: use https", settings.server_url)
    if 0 < len(settings.token) < SHORTEST:
        _log.warning("the token is too short to be looked for in the server's answers: use a longer one")
    # At a terminal Python would turn the interrupt into an exception and then wait for the thread that reads
    # standard input. There is nothing to tidy up: the connections end with the process.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.SIG_DFL)
    try:
        anyio.run(serve_stdio, settings)
    except* (BrokenPipeError, ConnectionResetError):
        _log.info("the client went away before its answer")
    return 0


def check_connection(args: argparse.Namespace) -> int:
    """Print what the bridge reaches, and return 0 when a client would connect, else 1. Raises SettingsError."""
    settings = _settings(args)
    from aeterna_nb.bridge.check import check

    report = anyio.run(check, settings)
    if args.json:
        print(json.dumps(masked_value(report.as_dict(), settings.token), indent=2))
    else:
        print(settings.without_token(report.as_text()))
        if report.problem:
            print(f"error: {settings.without_token(report.problem)}", file=sys.stderr)
    return 0 if report.reached else 1


def _settings(args: argparse.Namespace) -> BridgeSettings:
    settings = read_settings(os.environ, Path.cwd(), user_config_directory(os.environ))
    if args.toolset:
        settings = replace(settings, toolsets=args.toolset)
    if args.timeout:
        settings = replace(settings, call_timeout=args.timeout)
    return settings


class _WithoutToken(logging.Formatter):
    def __init__(self, settings: BridgeSettings) -> None:
        super().__init__("aeterna mcp: %(message)s")
        self._settings = settings

    def format(self, record: logging.LogRecord) -> str:
        return self._settings.without_token(super().format(record))

    def formatException(self, given: Any) -> str:
        """Tell the way to an error without its message and source, which may quote what was asked and answered."""
        return unexpected.way(given[1])


def _log_to_stderr(settings: BridgeSettings) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_WithoutToken(settings))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("aeterna_nb").setLevel(logging.INFO)

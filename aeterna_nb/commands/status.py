"""`aeterna status`: whether what is configured is there, and how the release is."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from aeterna_nb.commands.options import add_folder_flags, add_question_flags
from aeterna_nb.commands.parser import Parser, UsageError
from aeterna_nb.commands.progress import waiting_line
from aeterna_nb.commands.start import ExitStatus, commanded, saved_config
from aeterna_nb.config import SetupConfig

if TYPE_CHECKING:
    from aeterna_nb.probes.status import Status

WATCH_SECONDS = 5
ANEW = "\x1b[H\x1b[2J"
"""Clears a terminal and goes to its top (ECMA-48)."""


def run(words: Sequence[str]) -> int:
    """Ask the services that a configuration names, and its release; 0 when all is well, 1 when something is not."""
    parser = Parser(
        "status", "Ask the services that the configuration names, and the release where a cluster is at hand."
    )
    add_folder_flags(parser)
    parser.add_argument(
        "--context", metavar="NAME", default="", help="context of the kubeconfig (default: the current)"
    )
    parser.add_argument(
        "--watch",
        metavar="SECONDS",
        nargs="?",
        type=_seconds,
        const=WATCH_SECONDS,
        help=f"look again and again, this long after each look (default: {WATCH_SECONDS}), until Ctrl-C; "
        "the exit status is that of the last look",
    )
    add_question_flags(parser)
    with commanded() as status:
        options = parser.read(words)
        config = saved_config(options, status)
        if config is None:
            return status.code
        if options.watch is None:
            found = _look(config, options)
            print(_told(found, options))
            status.code = 0 if found.healthy else 1
        else:
            _watch(config, options, status)
    return status.code


def _watch(config: SetupConfig, options: argparse.Namespace, status: ExitStatus) -> None:
    """Look until Ctrl-C. A terminal is drawn anew each time; elsewhere there is a line only when something changed."""
    before = ""
    with suppress(KeyboardInterrupt):
        while True:
            found = _look(config, options)
            status.code = 0 if found.healthy else 1
            text = _told(found, options)
            if sys.stdout.isatty() and not options.json:
                print(f"{ANEW}{text}\n\n{datetime.now():%H:%M:%S}, every {options.watch} s until Ctrl-C", flush=True)
            elif text != before:
                print(text, flush=True)
            before = text
            time.sleep(options.watch)


def _look(config: SetupConfig, options: argparse.Namespace) -> "Status":
    from aeterna_nb.deploy.compose import project_in
    from aeterna_nb.probes.status import status_of

    where = config.cluster
    release = (where.release_name, where.namespace) if where else None
    with waiting_line() as waiting:
        return status_of(config, release, options.context, waiting, project_in(options.output, config))


def _told(found: "Status", options: argparse.Namespace) -> str:
    from aeterna_nb.probes.status_rows import status_lines

    if options.json:
        # One object a line where many follow each other.
        return json.dumps(found.as_dict(), indent=None if options.watch else 2, ensure_ascii=False)
    return "\n".join(status_lines(found))


def _seconds(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 3600:
        return int(text)
    raise UsageError("--watch: write a number of seconds from 1 to 3600.")

"""The command `aeterna`: finds the command that was named and hands over to it.

Nothing heavy is imported here, so that `aeterna --help` answers at once.
"""

import contextlib
import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import NamedTuple

from aeterna_nb import unexpected
from aeterna_nb.commands import ASKED
from aeterna_nb.commands.ending import as_interrupts

INTERRUPTED = 130


class Command(NamedTuple):
    """A command: what it does in a line, the module in `aeterna_nb.commands` whose `run` does it, and its actions."""

    help: str
    module: str
    actions: tuple[str, ...] = ()


COMMANDS = {
    "setup": Command("ask, check, and write the files", "setup"),
    "validate": Command("check what is on disk", "validate"),
    "show": Command("print the configuration, each value with its source, secrets masked", "show"),
    "diff": Command("show what writing would change on disk, or deploying in the cluster", "diff"),
    "fleet": Command(
        "many configurations in one repository: judge and change them together",
        "fleet",
        ("check", "diff", "gitops", "set", "upgrade"),
    ),
    "render": Command("print the Kubernetes manifests", "render"),
    "secrets": Command("make new secrets in the place of those that were made here", "secrets", ("rotate",)),
    "backups": Command("list what was replaced, write by write", "backups"),
    "restore": Command("bring back what a write replaced", "restore"),
    "chart": Command("fetch the subcharts, or write the complete chart into a folder", "chart", ("deps", "export")),
    "deploy": Command("install or upgrade it, with progress, and say why where it fails", "deploy"),
    "test": Command("run the release's own tests", "test"),
    "rollback": Command("bring a revision of the release back", "rollback"),
    "uninstall": Command("remove the release; its data stays unless asked to go", "uninstall"),
    "probe": Command("sign in at every service that is configured, and see what Aeterna needs of it", "probe"),
    "status": Command("ask what is configured whether it is there, and how the release is", "status"),
    "mcp": Command("the bridge that OpenCode starts: MCP on standard input and output", "mcp"),
    "notebook": Command("open a notebook in JupyterLab: setup, status, compare or fleet", "notebook"),
    "run": Command("run a notebook with papermill; secrets among its parameters are refused before", "run"),
    "dashboard": Command("serve a notebook as a page with Voila: setup, status, compare or fleet", "dashboard"),
    "schema": Command("print the JSON schema of setup.yaml, or of the chart's values", "schema"),
    "completion": Command("print the script that makes a shell complete commands and flags", "completion"),
    "debug": Command("print what a report of a fault needs: versions, answers without secrets, findings", "debug"),
    "version": Command("print the versions of the tool, the chart, the server and Helm", "version"),
}


def usage() -> str:
    """The overview that `aeterna --help` prints."""
    width = max(map(len, COMMANDS))
    rows = "\n".join(f"  {name:<{width}}  {command.help}" for name, command in COMMANDS.items())
    return (
        "usage: aeterna COMMAND [OPTIONS]\n\n"
        "Set up Aeterna: files that are proven before they are written.\n\n"
        f"{rows}\n\nMore about one: aeterna COMMAND --help"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns the exit status: 0 done, 1 the configuration is wrong, 2 the command line is wrong, 70 a fault of our own,
    130 interrupted.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    _never_fail_to_print()
    if ASKED in os.environ:
        words = _complete()
    if not words or words[0] in {"-h", "--help", "help"}:
        print(usage())
        return 0 if words else 2
    name = "version" if words[0] == "--version" else words[0]
    if name not in COMMANDS:
        import difflib

        near = difflib.get_close_matches(name, COMMANDS, n=1)
        hint = f" Did you mean `aeterna {near[0]}`?" if near else ""
        print(f"error: there is no such command.{hint} `aeterna --help` lists them.", file=sys.stderr)
        return 2
    if "--debug" in words:
        os.environ[unexpected.DEBUG] = "1"
    try:
        with as_interrupts():
            return int(importlib.import_module(f"aeterna_nb.commands.{COMMANDS[name].module}").run(words[1:]))
    except KeyboardInterrupt as interrupt:
        with contextlib.suppress(OSError):  # The terminal itself may be gone.
            print(f"\nInterrupted. {str(interrupt) or 'Nothing was written.'}", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output stopped reading, as `head` does; Python must not complain about it at exit.
        sys.stdout = None
        return 1
    except OSError as error:
        return _refused(error)
    except Exception as error:
        return _unforeseen(error)


def _complete() -> list[str]:
    """Tell a shell which command can follow, and end; or the words before the flag that it asks for."""
    from aeterna_nb.commands.completing import offer, words_before

    words = words_before()
    if not words or words[0] not in COMMANDS:
        offer(COMMANDS, after=1)
    if len(words) == 1 and COMMANDS[words[0]].actions:
        offer(COMMANDS[words[0]].actions, after=2)
    return words


def _refused(error: OSError) -> int:
    """Say what the system refused: a full disk, a file that may not be read."""
    where = f": {os.fspath(error.filename)!r}" if isinstance(error.filename, str | os.PathLike) else ""
    print(f"error: {error.strerror or type(error).__name__}{where}.", file=sys.stderr)
    _show_way(error)
    return 1


def _unforeseen(error: Exception) -> int:
    hint = "" if unexpected.debugging() else " With --debug the way to it is shown, without any value."
    print(f"error: {unexpected.sentence(error)}{hint}", file=sys.stderr)
    _show_way(error)
    return unexpected.BUG


def _show_way(error: Exception) -> None:
    if unexpected.debugging():
        print(unexpected.way(error), file=sys.stderr)


def _never_fail_to_print() -> None:
    """Write in backslashes what the locale's encoding can't say, instead of ending with a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")

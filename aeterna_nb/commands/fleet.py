"""`aeterna fleet`: many configurations in one repository, looked at and changed together."""

import difflib
import importlib
from collections.abc import Sequence

from aeterna_nb.commands.main import COMMANDS
from aeterna_nb.commands.parser import UsageError
from aeterna_nb.commands.start import commanded


def run(words: Sequence[str]) -> int:
    """Hand over to the action that is named."""
    actions = COMMANDS["fleet"].actions
    with commanded() as status:
        if words[:1] in (["-h"], ["--help"]):
            print("usage: aeterna fleet ACTION [OPTIONS]\n\nMany configurations in one repository, together.\n")
            print("actions:", ", ".join(actions), "\n\nMore about one: aeterna fleet ACTION --help")
            return status.code
        if not words or words[0] not in actions:
            near = difflib.get_close_matches(words[0], actions, n=1) if words else []
            hint = f" Did you mean `aeterna fleet {near[0]}`?" if near else ""
            raise UsageError(f"Say what to do: aeterna fleet {', '.join(actions)}.{hint}")
        status.code = importlib.import_module(f"aeterna_nb.commands.fleet_{words[0]}").run(words[1:])
    return status.code

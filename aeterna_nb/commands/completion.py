"""`aeterna completion`: the script that makes a shell complete `aeterna`.

What can follow is not written down a second time: each command's own parser is asked (`completing`).
"""

from collections.abc import Sequence

from argcomplete.shell_integration import shellcode

from aeterna_nb.commands.parser import Parser, UsageError
from aeterna_nb.commands.start import commanded

SHELLS = ("bash", "zsh", "fish", "powershell")


def run(words: Sequence[str]) -> int:
    """Print the script of a shell."""
    parser = Parser("completion", "Print the script that makes a shell complete aeterna's commands and flags.")
    shell = parser.add_argument("shell", metavar="|".join(SHELLS), nargs="?", help="the shell that will read it")
    vars(shell)["completer"] = lambda **_: SHELLS
    with commanded() as status:
        wanted = parser.read(words).shell
        if wanted not in SHELLS:
            raise UsageError(f"Say for which shell: aeterna completion {'|'.join(SHELLS)}.")
        print(shellcode(["aeterna"], shell=wanted))
    return status.code

"""The command `aeterna setup` in a process of its own, as somebody calls it who has decided everything."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from aeterna_nb.questions import by_name

AETERNA = "import sys; from aeterna_nb.commands.main import main; sys.exit(main(sys.argv[1:]))"


def write(folder: Path, answers: Mapping[str, Any]) -> None:
    """Let the wizard write into a folder, new or its own: secrets by variables, everything else by flags."""
    secret = {name: str(answers[name]) for name in answers if by_name()[name].secret}
    variables = {f"AETERNA_SETUP_{name.upper()}": value for name, value in secret.items()}
    flags = [word for name in answers if name not in secret for word in _flag(name, answers[name])]
    command = [sys.executable, "-c", AETERNA, "setup", "--non-interactive", "--output", str(folder), *flags]
    done = subprocess.run(command, env=os.environ | variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _flag(name: str, value: Any) -> Iterator[str]:
    flag = name.replace("_", "-")
    if isinstance(value, bool):
        yield f"--{flag}" if value else f"--no-{flag}"
    else:
        yield from (f"--{flag}", str(value))

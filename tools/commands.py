"""Write the references of the commands and of the files: `docs/reference/commands.md` and `files.md`.

`python -m tools.commands`
"""

import contextlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from aeterna_nb.commands.main import COMMANDS, main
from aeterna_nb.generate.files import ABOUT, SECRET_FILES

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
COMMANDS_FILE, FILES_FILE = FOLDER / "commands.md", FOLDER / "files.md"
COMMANDS_HEADER = """\
# Commands

Every command, as it says itself with `--help`. Made by `make reference`.

| exit status | means |
|---|---|
| 0 | done |
| 1 | the configuration, a probe or the system says no |
| 2 | the command line is wrong |
| 70 | a fault of the workbench, told in one line to report |
| 130 | interrupted |
"""
FILES_HEADER = """\
# Files

What is written into the folder of a configuration, and what each file is for. A set of files is written as a whole, and
what it replaces stays beside it as `NAME.1.bak` and so on (`aeterna backups`). A file with secrets can be read by its
owner alone. Made by `make reference`.

`values.own.yaml` is read, and never written: [values of your own](../how-to/deploy.md#values-of-your-own).

| file | is | holds secrets |
|---|---|---|
"""


def commands() -> str:
    """The text of the reference of the commands."""
    return "\n".join([COMMANDS_HEADER, *(line for name in COMMANDS for line in _section(name))])


def files() -> str:
    """The text of the reference of the files."""
    rows = (f"| `{name}` | {about} | {'yes' if name in SECRET_FILES else 'no'} |\n" for name, about in ABOUT.items())
    return FILES_HEADER + "".join(rows)


def _section(name: str) -> Iterator[str]:
    yield f"## aeterna {name}\n"
    yield f"{COMMANDS[name].help[:1].upper()}{COMMANDS[name].help[1:]}.\n"
    for action in COMMANDS[name].actions or ("",):
        yield f"```text\n{_help(' '.join(filter(None, (name, action))))}\n```\n"
    if name == "setup":
        yield "The flags of its questions are in [Settings](settings.md).\n"


def _help(call: str) -> str:
    """What a command prints with `--help`, 86 characters wide, as the site shows it."""
    told = io.StringIO()
    plain = {"COLUMNS": "86", "NO_COLOR": "1"}
    with patch.dict(os.environ, plain), contextlib.redirect_stdout(told), contextlib.suppress(SystemExit):
        main([*call.split(), "--help"])
    return told.getvalue().strip()


if __name__ == "__main__":
    COMMANDS_FILE.write_text(commands(), encoding="utf-8")
    FILES_FILE.write_text(files(), encoding="utf-8")

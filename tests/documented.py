"""The examples of a guide: its commands, in their order, and what they are said to print."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """Commands for a shell, and the lines that stand below them; what differs from run to run is an ellipsis."""

    commands: str
    printed: tuple[str, ...] = ()


def examples(guide: Path) -> Iterator[Example]:
    """The examples of a guide."""
    commands = ""
    for kind, text in BLOCK.findall(guide.read_text(encoding="utf-8")):
        if kind == "text":
            yield Example(commands, tuple(text.splitlines()))
            commands = ""
        else:
            if commands:
                yield Example(commands)
            commands = text
    if commands:
        yield Example(commands)


def follow(guide: Path, folder: Path, environment: Mapping[str, str]) -> int:
    """Run a guide's examples as a reader would, one after the other, in a folder; returns how many there were.

    Fails where a command fails, or does not print what stands below it, line by line and in that order.
    """
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    followed = list(examples(guide))
    for example in followed:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", example.commands],
            cwd=folder,
            env={**os.environ, **environment, "PATH": programs, "XDG_STATE_HOME": str(folder / "state")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{example.commands}\n{done.stdout}"
        rest = done.stdout
        for line in example.printed:
            found = re.search(".*?".join(map(re.escape, line.split("…"))), rest)
            assert found, f"{example.commands}\ndoes not print {line!r}, or not in this place:\n{done.stdout}"
            rest = rest[found.end() :]
    return len(followed)

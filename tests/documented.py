"""The examples of a guide: its files and commands, in their order, and what the commands are said to print.

A block with a title is a file of that name. A block `sh` is run; one `console` needs what no test has, such as a cloud.
A block `text` after commands is what they print. What a page needs besides this machine stands at its head.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"
BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```', re.MULTILINE | re.DOTALL)
NEEDS = re.compile(r"\A---\n(?:.*\n)*?needs: (\w+)\n(?:.*\n)*?---\n")


@dataclass(frozen=True)
class Example:
    """Files that are written first, by name, commands for a shell, and the lines that these print.

    What differs from run to run is an ellipsis in a line.
    """

    commands: str
    printed: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)


def guides(needs: str = "") -> list[Path]:
    """The pages with examples that need nothing but this machine, or what is named."""
    # The facts are about other programs; what the references hold was made.
    pages = [page for page in sorted(DOCS.rglob("*.md")) if page.parent.name != "facts"]
    return [page for page in pages if _needs(page) == needs and any(examples(page))]


def _needs(page: Path) -> str:
    found = NEEDS.match(page.read_text(encoding="utf-8"))
    return found[1] if found else ""


def examples(guide: Path) -> Iterator[Example]:
    """The examples of a guide."""
    commands, files = "", dict[str, str]()
    for kind, title, text in BLOCK.findall(guide.read_text(encoding="utf-8")):
        if title:
            if commands:
                yield Example(commands, (), files)
                commands, files = "", {}
            files[title] = text
        elif kind == "text" and commands:
            yield Example(commands, tuple(text.splitlines()), files)
            commands, files = "", {}
        elif kind == "sh":
            if commands:
                yield Example(commands, (), files)
                files = {}
            commands = text
    if commands or files:
        yield Example(commands, (), files)


def shown(page: str, title: str, changes: Mapping[str, str]) -> str:
    """The file of this title on a page, with other texts in the place of some of its own, which have to be there."""
    (text,) = [text for _, name, text in BLOCK.findall((DOCS / page).read_text(encoding="utf-8")) if name == title]
    for old, new in changes.items():
        assert old in text, f"{page}: {title} has no {old}"
        text = text.replace(old, new)
    return str(text)


def follow(
    guide: Path, folder: Path, environment: Mapping[str, str], before: Callable[[Example], None] = lambda _: None
) -> int:
    """Run a guide's examples as a reader would, one after the other, in a folder; returns how many there were.

    `before` is called with each of them before it is run.

    Fails where a command fails, or does not print what stands below it, line by line and in that order.
    """
    followed = list(examples(guide))
    with ending(folder):
        for example in followed:
            before(example)
            carry_out(example, folder, environment)
    return len(followed)


@contextlib.contextmanager
def ending(folder: Path) -> Iterator[None]:
    """End what a guide leaves running in a folder, which says so in a file `*.pid`."""
    try:
        yield
    finally:
        for file in folder.glob("*.pid"):
            # A guide may have ended it, and it takes its file away when it goes.
            with contextlib.suppress(ProcessLookupError, FileNotFoundError):
                os.kill(int(file.read_text()), signal.SIGTERM)


def carry_out(example: Example, folder: Path, environment: Mapping[str, str]) -> None:
    """Run one example in a folder. Fails as `follow` does."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for name, text in example.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", example.commands],
        cwd=folder,
        env={**os.environ, "PATH": programs, "XDG_STATE_HOME": str(folder / "state"), **environment},
        stdin=subprocess.DEVNULL,
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

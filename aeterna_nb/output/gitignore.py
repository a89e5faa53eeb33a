"""The `.gitignore` that keeps secret files out of git."""

import re
from collections.abc import Collection, Iterable

from pathspec import GitIgnoreSpec

GITIGNORE = ".gitignore"

_WILD = re.compile(r"[*?\[\]\\]")


def ignoring(present: bytes, secret: Collection[str], shared: Collection[str] = ()) -> bytes:
    """`present` with entries that its rules do not cover yet.

    For secret files and their backups, and for the backups of files that are not ours alone: those may hold a token.
    """
    # Latin-1 maps every byte to one character and back, whatever the encoding is.
    lines = present.decode("latin-1").splitlines()
    patterns = [
        *((f"/{_literal(name)}", name) for name in secret),
        *((f"/{_literal(name)}.*.bak", f"{name}.1.bak") for name in dict.fromkeys((*secret, *shared))),
    ]
    rules = GitIgnoreSpec.from_lines(_near(lines, [example for _, example in patterns]))
    wanted = [pattern for pattern, example in patterns if not rules.match_file(example)]
    if not wanted:
        return present
    end = b"\r\n" if b"\r\n" in present else b"\n"
    separator = b"" if not present or present.endswith(b"\n") else end
    return present + separator + b"".join(pattern.encode("utf-8") + end for pattern in wanted)


def _literal(name: str) -> str:
    return re.sub(r"([\\*?\[ ])", r"\\\1", name)


def _near(lines: Iterable[str], names: Iterable[str]) -> list[str]:
    """Those of the lines that could be about one of the files: making a rule of each takes its time.

    The last part of a rule is about the last part of a name, or a folder above it, so its letters before and behind
    the first and the last wildcard must be there.
    """
    parts = {part for name in names for part in name.split("/")}
    found = dict[str, None]()
    for line in lines:
        last = line.strip().rstrip("/").rpartition("/")[2].removeprefix("!")
        before, behind = _WILD.split(last, maxsplit=1)[0], _WILD.split(last)[-1]
        if any(part.startswith(before) and part.endswith(behind) for part in parts) and _is_rule(line):
            # Of equal rules the last one counts.
            found.pop(line, None)
            found[line] = None
    return list(found)


def _is_rule(line: str) -> bool:
    """Whether git takes a line for a rule; of one with a backslash at its end, for instance, it takes no notice."""
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True

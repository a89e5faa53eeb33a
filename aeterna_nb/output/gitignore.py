"""The `.gitignore` that keeps secret files out of git."""

import re
from collections.abc import Collection

from pathspec import GitIgnoreSpec

GITIGNORE = ".gitignore"


def ignoring(present: bytes, secret: Collection[str], shared: Collection[str] = ()) -> bytes:
    """`present` with entries that its rules do not cover yet.

    For secret files and their backups, and for the backups of files that are not ours alone: those may hold a token.
    """
    # Latin-1 maps every byte to one character and back, whatever the encoding is.
    lines = present.decode("latin-1").splitlines()
    rules = GitIgnoreSpec.from_lines(lines)
    patterns = [
        *((f"/{_literal(name)}", name) for name in secret),
        *((f"/{_literal(name)}.*.bak", f"{name}.1.bak") for name in dict.fromkeys((*secret, *shared))),
    ]
    wanted = [pattern for pattern, example in patterns if not rules.match_file(example)]
    if not wanted:
        return present
    end = b"\r\n" if b"\r\n" in present else b"\n"
    separator = b"" if not present or present.endswith(b"\n") else end
    return present + separator + b"".join(pattern.encode("utf-8") + end for pattern in wanted)


def _literal(name: str) -> str:
    return re.sub(r"([\\*?\[ ])", r"\\\1", name)

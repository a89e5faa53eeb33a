"""The `.gitignore` that keeps secret files out of git."""

from collections.abc import Sequence

from pathspec import GitIgnoreSpec

GITIGNORE = ".gitignore"


def ignoring(present: bytes, names: Sequence[str]) -> bytes:
    """`present` with entries for those of the files, and of their backups, that its rules do not cover yet."""
    # Latin-1 maps every byte to one character and back, whatever the encoding is.
    lines = present.decode("latin-1").splitlines()
    rules = GitIgnoreSpec.from_lines(lines)
    wanted = [
        pattern
        for name in names
        for pattern, example in ((f"/{name}", name), (f"/{name}.*.bak", f"{name}.1.bak"))
        if not rules.match_file(example)
    ]
    if not wanted:
        return present
    end = b"\r\n" if b"\r\n" in present else b"\n"
    separator = b"" if not present or present.endswith(b"\n") else end
    return present + separator + b"".join(pattern.encode("utf-8") + end for pattern in wanted)

"""No secret stands in any file but the one that is meant for it (design, section 4)."""

import base64
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from urllib.parse import quote

from aeterna_nb.findings import Finding
from aeterna_nb.questions import by_name

CHECK = "secrets"

Regenerate = Callable[[Mapping[str, str]], Mapping[str, str]]
"""Generates the files with other secret values, by question's name."""

# What stands for a secret while the files are made again. Long and odd enough to be in no file by chance.
_CANARY = "Q7canaryZ3vK9pW1"


def check_secrets(
    files: Mapping[str, str], secrets: Mapping[str, str], meant: Collection[str], regenerate: Regenerate
) -> list[Finding]:
    """An error for every secret that stands in a file which is not meant for secrets; its value is not repeated.

    `files` are texts by name, `secrets` values by question's name, `meant` the names of the files for secrets. A
    password such as `aeterna` stands in many files for other reasons. So where a value is found, the files are made
    again with another value in its place: only where that one turns up as well the secret itself was written.
    """
    open_files = {name: text for name, text in files.items() if name not in meant}
    findings: list[Finding] = []
    for secret, value in secrets.items():
        suspected = [name for name, text in open_files.items() if _stands_in(value, text)]
        if not suspected:
            continue
        again = regenerate({**secrets, secret: _CANARY})
        for name in suspected:
            if _stands_in(_CANARY, again.get(name, "")):
                label = by_name()[secret].label if secret in by_name() else secret
                findings.append(
                    Finding(
                        "error",
                        f"{name} would hold a secret ({label}), which belongs in {' or '.join(sorted(meant))}.",
                        question=secret if secret in by_name() else "",
                        cure="Nothing was written. This is a fault of the workbench; please report it.",
                        check=CHECK,
                    )
                )
    return findings


def _stands_in(value: str, text: str) -> bool:
    return any(form in text for form in _forms(value))


def _forms(value: str) -> Iterator[str]:
    """The value as files of different kinds write it."""
    stripped = value.strip()
    if not stripped:
        return
    yield stripped
    yield json.dumps(stripped)[1:-1]
    yield json.dumps(stripped, ensure_ascii=False)[1:-1]
    yield quote(stripped, safe="")
    yield base64.b64encode(value.encode()).decode().rstrip("=")
    lines = [line.strip() for line in stripped.splitlines()]
    if len(lines) > 1:
        # A key file may be indented; its longest line gives it away.
        yield max(lines, key=len)

"""Texts and objects without the secrets in them, for everything that is shown."""

import re
from typing import Any

from aeterna_nb.generate.files import ENV_FILE, MASK, MASKS, SECRET_FILES
from aeterna_nb.reading.confidential import line_is_confidential

_YAML_ENTRY = re.compile(r"^(?P<head>\s*(?:- )*[\w./\"-]+:)(?P<value>\s+\S.*)?$")
_ENV_ENTRY = re.compile(r"^(?P<head>[A-Za-z_]\w*=)")


def masked_file(name: str, text: str) -> str:
    """The text of a file as it may be shown: as it is, or, where it holds secrets, names and comments alone.

    A line that is not known to be harmless is masked whole.
    """
    if name not in SECRET_FILES:
        return MASKS[name](text) if name in MASKS else text
    entry = _ENV_ENTRY if name == ENV_FILE else _YAML_ENTRY
    return "\n".join(_masked_line(line, entry) for line in text.split("\n"))


def _masked_line(line: str, entry: re.Pattern[str]) -> str:
    if not line.strip() or line.lstrip().startswith("#"):
        return line
    found = entry.match(line)
    if found is None:
        return MASK
    head = found["head"]
    if entry is _YAML_ENTRY and found["value"] is None:
        return line
    return f"{head} {MASK}" if entry is _YAML_ENTRY else f"{head}{MASK}"


def guarded(present: str, wanted: str) -> str:
    """The text that is there, without the lines that are not in the wanted one and may hold a secret of somebody's."""
    ours = set(wanted.split("\n"))
    lines = present.split("\n")
    return "\n".join(MASK if line not in ours and line_is_confidential(line) else line for line in lines)


def masked_manifest(manifest: dict[str, Any]) -> dict[str, Any]:
    """The object as it may be shown: a Secret keeps its keys and loses its values."""
    if manifest.get("kind") != "Secret":
        return manifest
    hidden = {
        part: dict.fromkeys(manifest[part], MASK)
        for part in ("data", "stringData")
        if isinstance(manifest.get(part), dict)
    }
    return {**manifest, **hidden}

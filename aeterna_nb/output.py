"""What lies in an output folder and matters to the next run: files of which parts are kept, and secrets."""

from collections.abc import Mapping
from pathlib import Path

from aeterna_nb.workspace import read_text

MERGED_FILES = ("opencode.json", "opencode.jsonc")
"""Files that are the user's own and into which an entry is merged."""


def existing_files(folder: Path) -> dict[str, str]:
    """The texts of those files in the folder of which parts are kept. Raises WorkspaceError."""
    texts = {name: read_text(folder, name) for name in MERGED_FILES}
    return {name: text for name, text in texts.items() if text is not None}


def kept_secrets(folder: Path) -> Mapping[str, str]:
    """The secret values in the folder's secret files, by question's name. Raises WorkspaceError."""
    return {}

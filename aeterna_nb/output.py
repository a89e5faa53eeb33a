"""What lies in an output folder and matters to the next run: files of which parts are kept, and secrets."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from aeterna_nb.generate.files import SECRET_VALUES_FILE
from aeterna_nb.generate.helm_secret_values import secrets_in
from aeterna_nb.workspace import WorkspaceError, read_text

MERGED_FILES = ("opencode.json", "opencode.jsonc")
"""Files that are the user's own and into which an entry is merged."""


def existing_files(folder: Path) -> dict[str, str]:
    """The texts of those files in the folder of which parts are kept. Raises WorkspaceError."""
    texts = {name: read_text(folder, name) for name in MERGED_FILES}
    return {name: text for name, text in texts.items() if text is not None}


def kept_secrets(folder: Path) -> Mapping[str, str]:
    """The secret values in the folder's secret files, by question's name. Raises WorkspaceError."""
    text = read_text(folder, SECRET_VALUES_FILE)
    return {} if text is None else _helm_secrets(text)


def _helm_secrets(text: str) -> dict[str, str]:
    try:
        tree = yaml.safe_load(text)
    except yaml.YAMLError:
        # The parser's own message would quote the file, and so its secrets.
        raise WorkspaceError(f"{SECRET_VALUES_FILE} is not YAML; mend it, or move it away.") from None
    return secrets_in(tree) if isinstance(tree, dict) else {}

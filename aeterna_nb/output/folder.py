"""What lies in an output folder and matters to the next run: files of which parts are kept, and secrets."""

import os
from collections.abc import Mapping
from pathlib import Path

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.file import ANSWERS_FILE
from aeterna_nb.findings import Finding
from aeterna_nb.generate.compose.env_file import read_env
from aeterna_nb.generate.files import (
    COMPOSE_FILE,
    CONFIG_FILE,
    ENV_FILE,
    MASKS,
    MCP_FILE,
    OWN_VALUES_FILE,
    SECRET_FILES,
    SECRET_VALUES_FILE,
    VALUES_FILE,
)
from aeterna_nb.generate.helm_secret_values import read_secret_values
from aeterna_nb.generate.opencode import CONFIG_FILES
from aeterna_nb.output.recovery import finished, made_private
from aeterna_nb.output.workspace import WorkspaceError, read_text
from aeterna_nb.output.writing import SEALED_FILE, opened
from aeterna_nb.questions import by_name
from aeterna_nb.reading.bounds import Unreadable

MERGED_FILES = (*CONFIG_FILES, CONFIG_FILE, ENV_FILE, ANSWERS_FILE, OWN_VALUES_FILE)
"""Files in which something may be the user's own, and stays."""

OUR_FILES = (VALUES_FILE, SECRET_VALUES_FILE, COMPOSE_FILE, ENV_FILE, CONFIG_FILE, MCP_FILE, *CONFIG_FILES)
"""Files that are generated from the answers for one target or another."""


def tidied(folder: Path) -> list[str]:
    """What every front end does first in a folder: finishes what was interrupted there, and makes secrets private.

    Returns a sentence for each thing that was done. Raises WorkspaceError when an interrupted write can't be finished.
    """
    said = finished(folder)
    # Without answers it is not our folder, and nobody asked about somebody's .env.
    if not os.path.isfile(folder / ANSWERS_FILE):
        return said
    return [*said, *made_private(folder, sorted(SECRET_FILES), MASKS)]


def existing_files(folder: Path) -> dict[str, str]:
    """The texts of those files in the folder of which parts are kept. Raises WorkspaceError."""
    texts = {name: read_text(folder, name) for name in MERGED_FILES}
    return {name: text for name, text in texts.items() if text is not None}


def present_files(folder: Path) -> tuple[dict[str, str], list[Finding]]:
    """The texts of the files in the folder that hold something of ours; an error for each that can't be read."""
    texts: dict[str, str] = {}
    unreadable: list[Finding] = []
    for name in OUR_FILES:
        try:
            text = read_text(folder, name)
        except WorkspaceError as error:
            unreadable.append(Finding("error", str(error), check="folder"))
            continue
        if text is not None:
            texts[name] = text
    return texts, unreadable


def kept_secrets(folder: Path) -> Mapping[str, str]:
    """The secret values in the folder's secret files, by question's name. Raises WorkspaceError."""
    try:
        kept = read_env(read_text(folder, ENV_FILE) or "")
        for name, text in ((SECRET_VALUES_FILE, read_text(folder, SECRET_VALUES_FILE)), (SEALED_FILE, opened(folder))):
            kept |= read_secret_values(text or "", name)
    except Unreadable as error:
        raise WorkspaceError(str(error)) from None
    return kept


def with_kept_secrets(answers: Answers, kept: Mapping[str, str]) -> Answers:
    """The answers with those secrets that were typed before: they lie beside the answers file, not in it."""
    asked = {name: value for name, value in kept.items() if name in by_name()}
    return answers.with_texts(Origin.FILE, asked)

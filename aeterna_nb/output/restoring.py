"""A set of backups, brought back: planned like any other write, and so itself kept as a set."""

from pathlib import Path

from aeterna_nb.answers.file import ANSWERS_FILE
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.generate.files import (
    COMPOSE_FILE,
    CONFIG_FILE,
    ENV_FILE,
    MASKS,
    MCP_FILE,
    SECRET_FILES,
    SECRET_VALUES_FILE,
    VALUES_FILE,
)
from aeterna_nb.generate.opencode import CONFIG_FILES
from aeterna_nb.output.backup_sets import BackupSet, backup_sets
from aeterna_nb.output.workspace import Content, Plan, WorkspaceError, plan, read_bytes
from aeterna_nb.output.writing import SEALED_FILE

OUR_FILES = (
    ANSWERS_FILE,
    VALUES_FILE,
    SECRET_VALUES_FILE,
    SEALED_FILE,
    COMPOSE_FILE,
    ENV_FILE,
    CONFIG_FILE,
    MCP_FILE,
    *CONFIG_FILES,
)
"""The files whose backups of earlier versions are found without a record."""


def sets_in(folder: Path) -> list[BackupSet]:
    """The sets of backups in an output folder, the newest first."""
    return backup_sets(folder, OUR_FILES)


def plan_restored(folder: Path, chosen: BackupSet) -> Plan:
    """What bringing back a set would do: each of its files as it was, and none where there was none.

    Writes nothing. Raises WorkspaceError when a backup is gone, or something is in the way.
    """
    files: dict[str, Content] = {}
    for file in chosen.files:
        files[file.name] = read_bytes(folder, file.backup) if file.backup else None
        if file.backup and files[file.name] is None:
            raise WorkspaceError(
                Sentence("{file} is gone, so the set {id} can't be brought back.", file=file.backup, id=chosen.id)
            )
    return plan(folder, files, SECRET_FILES, MASKS)

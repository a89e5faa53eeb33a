"""OpenCode's own folder in somebody's home: touched only when asked for."""

import errno
import os
from collections.abc import Mapping
from pathlib import Path

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.opencode import OpenCodeOn
from aeterna_nb.generate.client import opencode_entry
from aeterna_nb.generate.files import MASKS, MCP_FILE
from aeterna_nb.generate.foreign import ForeignFileError
from aeterna_nb.generate.opencode import CONFIG_FILES, config_file, mcp_json, merged
from aeterna_nb.output.workspace import Plan, WorkspaceError, plan, read_text


def opencode_folder(environment: Mapping[str, str], home: Path) -> Path:
    """Where OpenCode keeps its configuration: below XDG_CONFIG_HOME, else below `.config` at home."""
    base = environment.get("XDG_CONFIG_HOME", "")
    # The XDG specification has relative paths ignored.
    return (Path(base) if Path(base).is_absolute() else home / ".config") / "opencode"


def plan_opencode_folder(config: SetupConfig, folder: Path) -> list[Plan]:
    """What merging the MCP entry into OpenCode's own configuration would do. Writes nothing.

    A home is where people link files into a folder that they share between machines. Such a link is followed and
    stays: there is a plan for each folder in which a file really lies. Raises WorkspaceError when the configuration has
    no entry, a link leads nowhere, or the file that is there can't be read.
    """
    if not isinstance(config.opencode, OpenCodeOn):
        raise WorkspaceError("There is nothing to install for OpenCode: the answers do without it. Use --opencode.")
    entry = opencode_entry(config, config.opencode)
    existing = {name: text for name in CONFIG_FILES if (text := _read(folder / name)) is not None}
    name = config_file(existing)
    try:
        files = {name: merged(existing.get(name), entry, name), "mcp.json": mcp_json(entry)}
    except ForeignFileError as error:
        raise WorkspaceError(str(error)) from None
    return _plans({folder / name: text for name, text in files.items()})


def _plans(files: Mapping[Path, str]) -> list[Plan]:
    really: dict[Path, Path] = {}
    folders: dict[Path, dict[str, str]] = {}
    for path, text in files.items():
        target = _real_file(path)
        if target in really:
            raise WorkspaceError(
                f"{path} and {really[target]} are the same file; put a plain file in place of the link."
            )
        really[target] = path
        folders.setdefault(target.parent, {})[target.name] = text
    return [plan(folder, texts, masks=dict.fromkeys(texts, MASKS[MCP_FILE])) for folder, texts in folders.items()]


def _read(path: Path) -> str | None:
    target = _real_file(path)
    return read_text(target.parent, target.name)


def _real_file(path: Path) -> Path:
    target = _followed(path)
    if target.is_dir():
        raise WorkspaceError(f"{path} is or leads to a folder where a file is needed; put a plain file in its place.")
    return target


def _followed(path: Path) -> Path:
    """Where a file or folder in somebody's home really lies, whether it is there yet or not."""
    try:
        return Path(os.path.realpath(path, strict=True))
    except FileNotFoundError:
        if path.is_symlink():
            raise WorkspaceError(
                f"{path} is a link to {os.readlink(path)}, which is not there; mend the link, or remove it."
            ) from None
        return _followed(path.parent) / path.name
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise WorkspaceError(
                f"{path} is a link that leads back to itself; put a plain file in its place."
            ) from None
        reason = (error.strerror or "unknown reason").lower()
        raise WorkspaceError(f"{path} can't be reached: {reason}; mend that, then try again.") from None

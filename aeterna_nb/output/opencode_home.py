"""OpenCode's own folder in somebody's home: touched only when asked for."""

from collections.abc import Mapping
from pathlib import Path

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.opencode import OpenCodeOn
from aeterna_nb.generate.client import opencode_entry
from aeterna_nb.generate.files import MASKS
from aeterna_nb.generate.opencode import OpenCodeFileError, config_file, mcp_json, merged
from aeterna_nb.output.folder import existing_files
from aeterna_nb.output.workspace import Plan, WorkspaceError, plan


def opencode_folder(environment: Mapping[str, str], home: Path) -> Path:
    """Where OpenCode keeps its configuration: below XDG_CONFIG_HOME, else below `.config` at home."""
    base = environment.get("XDG_CONFIG_HOME", "")
    # The XDG specification has relative paths ignored.
    return (Path(base) if Path(base).is_absolute() else home / ".config") / "opencode"


def plan_opencode_folder(config: SetupConfig, folder: Path) -> Plan:
    """What merging the MCP entry into OpenCode's own configuration would do. Writes nothing.

    Raises WorkspaceError when the configuration has no entry, or the file that is there can't be read.
    """
    if not isinstance(config.opencode, OpenCodeOn):
        raise WorkspaceError("There is nothing to install for OpenCode: the answers do without it. Use --opencode.")
    entry = opencode_entry(config, config.opencode)
    existing = existing_files(folder)
    name = config_file(existing)
    try:
        files = {name: merged(existing.get(name), entry, name), "mcp.json": mcp_json(entry)}
    except OpenCodeFileError as error:
        raise WorkspaceError(str(error)) from None
    return plan(folder, files, masks=MASKS)

"""What the wizard writes for clients is what the bridge takes."""

from pathlib import Path
from typing import get_args

from aeterna_nb.bridge.settings import read_settings
from aeterna_nb.bridge.toolsets import ALL, TOOLSETS
from aeterna_nb.commands.mcp import flags
from aeterna_nb.config.opencode import Toolset
from aeterna_nb.generate.client import opencode_entry
from aeterna_nb.generate.config_toml import config_toml
from tests.generate.test_config_toml import CENTRAL, LOCAL, config


def test_the_bridge_offers_the_toolsets_that_are_asked_for() -> None:
    assert set(get_args(Toolset)) == {*TOOLSETS, ALL}


def test_the_bridge_understands_the_command_of_the_entry() -> None:
    made = config(**LOCAL, opencode_toolsets=["graph", "sync"])
    assert made.opencode.enabled
    program, command, *words = opencode_entry(made, made.opencode)["command"]
    assert (program, command) == ("aeterna", "mcp")
    assert flags().read(words).toolset == ("graph", "sync")


def test_the_bridge_finds_server_and_tenant_in_the_profile(tmp_path: Path) -> None:
    made = config(target="opencode-only", **CENTRAL, opencode_tenant="acme")
    (tmp_path / ".aeterna").mkdir()
    (tmp_path / ".aeterna/config.toml").write_text(config_toml(made), encoding="utf-8")
    settings = read_settings({}, tmp_path, tmp_path / "nothing")
    assert (settings.server_url, settings.tenant_id) == ("https://central.example", "acme")

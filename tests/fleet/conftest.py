"""Small fleets, written as people have them: one folder a team."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.editing.yaml_text import yaml_text
from tests.commands.conftest import Aeterna, Ran, aeterna

__all__ = ["Aeterna", "Ran", "aeterna"]

REMOTE: Mapping[str, Any] = {
    "target": "kubernetes",
    "mode": "remote",
    "central": {"url": "https://central.example.com", "auth": {"method": "api-key"}},
}
"""The smallest that goes into a cluster: clients of a central server."""

SERVER: Mapping[str, Any] = {
    "target": "kubernetes",
    "mode": "local",
    "vector": {"backend": "qdrant"},
    "cache": {"type": "dragonfly"},
    "postgresql": {"type": "cloudnative-pg"},
    "authorization": {"enabled": False},
    "llm": {"provider": "none"},
}

Add = Callable[..., Path]


@pytest.fixture
def add(tmp_path: Path) -> Add:
    """Writes a configuration's answers, or a fleet.yaml, into a folder of the fleet."""

    def write(name: str, tree: Mapping[str, Any], *, file: str = ".aeterna/setup.yaml") -> Path:
        path = tmp_path / "fleet" / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml_text(dict(tree)))
        return path

    return write


def clustered(tree: Mapping[str, Any], namespace: str, **more: Any) -> dict[str, Any]:
    """Answers with a namespace of their own."""
    return {**tree, "cluster": {"namespace": namespace}, **more}

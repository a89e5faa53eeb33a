"""The zip of a Compose project, unpacked in an empty folder."""

from pathlib import Path

from tests.generate.compose.conftest import Judge
from tests.output.test_readme import COMPOSE, commands, unpacked


def test_compose_understands_what_was_unpacked(tmp_path: Path, judge: Judge) -> None:
    _, folder = unpacked(COMPOSE, tmp_path)
    assert commands(folder)[0] == "docker compose up --detach --wait"
    (verdict,) = judge([folder])
    assert "aeterna" in verdict["project"]["services"], verdict

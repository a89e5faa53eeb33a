"""What a change of a release leaves on this machine: nothing."""

import secrets
import tempfile
from pathlib import Path

import pytest

from aeterna_nb.chart.apart import Canceller
from aeterna_nb.chart.helm import HelmError
from aeterna_nb.chart.releases import Releases

TOKEN = secrets.token_hex()
NOBODY_THERE = f"""
apiVersion: v1
kind: Config
clusters: [{{name: here, cluster: {{server: "https://127.0.0.1:9"}}}}]
contexts: [{{name: here, context: {{cluster: here, user: me}}}}]
users: [{{name: me, user: {{token: {TOKEN}}}}}]
"""


def test_the_credentials_of_the_cluster_are_not_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with (
        Releases("aeterna", "here", NOBODY_THERE) as releases,
        pytest.raises(HelmError, match="unreachable"),
    ):
        releases.uninstall("aeterna", 10, Canceller())
    assert list(tmp_path.iterdir()) == []
    assert [path for path in Path("/tmp").glob("helm-*") if TOKEN in path.read_text()] == []

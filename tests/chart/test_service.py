"""Helm in a process beside this one gives what Helm in this process gives, and tells nobody."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from aeterna_nb.answers.secret_values import complete as make_secrets
from aeterna_nb.chart import ChartError, helm, render
from aeterna_nb.chart.remote import VARIABLE
from aeterna_nb.chart.rendering import rendered, values_without_secrets
from aeterna_nb.presets import PRESETS
from aeterna_nb.server.dashboard import helm_beside
from tests.samples import configured

SECRET = "a-canary-among-the-values"
BAD = {"no": {"such": "key"}}


@pytest.fixture
def beside(capfd: pytest.CaptureFixture[str]) -> Iterator[str]:
    """The address of a service, which says nothing of what it does."""
    with helm_beside():
        yield os.environ[VARIABLE]
    said = capfd.readouterr()
    assert SECRET not in said.out + said.err


@pytest.fixture(autouse=True)
def _no_subcharts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    """No Helm in this process from here on."""

    def refuse() -> None:
        raise AssertionError("Helm was asked for in this process")

    monkeypatch.setattr(helm, "embedded", refuse)


def test_what_the_service_renders_is_what_this_process_renders(beside: str, monkeypatch: pytest.MonkeyPatch) -> None:
    config = configured(PRESETS["production"].values)
    values = values_without_secrets(config, make_secrets(config, {}))
    there = rendered(config, values)
    monkeypatch.delenv(VARIABLE)
    assert there == rendered(config, values)


@pytest.mark.usefixtures("embedded")
def test_with_a_service_this_process_needs_no_helm(beside: str) -> None:
    assert render({"opal": {"enabled": False}}).manifests
    assert helm.read_manifests(f"a: {SECRET}\nb: 0o17\n---\nc: y\n") == [{"a": SECRET, "b": 15}, {"c": True}]


@pytest.mark.usefixtures("embedded")
def test_what_helm_refuses_is_refused_in_the_same_words(beside: str) -> None:
    with pytest.raises(ChartError, match="no"):
        render(BAD)
    with pytest.raises(helm.HelmError):
        helm.read_manifests(f"a: {SECRET}\n  b: {{")


def test_without_the_service_it_is_done_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "gone"))
    assert helm.read_manifests("a: 1\n") == [{"a": 1}]


def test_only_its_user_reaches_the_service(beside: str) -> None:
    assert stat.S_IMODE(os.stat(beside).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(Path(beside).parent).st_mode) == 0o700


def test_the_service_outlives_who_hangs_up_and_who_talks_nonsense(beside: str) -> None:
    from multiprocessing.connection import Client

    for nonsense in (b"", b"{}", b"[1]", b'{"name": "embedded", "arguments": []}', b"\xff" * 100):
        with Client(beside, "AF_UNIX") as connection:
            connection.send_bytes(nonsense)
    with Client(beside, "AF_UNIX"):
        pass
    assert helm.read_manifests("a: 1\n") == [{"a": 1}]

"""Values of one's own beside those that are written: judged, shown and deployed like them, and left as they are."""

from pathlib import Path

import pytest
import yaml

from tests.commands.conftest import Aeterna, Ran

CANARY = "canary-8a61f0"
OWN = """\
replicaCount: 3
extra:
  envFrom:
    - secretRef: {name: mine}
  hostAliases: []  # a comment
"""
FLAGS = (
    *("--target", "kubernetes", "--mode", "local", "--vector-backend", "pgvector", "--llm", "none", "--no-opal"),
    *("--cache", "external", "--redis-host", "redis.example.com"),
    *("--postgresql", "external", "--postgresql-host", "db.example.com"),
)


@pytest.fixture
def own(aeterna: Aeterna, tmp_path: Path) -> Path:
    """The file, in a folder that holds a configuration."""
    assert setup(aeterna, *FLAGS).status == 0
    file = tmp_path / "values.own.yaml"
    file.write_text(OWN)
    return file


def setup(aeterna: Aeterna, *words: str) -> Ran:
    return aeterna("setup", "--non-interactive", *words, postgresql_password=CANARY)


def test_they_are_shown_and_what_they_name_is_taken_as_there(aeterna: Aeterna, own: Path) -> None:
    assert aeterna("validate").status == 0
    manifests = [item for item in yaml.safe_load_all(aeterna("render").out) if item]
    (server,) = [item for item in manifests if (item["kind"], item["metadata"]["name"]) == ("Deployment", "aeterna")]
    assert server["spec"]["replicas"] == 3
    assert {"secretRef": {"name": "mine"}} in server["spec"]["template"]["spec"]["containers"][0]["envFrom"]


def test_they_stay_as_they_are_and_helm_is_told_of_them(aeterna: Aeterna, own: Path) -> None:
    ran = setup(aeterna, "--reconfigure", "--replicas", "2")
    assert ran.status == 0, ran.err
    assert own.read_text() == OWN
    assert "Helm gets your own values.own.yaml too, after the others: -f values.own.yaml" in ran.out
    assert "Wrote values.own.yaml" not in ran.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("extra: [\n", "values.own.yaml is not YAML that Helm can read."),
        ("extra:\n  envFrm: []\n", "values.own.yaml: extra has envFrm, which the chart does not know there."),
        ("mode: canary-mode\n", "values.own.yaml: mode must be one of local, hybrid, remote."),
    ],
)
@pytest.mark.parametrize("command", ["validate", "setup", "deploy"])
def test_wrong_ones_are_refused_by_name(aeterna: Aeterna, own: Path, command: str, text: str, said: str) -> None:
    own.write_text(text)
    before = {path: path.read_bytes() for path in own.parent.rglob("*") if path.is_file()}
    flags = ("--non-interactive", "--reconfigure", "--replicas", "2") if command == "setup" else ()
    ran = aeterna(command, *flags)
    assert ran.status == 1
    assert said in ran.out + ran.err
    assert "canary" not in ran.out + ran.err
    assert {path: path.read_bytes() for path in own.parent.rglob("*") if path.is_file()} == before


def test_a_secret_in_them_is_not_shown(aeterna: Aeterna, own: Path) -> None:
    own.write_text(f"postgresql:\n  external:\n    password:\n      value: {CANARY}2\n")
    for command in ("validate", "render", "setup"):
        ran = aeterna(command, *(("--non-interactive", "--reconfigure") if command == "setup" else ()))
        assert ran.status == 0, ran.err
        assert CANARY not in ran.out + ran.err


def test_flux_gets_them(aeterna: Aeterna, own: Path, tmp_path: Path) -> None:
    ran = aeterna("deploy", "--gitops", "flux", str(tmp_path / "flux"), "--repo", "https://git.example.com/a.git")
    assert ran.status == 0, ran.err
    values = yaml.safe_load((tmp_path / "flux" / "helmrelease.yaml").read_text())["spec"]["values"]
    assert values["replicaCount"] == 3
    assert values["extra"]["envFrom"] == [{"secretRef": {"name": "mine"}}]
    assert values["mode"] == "local"


def test_with_docker_compose_they_are_nothing_to_us(aeterna: Aeterna, tmp_path: Path) -> None:
    (tmp_path / "values.own.yaml").write_text("extra: [\n")
    ran = setup(aeterna, *FLAGS, "--target", "docker-compose")
    assert ran.status == 0, ran.err
    assert "values.own.yaml" not in ran.out + ran.err

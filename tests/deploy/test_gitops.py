"""What Argo CD and Flux are given: objects that their schemas take, a chart that renders, and no secret."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from aeterna_nb.commands.main import main
from aeterna_nb.output.folder import kept_secrets

SCHEMAS = Path(__file__).parents[3] / "shared" / "schemas"
FLAGS = {
    "target": "kubernetes",
    "mode": "local",
    "vector-backend": "pgvector",
    "cache": "external",
    "redis-host": "redis.example.com",
    "postgresql": "external",
    "postgresql-host": "db.example.com",
    "llm": "none",
}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("AETERNA_SETUP_POSTGRESQL_PASSWORD", "canary-password")
    folder = tmp_path / "fleet"
    subprocess.run(["git", "init", "--quiet", "--initial-branch", "trunk", str(folder)], check=True)
    subprocess.run(
        ["git", "-C", str(folder), "remote", "add", "origin", "git@git.example.com:team/fleet.git"], check=True
    )
    return folder


def write(folder: Path, **more: str) -> None:
    flags = [word for name, value in {**FLAGS, **more}.items() for word in (f"--{name.replace('_', '-')}", value)]
    assert main(["setup", "--non-interactive", "--no-opal", "--no-opencode", "--output", str(folder), *flags]) == 0


def valid(path: Path, schema: str) -> Any:
    tree = yaml.safe_load(path.read_text())
    if (SCHEMAS / schema).is_file():
        jsonschema.validate(tree, json.loads((SCHEMAS / schema).read_text()))
    return tree


def test_flux_gets_a_release_its_source_and_the_chart(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "a")
    folder = repository / "clusters" / "one"
    words = ["deploy", "--output", str(tmp_path / "a"), "--gitops", "flux", str(folder)]
    capsys.readouterr()
    assert main(words) == 0
    said = capsys.readouterr().out.partition("\n\n")[0].splitlines()
    assert said[:2] == ["Wrote gitrepository.yaml", "Wrote helmrelease.yaml"]
    assert re.fullmatch(r"Wrote chart \(\d+ files\)", said[2])
    source = valid(folder / "gitrepository.yaml", "source.toolkit.fluxcd.io/gitrepository_v1.json")
    assert source["spec"]["url"] == "ssh://git@git.example.com/team/fleet.git"
    assert source["spec"]["ref"] == {"branch": "trunk"}
    release = valid(folder / "helmrelease.yaml", "helm.toolkit.fluxcd.io/helmrelease_v2.json")
    assert release["spec"]["chart"]["spec"]["chart"] == "./clusters/one/chart"
    assert release["spec"]["valuesFrom"] == [{"kind": "Secret", "name": "aeterna-values", "valuesKey": "values.yaml"}]
    assert (folder / "chart" / "Chart.yaml").is_file()
    texts = "".join(path.read_text() for path in folder.rglob("*") if path.is_file())
    secrets = kept_secrets(tmp_path / "a")
    assert "canary-password" in secrets.values()
    assert not [value for value in secrets.values() if value in texts]


def test_what_was_written_before_is_kept(repository: Path, tmp_path: Path) -> None:
    write(tmp_path / "a")
    words = ["deploy", "--output", str(tmp_path / "a"), "--gitops", "flux", str(repository / "one")]
    assert main(words) == 0
    before = (repository / "one" / "helmrelease.yaml").read_text()
    write(tmp_path / "a", log_level="debug")
    assert main(words) == 0
    assert (repository / "one" / "helmrelease.yaml.1.bak").read_text() == before


def test_argo_cd_gets_an_application_where_secrets_are_only_referred_to(repository: Path, tmp_path: Path) -> None:
    write(tmp_path / "a", secret_provider="existing")
    assert main(["deploy", "--output", str(tmp_path / "a"), "--gitops", "argocd", str(repository / "one")]) == 0
    application = valid(repository / "one" / "application.yaml", "argoproj.io/application_v1alpha1.json")
    assert application["spec"]["source"]["path"] == "one/chart"
    assert application["spec"]["source"]["helm"]["valuesObject"]["secrets"]["provider"] == "existing"


def test_argo_cd_is_refused_secrets_that_it_could_not_read(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "a")
    assert main(["deploy", "--output", str(tmp_path / "a"), "--gitops", "argocd", str(repository / "one")]) == 1
    assert "--secret-provider existing" in capsys.readouterr().err
    assert not (repository / "one").exists()


@pytest.mark.parametrize(
    ("url", "says"),
    [("", "--repo URL"), ("https://me:canary@git.example.com/a.git", "holds a password")],
)
def test_a_folder_in_no_repository_or_with_a_password_in_its_address(
    url: str, says: str, repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "a")
    more = ["--repo", url] if url else []
    words = ["deploy", "--output", str(tmp_path / "a"), "--gitops", "flux", str(tmp_path / "nowhere"), *more]
    assert main(words) == 2
    error = capsys.readouterr().err
    assert says in error
    assert "canary" not in error

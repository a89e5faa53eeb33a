"""`aeterna fleet gitops`: one object for all configurations, which their schemas take, and no secret."""

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.fleet.conftest import SERVER, Add, Aeterna, clustered
from tests.subchart_servers import stand_ins

SCHEMAS = Path(__file__).parents[3] / "shared" / "schemas"
EXTERNAL = {"type": "external", "host": "db.example.com"}
REFERRING = {**SERVER, "postgresql": EXTERNAL, "secrets": {"storage": {"provider": "existing"}}}
"""Its credentials are in a Secret that exists, and so readable for Argo CD."""


@pytest.fixture(autouse=True)
def repository(tmp_path: Path) -> None:
    folder = tmp_path / "fleet"
    subprocess.run(["git", "init", "--quiet", "--initial-branch", "trunk", str(folder)], check=True)
    address = "git@git.example.com:team/fleet.git"
    subprocess.run(["git", "-C", str(folder), "remote", "add", "origin", address], check=True)
    stand_ins(tmp_path / "cache" / "aeterna" / "charts")


def written(aeterna: Aeterna, add: Add, name: str, tree: Any, **secrets: str) -> None:
    add(name, tree)
    ran = aeterna("setup", "--non-interactive", "--reconfigure", "--output", f"fleet/{name}", **secrets)
    assert ran.status == 0, ran.err


def valid(tree: Any, schema: str) -> None:
    if (SCHEMAS / schema).is_file():
        jsonschema.validate(tree, json.loads((SCHEMAS / schema).read_text()))


def test_argocd_gets_an_application_for_each(add: Add, aeterna: Aeterna, tmp_path: Path) -> None:
    add("eu", {"cluster": "eu-1"}, file="fleet.yaml")
    written(aeterna, add, "eu/one", clustered(REFERRING, "one"))
    add("eu/one", {"commonLabels": {"team": "search"}}, file="values.own.yaml")
    written(aeterna, add, "Team_2", clustered(REFERRING, "two"))
    add("compose", {**SERVER, "target": "docker-compose"})
    ran = aeterna("fleet", "gitops", "argocd", "fleet")
    assert ran.status == 0, ran.err
    folder = tmp_path / "fleet"
    found = yaml.safe_load((folder / "applicationset.yaml").read_text())["spec"]
    elements = found["generators"][0]["list"]["elements"]
    assert [(item["name"], item["cluster"], item["namespace"]) for item in elements] == [
        ("team-2", "in-cluster", "two"),
        ("eu-one", "eu-1", "one"),
    ]
    for element in elements:
        text = json.dumps(found["template"])
        for key, value in element.items():
            text = text.replace(f"{{{{.{key}}}}}", value)
        application = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", **json.loads(text)}
        valid(application, "argoproj.io/application_v1alpha1.json")
        source = application["spec"]["source"]
        assert source["repoURL"] == "ssh://git@git.example.com/team/fleet.git"
        assert source["targetRevision"] == "trunk"
        assert [(folder / source["path"] / values).resolve() for values in source["helm"]["valueFiles"]] == [
            folder / {"one": "eu/one/values.yaml", "two": "Team_2/values.yaml"}[element["namespace"]],
            folder / {"one": "eu/one/values.own.yaml", "two": "Team_2/values.yaml"}[element["namespace"]],
        ]


def test_flux_gets_a_kustomization_for_each_cluster(add: Add, aeterna: Aeterna, tmp_path: Path) -> None:
    for name in ("eu/a", "eu/b", "us/c"):
        written(aeterna, add, name, clustered(SERVER, name[-1], postgresql=EXTERNAL), postgresql_password="canary-5f1e")
    for cluster in ("eu", "us"):
        add(cluster, {"cluster": cluster}, file="fleet.yaml")
    ran = aeterna("fleet", "gitops", "flux", "fleet")
    assert ran.status == 0, ran.err
    folder = tmp_path / "fleet"
    valid(
        yaml.safe_load((folder / "flux/gitrepository.yaml").read_text()),
        "source.toolkit.fluxcd.io/gitrepository_v1.json",
    )
    assert yaml.safe_load((folder / "flux/eu.yaml").read_text())["spec"]["path"] == "./flux/eu"
    assert yaml.safe_load((folder / "flux/eu/kustomization.yaml").read_text())["resources"] == [
        "eu-a.yaml",
        "eu-b.yaml",
    ]
    release = yaml.safe_load((folder / "flux/us/us-c.yaml").read_text())
    valid(release, "helm.toolkit.fluxcd.io/helmrelease_v2.json")
    chart = release["spec"]["chart"]["spec"]
    assert all((folder / path).is_file() for path in chart["valuesFiles"])
    assert (folder / chart["chart"] / "Chart.yaml").is_file()
    assert release["spec"]["valuesFrom"][0]["name"] == "us-c-values"
    assert "kubectl --context us create secret generic us-c-values" in ran.out
    objects = "".join(path.read_text() for path in (folder / "flux").rglob("*.yaml"))
    assert "canary" not in objects + ran.out


def test_what_a_tool_cannot_deploy_is_named_and_nothing_is_written(add: Add, aeterna: Aeterna, tmp_path: Path) -> None:
    add("bare", clustered(REFERRING, "bare"))
    written(aeterna, add, "typed", clustered(SERVER, "t", postgresql=EXTERNAL), postgresql_password="canary-5f1e")
    ran = aeterna("fleet", "gitops", "argocd", "fleet")
    assert ran.status == 1
    assert "error: bare: values.yaml is missing" in ran.err
    assert "error: typed: Argo CD does not read the secrets" in ran.err
    assert not (tmp_path / "fleet" / "applicationset.yaml").exists()


def test_two_folders_of_one_name_are_refused(add: Add, aeterna: Aeterna, tmp_path: Path) -> None:
    for name in ("a-b", "a/b"):
        written(aeterna, add, name, clustered(REFERRING, "x"))
    ran = aeterna("fleet", "gitops", "argocd", "fleet")
    assert (ran.status, "a-b and a/b would both be called a-b" in ran.err) == (1, True)


def test_a_chart_without_its_subcharts_is_not_written(add: Add, aeterna: Aeterna, tmp_path: Path) -> None:
    written(aeterna, add, "a", clustered(REFERRING, "a"))
    next((tmp_path / "cache" / "aeterna" / "charts").glob("qdrant-*")).unlink()
    ran = aeterna("fleet", "gitops", "argocd", "fleet")
    assert ran.status == 1
    assert "error: a: These subcharts are not at hand" in ran.err
    assert ": qdrant-" in ran.err
    assert not (tmp_path / "fleet" / "chart").exists()


def test_values_of_the_users_own_that_could_not_be_installed_are_named(
    add: Add, aeterna: Aeterna, tmp_path: Path
) -> None:
    next((tmp_path / "cache" / "aeterna" / "charts").glob("valkey-*")).unlink()
    pgvector = {**REFERRING, "vector": {"backend": "pgvector"}, "cache": {"type": "external", "host": "r.example.com"}}
    for name, own in (("wrong", {"unknown": 1}), ("more", {"valkey": {"enabled": True}, "cache": {"type": "valkey"}})):
        written(aeterna, add, name, clustered(pgvector, name))
        add(name, own, file="values.own.yaml")
    ran = aeterna("fleet", "gitops", "argocd", "fleet")
    assert ran.status == 1
    assert "error: wrong: The chart refuses values.own.yaml" in ran.err
    assert "error: more: These subcharts are not at hand, and the chart would be without them: valkey-" in ran.err


def test_what_the_chart_of_another_version_left_goes(add: Add, aeterna: Aeterna, tmp_path: Path) -> None:
    written(aeterna, add, "a", clustered(REFERRING, "a"))
    assert aeterna("fleet", "gitops", "argocd", "fleet").status == 0
    chart = tmp_path / "fleet" / "chart"
    before = {path for path in chart.rglob("*") if path.is_file()}
    (chart / "templates" / "old.yaml").write_text("kind: ConfigMap\n")
    (chart / "charts" / "old-1.0.0.tgz").write_bytes(b"old")
    assert aeterna("fleet", "gitops", "argocd", "fleet").status == 0
    # As the chart ignores what ends so.
    assert {path for path in chart.rglob("*") if path.is_file() and path.suffix != ".bak"} == before


@pytest.mark.parametrize("cluster", ["eu 1", "EU-1", "gitrepository"])
def test_two_things_that_flux_would_read_from_one_file_are_refused(
    cluster: str, add: Add, aeterna: Aeterna, tmp_path: Path
) -> None:
    add("a", {"cluster": "eu-1"}, file="fleet.yaml")
    add("b", {"cluster": cluster}, file="fleet.yaml")
    for name in ("a", "b"):
        written(aeterna, add, name, clustered(REFERRING, name))
    ran = aeterna("fleet", "gitops", "flux", "fleet")
    assert (ran.status, "would be written for two things" in ran.err) == (1, True)
    assert not (tmp_path / "fleet" / "flux").exists()


@pytest.mark.parametrize(
    ("origin", "address"),
    [
        ("https://canary-5f1e@git.example.com/fleet.git", "https://git.example.com/fleet.git"),
        ("git@git.example.com:/srv/fleet.git", "ssh://git@git.example.com/srv/fleet.git"),
        ("/srv/fleet.git", ""),
        ("file:///srv/fleet.git", ""),
    ],
)
def test_the_address_is_one_that_a_cluster_can_read_and_holds_no_token(
    origin: str, address: str, add: Add, aeterna: Aeterna, tmp_path: Path
) -> None:
    written(aeterna, add, "a", clustered(REFERRING, "a"))
    folder = tmp_path / "fleet"
    subprocess.run(["git", "-C", str(folder), "remote", "set-url", "origin", origin], check=True)
    ran = aeterna("fleet", "gitops", "flux", "fleet")
    if address:
        assert ran.status == 0, ran.err
        assert yaml.safe_load((folder / "flux/gitrepository.yaml").read_text())["spec"]["url"] == address
    else:
        assert (ran.status, "must begin with https:// or ssh://" in ran.err) == (2, True)

"""The page's last stage: it looks, deploys, and says why it failed, by the same events as the command."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from aeterna_nb.kubernetes.connection import Cluster
from aeterna_nb.notebook.deploy_view import may_deploy
from aeterna_nb.notebook.page import Page
from tests.deploy.node import KUBECONFIG, PASSWORD, namespace
from tests.samples import answers

ENGINE = os.environ.get("AETERNA_TEST_DOCKER_HOST", "")
OUTSIDE = {
    "vector_backend": "pgvector",
    "cache": "external",
    "redis_host": "redis.example.com",
    "postgresql": "external",
    "postgresql_host": "postgresql.example.com",
    "postgresql_password": PASSWORD,
    "postgresql_tls": "disable",
    "opal": False,
    "network_policy": False,
}


def opened(folder: Path | None, **changed: object) -> Page:
    return Page(
        answers({"target": "kubernetes", "mode": "local", "llm": "none", **OUTSIDE, **changed}), folder, deploys=True
    )


def stages(page: Page) -> list[str]:
    return [stage["title"] for stage in page.rail.stages]


def test_only_what_is_for_a_cluster_has_the_stage(tmp_path: Path) -> None:
    assert stages(opened(tmp_path))[-1] == "Deploy"
    assert "Deploy" not in stages(opened(tmp_path, target="opencode-only", mode=None))


def test_a_compose_project_is_deployed_from_the_folder_that_it_stays_in(tmp_path: Path) -> None:
    assert stages(opened(tmp_path, target="docker-compose"))[-1] == "Deploy"
    assert "Deploy" not in stages(opened(None, target="docker-compose"))


def test_visitors_of_a_served_page_deploy_only_where_the_operator_allows_it() -> None:
    assert may_deploy({}, for_visitors=False)
    assert not may_deploy({}, for_visitors=True)
    assert not may_deploy({"AETERNA_ALLOW_PROBES": "1"}, for_visitors=True)
    assert may_deploy({"AETERNA_ALLOW_DEPLOY": "1"}, for_visitors=True)
    assert "Deploy" not in stages(Page(answers({"target": "kubernetes"}), None))


def test_files_are_written_before_they_are_deployed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    page = opened(tmp_path)
    page.show_stage("deploy")
    assert "Write the files first" in page.deploy.sheet.html
    assert "<code>values.yaml</code>" in page.deploy.sheet.html
    assert (page.deploy.look.disabled, page.deploy.start.disabled) == (True, True)
    page.review.write.click()
    page.show_stage("deploy")
    assert not page.deploy.look.disabled
    assert page.deploy.start.disabled


def test_where_no_cluster_is_named_the_stage_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    page = opened(tmp_path)
    page.review.write.click()
    page.show_stage("deploy")
    page.deploy.look.click()
    assert "there is no such file" in page.deploy.sheet.html
    assert page.rail.stages[-1]["state"] == "attention"


@pytest.mark.engine
def test_a_compose_project_is_looked_at_and_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not ENGINE:
        pytest.skip("AETERNA_TEST_DOCKER_HOST names no container engine")
    monkeypatch.setenv("DOCKER_HOST", ENGINE)
    monkeypatch.setenv("DOCKER_CONFIG", os.environ.get("AETERNA_TEST_DOCKER_CONFIG", ""))
    local = {"postgresql": "cloudnative-pg", "postgresql_host": None, "cache": "valkey", "redis_host": None}
    page = opened(tmp_path, target="docker-compose", **local)
    page.review.write.click()
    page.show_stage("deploy")
    page.deploy.look.click()
    assert "create Container" in page.deploy.sheet.html
    page.deploy.start.click()
    try:
        assert "is ready after" in page.deploy.sheet.html
        assert "Service aeterna" in page.deploy.sheet.html
        assert page.rail.stages[-1]["state"] == "done"
    finally:
        down = ["docker", "compose", "down", "--volumes", "--timeout", "0"]
        subprocess.run(down, cwd=tmp_path, check=True)


@pytest.mark.node
def test_a_release_is_looked_at_deployed_and_upgraded_and_says_why_an_upgrade_failed(
    cluster: Cluster, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", KUBECONFIG)
    with namespace(cluster) as where:
        page = opened(tmp_path, namespace=where, postgresql_host=database, redis_host=database, redis_port=5432)

        def deployed(change: Callable[[], None]) -> str:
            page.change(change)
            page.review.write.click()
            page.show_stage("deploy")
            page.deploy.look.click()
            looked = page.deploy.sheet.html
            assert not page.deploy.start.disabled, looked
            page.deploy.start.click()
            return looked + page.deploy.sheet.html

        first = deployed(lambda: None)
        assert "Nothing speaks against it." in first or "Good to know" in first
        assert "New: Deployment aeterna" in first
        assert "aeterna is ready" in first
        assert "Revision 1." in first
        assert "2 of 2 ready" in deployed(lambda: page.session.type_text("replicas", "2"))
        page.deploy.seconds = 15
        failing = deployed(lambda: page.session.type_text("server_version", "v0.0.0"))
        assert "cannot be pulled" in failing
        assert "Revision 2 is back" in failing
        assert page.rail.stages[-1]["state"] == "attention"
        assert PASSWORD not in first + failing

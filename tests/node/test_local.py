"""Everything on one node: tested, closed to strangers, changed, rolled back, uninstalled, and installed again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import helm_python
import pytest

from tests import wizard
from tests.node import in_a_pod
from tests.node.cluster import Cluster
from tests.node.installed import Installed, merged, released, values_in
from tests.node.scenarios import LOCAL, seen_from

pytestmark = pytest.mark.node

KEPT = {"postgresql": {"cnpg": {"keepOnUninstall": True}}, "secrets": {"keepOnUninstall": True}}
STORES = ["aeterna-pg-rw:5432", "aeterna-valkey:6379", "aeterna-qdrant:6333"]
AGENT = "aeterna-cedar-agent:8180"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("local")


@pytest.fixture(scope="module")
def answers(outside: str) -> dict[str, Any]:
    return seen_from(LOCAL, outside)


@pytest.fixture(scope="module")
def installed(cluster: Cluster, chart: Path, answers: dict[str, Any], folder: Path) -> Iterator[Installed]:
    """The release, with policies from a git repository outside."""
    wizard.write(folder, answers)
    with released(cluster, chart, folder, KEPT) as made:
        yield made


def test_it_passes_its_tests(installed: Installed) -> None:
    installed.release.test()


def test_a_stranger_reaches_the_server_alone(installed: Installed, outside: str) -> None:
    for namespace, domain in ((installed.namespace, ""), (outside, f".{installed.namespace}")):
        server, *closed = (target.replace(":", f"{domain}:") for target in ("aeterna:8080", *STORES, AGENT))
        assert installed.run(in_a_pod.reached, [server, *closed], [server], namespace=namespace) == [server]


def test_the_server_reaches_its_stores_and_not_the_world(installed: Installed, outside: str) -> None:
    world = [f"valkey.{outside}:6379", f"postgresql.{outside}:5432", "kubernetes.default:443"]
    assert installed.run(in_a_pod.reached, [*STORES, *world], STORES, component="server") == STORES


def test_a_policy_that_is_pushed_decides_at_the_agents(installed: Installed, outside: str) -> None:
    assert installed.run(in_a_pod.decided, AGENT, "alice", "Allow", component="test") == "Allow"
    forbid = 'forbid(principal == User::"alice", action, resource);\n'
    installed.cluster.put(f"/api/v1/namespaces/{outside}/pods/git:8000/proxy/forbid-alice.cedar", forbid)
    assert installed.run(in_a_pod.decided, AGENT, "alice", "Deny", component="test") == "Deny"
    assert installed.run(in_a_pod.decided, AGENT, "bob", "Allow", component="test") == "Allow"


def test_another_answer_changes_only_the_pods_that_it_is_about(
    installed: Installed, answers: dict[str, Any], folder: Path
) -> None:
    before = installed.pods()
    wizard.write(folder, {**answers, "log_level": "debug"})
    installed.release.upgrade(merged(values_in(folder), KEPT))
    changed = {component for component, pods in installed.pods().items() if pods != before.get(component)}
    assert changed - {"migration"} == {"server"}


def test_an_upgrade_that_fails_is_rolled_back(installed: Installed, folder: Path) -> None:
    before, nowhere = installed.server(), {"image": {"tag": "v0.0.0"}}
    with pytest.raises(helm_python.HelmError):
        installed.release.upgrade(merged(values_in(folder), KEPT, nowhere), seconds=15)
    assert installed.release.history()[-2:] == ["failed", "deployed"]
    assert installed.server()["spec"]["template"] == before["spec"]["template"]
    assert installed.server()["status"]["availableReplicas"] == 1


def test_kept_data_is_there_for_the_next_install(installed: Installed, folder: Path) -> None:
    installed.sql("create table kept as select 'a row' as content")
    installed.release.uninstall()
    assert installed.cluster.names(f"/apis/apps/v1/namespaces/{installed.namespace}/deployments") == set()
    installed.release.install(merged(values_in(folder), KEPT))
    assert installed.sql("select content from kept") == "a row"

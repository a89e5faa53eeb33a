"""The chart of the page for visitors on a real node, installed as its guide says: a visit, and what its pod may do."""

import base64
import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import setup_page
from tests.browser.setup_page import LOCAL
from tests.browser.test_setup_walks import by_flags, without_passwords
from tests.chart.api_server import RESTRICTED
from tests.documented import DOCS, carry_out, ending, examples
from tests.engine.project import HOST
from tests.node import in_a_pod
from tests.node.cluster import Cluster
from tests.node.installed import KUBECONFIG
from tests.node.scenarios import TOOLS
from tests.workbench_image import NODE_PROGRAM, ROOT, build, load

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(not KUBECONFIG, reason="AETERNA_TEST_REAL_KUBECONFIG names no cluster that runs containers"),
    pytest.mark.skipif(not HOST, reason="AETERNA_TEST_DOCKER_HOST names no engine, which builds the image"),
    pytest.mark.skipif(not NODE_PROGRAM.exists(), reason="the program is not there that gives images to a node"),
]

INSTALL, OPEN, NARROW, REMOVE = examples(DOCS / "how-to" / "serving-kubernetes.md")
ENVIRONMENT = {"KUBECONFIG": KUBECONFIG}
NAMESPACE, NAME = "workbench", "aeterna-workbench"
CONTROLLER = "ingress-nginx"
PAGE = f"{NAME}.{NAMESPACE}.svc.cluster.local:80"
API = "kubernetes.default.svc.cluster.local:443"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """The cluster, with namespaces that are gone in the end."""
    found = Cluster(Path(KUBECONFIG))
    with ExitStack() as stack:
        for name, labels in ((NAMESPACE, RESTRICTED), (CONTROLLER, {})):
            found.create("/api/v1/namespaces", {"metadata": {"name": name, "labels": dict(labels)}})
            stack.callback(found.remove_namespace, name)
        yield found


@pytest.fixture(scope="module")
def folder(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in which the guide is followed up to the open page."""
    load(build(), Path(KUBECONFIG))
    folder = tmp_path_factory.mktemp("here")
    (folder / "charts").symlink_to(ROOT / "charts")
    with ending(folder):
        carry_out(INSTALL, folder, ENVIRONMENT)
        carry_out(OPEN, folder, ENVIRONMENT)
        yield folder


def kubectl(*words: str) -> str:
    command = ["kubectl", "--kubeconfig", KUBECONFIG, "--namespace", NAMESPACE, *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def inside(*command: str) -> str:
    """What a command prints in the pod of the page."""
    return kubectl("exec", f"deployment/{NAME}", "--", *command)


def reached(cluster: Cluster, namespace: str, *wanted: str) -> Any:
    """What a pod of a namespace reaches of the page and the API server."""
    ended = cluster.run(namespace, TOOLS, in_a_pod.command(in_a_pod.reached, [PAGE, API], wanted))
    assert ended.succeeded, ended.printed
    return json.loads(ended.printed)


def pod(cluster: Cluster) -> Any:
    """The pod of the page."""
    labels = f"labelSelector=app.kubernetes.io/instance={NAME}"
    (found,) = cluster.items(f"/api/v1/namespaces/{NAMESPACE}/pods?{labels}")
    return found


def test_a_visitor_with_the_token_gets_from_the_first_question_to_the_files(
    folder: Path, page: Page, tmp_path: Path
) -> None:
    page.goto("http://localhost:18867/")
    page.get_by_label("Token").fill((folder / "token").read_text())
    page.get_by_role("button", name="Open the workbench").click()
    setup_page.wait_for_consequences(page)
    setup_page.walk(page, LOCAL.steps)
    files = setup_page.downloaded(page)
    assert without_passwords(files) == without_passwords(by_flags(tmp_path, *LOCAL.flags))


def test_it_runs_as_nobody_in_particular_writes_nowhere_but_in_tmp_and_has_no_account(folder: Path) -> None:
    look = """
    id -u
    for place in / /opt/aeterna /var/tmp /tmp; do touch "$place/file" 2>/dev/null && echo "$place"; done
    ls -d /var/run/secrets/kubernetes.io 2>/dev/null
    grep -h -e CapEff -e CapBnd -e NoNewPrivs /proc/self/status
    """
    assert inside("sh", "-c", look).split() == [
        *("1000", "/tmp"),
        *("CapEff:", "0" * 16, "CapBnd:", "0" * 16, "NoNewPrivs:", "1"),
    ]


def test_its_log_does_not_hold_the_token(folder: Path) -> None:
    log = kubectl("logs", f"deployment/{NAME}")
    assert "http://localhost:8866/" in log
    assert (folder / "token").read_text() not in log


def test_it_reaches_nothing_although_others_do(cluster: Cluster, folder: Path) -> None:
    assert reached(cluster, CONTROLLER, PAGE, API) == [PAGE, API]
    # The page's own pod knows no names either, so it is given addresses.
    service = cluster.get("/api/v1/namespaces/default/services/kubernetes")["spec"]["clusterIP"]
    (server,) = cluster.get("/api/v1/namespaces/default/endpoints/kubernetes")["subsets"]
    addresses = [f"{service}:443", f"{server['addresses'][0]['ip']}:{server['ports'][0]['port']}"]
    assert json.loads(inside(*in_a_pod.command(in_a_pod.reached, [API, PAGE, *addresses], []))) == []


def test_only_who_shall_come_comes_after_a_change_that_ends_no_visit(cluster: Cluster, folder: Path) -> None:
    before = pod(cluster)["metadata"]["uid"]
    carry_out(NARROW, folder, ENVIRONMENT)
    assert reached(cluster, CONTROLLER, PAGE, API) == [PAGE, API]
    assert reached(cluster, "default", API) == [API]
    assert pod(cluster)["metadata"]["uid"] == before
    assert pod(cluster)["status"]["containerStatuses"][0]["restartCount"] == 0
    token = kubectl("get", "secret", f"{NAME}-token", "--output", "jsonpath={.data.token}")
    assert base64.b64decode(token) == (folder / "token").read_bytes()


def test_it_is_taken_away_as_the_guide_says(cluster: Cluster, folder: Path) -> None:
    carry_out(REMOVE, folder, ENVIRONMENT)

"""From the address that `make run` prints to a running release, by what page and README say alone."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests import walk
from tests.browser import setup_page
from tests.browser.servers import free_port
from tests.node.cluster import Cluster
from tests.node.installed import KUBECONFIG, fetched

NAMESPACE = "aeterna"


@pytest.fixture
def nothing_left(cluster: Cluster) -> Iterator[None]:
    """The namespace that the page proposes goes again, however far somebody comes."""
    yield
    cluster.remove_namespace(NAMESPACE)


@pytest.mark.node
def test_a_new_user_gets_from_the_address_to_a_running_release(
    cluster: Cluster, nothing_left: None, tmp_path: Path
) -> None:
    if shutil.which("kubectl") is None:
        pytest.skip("not installed: kubectl")
    fetched(tmp_path / "cache")
    with walk.opened(tmp_path, {"XDG_CACHE_HOME": str(tmp_path / "cache")}) as page:
        page.get_by_role("button", name="Leave it out").click()
        setup_page.answer(page, ("Cache", "Which cache?", "Valkey"))
        unzip, *first = walk.download(page, tmp_path)
    here = {"KUBECONFIG": KUBECONFIG, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    shell = walk.shell(tmp_path, tmp_path / "home", here)
    shell.works(unzip)
    there = walk.Shell(tmp_path / "aeterna", shell.environment)
    install, forward, get, check = walk.steps((there.folder / "README.md").read_text())
    assert first == [install.command, forward.command]

    # Helm 3 installs it, since that is what stands beside; what follows has to bear that.
    assert "STATUS: deployed" in there.works(install.command)
    there.works(get.command)
    assert "terminal of its own" in forward.lead
    # The tests of the engine need the port that the command proposes.
    port = free_port()
    ready = f"http://127.0.0.1:{port}/ready"
    with there.stays(forward.command.replace(" 8080:", f" {port}:"), lambda: answers(ready)):
        assert httpx2.get(ready).is_success
        # What stands in for the server answers, and speaks no MCP.
        checked = there.run(f"AETERNA_SERVER_URL=http://127.0.0.1:{port} {check.command}")
        assert "(HTTP 404)" in checked.stderr

    # The other way that stands behind the command goes on with what Helm 3 made, and takes it away.
    assert "`aeterna deploy`" in install.note
    assert "Done: aeterna, revision 2" in there.works("aeterna deploy --yes")
    assert "Done: aeterna, revision 3" in there.works("aeterna rollback --yes 1")
    assert "revision 4" in there.works("aeterna deploy --yes")
    assert "Done: aeterna" in there.works("aeterna uninstall --yes --delete-data")


def answers(address: str) -> bool:
    """Whether something answers there."""
    try:
        return httpx2.get(address).is_success
    except httpx2.TransportError:
        return False

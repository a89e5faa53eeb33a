r"""The chart on a real API server, in a namespace that enforces Pod Security "restricted".

With AETERNA_TEST_SUBCHARTS it is the exported chart with the real subcharts, else the chart's own templates on a
cluster that knows the custom resources. A cluster takes each operator once, so with them this runs in one process:

    ../shared/cluster/cluster up DIR
    ../shared/cluster/cluster crds DIR autoscaling.k8s.io cert-manager.io external-secrets.io \
        gateway.networking.k8s.io monitoring.coreos.com
    AETERNA_TEST_KUBECONFIG=DIR/kubeconfig AETERNA_TEST_SUBCHARTS=ARCHIVES .venv/bin/pytest -m cluster tests/chart
"""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.answers.secret_values import complete
from aeterna_nb.evaluate import evaluate
from aeterna_nb.generate.files import SECRET_VALUES_FILE, VALUES_FILE, generate_files
from aeterna_nb.presets import PRESETS
from tests.chart import choices
from tests.chart.api_server import DEFINITIONS, WAITING, ApiServer, HelmFailed, Release
from tests.chart.conftest import INSTALLED_ARCHIVES, with_api_server, with_real_subcharts
from tests.chart.test_operations import EVERYTHING
from tests.product import COMMON, SPACE, Choice, every_pair, every_value
from tests.samples import LOCAL, answers

pytestmark = [pytest.mark.cluster, with_api_server]

LARGEST_RECORD = 100_000
"""Bytes that Helm may keep of a release; Kubernetes refuses a Secret of more than 1 MiB."""
Record = Callable[[str, object], None]
MODES: dict[str, dict[str, Any]] = {
    "local": {"knowledge": {"persistence": {"enabled": True}}},
    "hybrid": choices.merged(
        choices.MODES["hybrid"], choices.VECTORS["pgvector"], choices.DATABASES["external"], choices.LLMS["openai"]
    ),
    "remote": choices.REMOTE,
}
NO_OPERATORS: dict[str, Any] = {"cnpg": {"enabled": False}, "dragonfly": {"enabled": False}}
"""For a cluster where they run already."""
LANDING = dict(every_value("kubernetes"))
EVERY_PAIR = {name: choice for name, choice in every_pair() if name.startswith("kubernetes") and name not in LANDING}


@pytest.fixture
def record(server: ApiServer, namespace: str, record_property: Record) -> Iterator[None]:
    """Afterwards no release of the namespace has left too large a record; `--junitxml` tells its size."""
    yield
    for size in server.record_sizes(namespace):
        record_property("bytes of Helm's record", size)
        assert size < LARGEST_RECORD


@pytest.mark.parametrize(("mode", "values"), MODES.items(), ids=MODES)
def test_each_mode_installs_upgrades_tests_and_leaves_only_what_is_to_stay(
    mode: str, values: dict[str, Any], namespace: str, server: ApiServer, installable: Path
) -> None:
    before, release = server.objects(namespace), Release("demo", namespace)
    release.install(installable, values)
    secrets, volumes = server.secrets(namespace), server.volumes(namespace)

    release.upgrade(installable, choices.merged(values, {"logging": {"level": "debug"}}))
    assert server.secrets(namespace) == secrets
    assert server.volumes(namespace) == volumes

    release.test()
    release.uninstall()
    of_qdrant = {("PersistentVolumeClaim", "qdrant-storage-demo-qdrant-0")}
    assert server.objects(namespace) - before == (of_qdrant if mode == "local" and INSTALLED_ARCHIVES else set())


@with_real_subcharts
@pytest.mark.usefixtures("empty_cluster")
def test_one_install_brings_up_everything_on_an_empty_cluster(
    namespace: str, server: ApiServer, installable: Path
) -> None:
    if {name for name in server.names(DEFINITIONS) if name.endswith(("cnpg.io", "dragonflydb.io"))}:
        pytest.skip("the cluster knows the operators' definitions already")
    Release("aeterna", namespace).install(installable, {})
    assert ("Cluster", "aeterna-pg") in server.objects(namespace)


@pytest.mark.usefixtures("empty_cluster", "record")
@pytest.mark.parametrize("name", PRESETS)
def test_each_values_file_installs(name: str, namespace: str, server: ApiServer, installable: Path) -> None:
    Release("aeterna", namespace).install(installable, choices.values_file(name))
    deployments = server.names(f"/apis/apps/v1/namespaces/{namespace}/deployments")
    assert ("aeterna" in deployments) == (name != "remote")


@cache
def _secrets() -> dict[str, str]:
    """Made once: a new key pair for each configuration would take most of the time."""
    return {**evaluate(answers(COMMON, **LOCAL)).secrets, "weaviate_api_key": "a1", "mongodb_password": "a2"}


def written(choice: Choice, folder: Path) -> Iterator[str]:
    """What the workbench writes for these answers, as arguments of Helm."""
    given = answers(choice)
    config, findings = given.config()
    assert config is not None, findings
    files = generate_files(config, given.decided(), complete(config, _secrets()), {})
    for name in (VALUES_FILE, SECRET_VALUES_FILE):
        (folder / name).write_text(files[name])
        yield from ("--values", str(folder / name))


def test_the_installed_choices_hold_every_value_and_every_sign_in_at_a_central_server() -> None:
    for options in SPACE.values():
        for choice in options.values():
            assert [name for name, held in LANDING.items() if choice.items() <= held.items()], choice
    assert {held["central_auth"] for held in LANDING.values() if held["mode"] == "hybrid"} == set(SPACE["central"])


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("choice", LANDING.values(), ids=LANDING)
def test_every_choice_installs(choice: Choice, namespace: str, installable: Path, tmp_path: Path) -> None:
    Release("aeterna", namespace).install(installable, {}, *WAITING, *written(choice, tmp_path))


@pytest.mark.whole_product
@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("choice", EVERY_PAIR.values(), ids=EVERY_PAIR)
def test_every_pair_of_choices_installs_and_passes_its_tests(
    choice: Choice, namespace: str, installable: Path, tmp_path: Path
) -> None:
    release = Release("aeterna", namespace)
    release.install(installable, {}, *WAITING, *written(choice, tmp_path))
    release.test()


@pytest.mark.usefixtures("record")
def test_all_operations_and_backups_install(namespace: str, installable: Path) -> None:
    backup = {"backup": {"enabled": True, "s3": {"bucket": "b"}, "verification": {"enabled": True}}}
    for name, database in choices.DATABASES.items():
        host = {"ingress": {"host": f"{name}.example.com"}, "httpRoute": {"hostnames": [f"{name}.example.com"]}}
        operators = {} if name == "cnpg" else NO_OPERATORS
        values = choices.merged(EVERYTHING, database, backup, host, operators)
        Release(name, namespace).install(installable, values, "--timeout", "2m")


def test_the_database_outlives_the_release_when_asked_to(namespace: str, server: ApiServer, installable: Path) -> None:
    release = Release("demo", namespace)
    release.install(installable, {"postgresql": {"cnpg": {"keepOnUninstall": True}}}, "--timeout", "2m")
    release.uninstall()
    assert server.names(f"/apis/postgresql.cnpg.io/v1/namespaces/{namespace}/clusters") == {"demo-aeterna-pg"}


def test_an_install_under_the_same_name_finds_what_was_kept(
    namespace: str, server: ApiServer, installable: Path
) -> None:
    values = {
        "postgresql": {"cnpg": {"keepOnUninstall": True}},
        "cache": {"dragonfly": {"keepOnUninstall": True}},
        "knowledge": {"persistence": {"enabled": True, "keepOnUninstall": True}},
        "secrets": {"keepOnUninstall": True},
    }

    def kept() -> dict[str, Any]:
        places = (
            f"/apis/postgresql.cnpg.io/v1/namespaces/{namespace}/clusters/demo-aeterna-pg",
            f"/apis/dragonflydb.io/v1alpha1/namespaces/{namespace}/dragonflies/demo-aeterna-dragonfly",
            f"/api/v1/namespaces/{namespace}/persistentvolumeclaims/demo-aeterna",
        )
        return server.secrets(namespace) | {place: server.get(place)["metadata"]["uid"] for place in places}

    release = Release("demo", namespace)
    release.install(installable, values, "--timeout", "2m")
    before = kept()
    assert {"demo-aeterna", "demo-aeterna-opal"} <= before.keys()
    release.uninstall()
    assert kept() == before
    release.install(installable, values, "--timeout", "2m")
    assert kept() == before


def test_two_releases_live_side_by_side(namespace: str, server: ApiServer, installable: Path) -> None:
    releases = [Release("aeterna", namespace), Release("demo", namespace)]
    for release, values in zip(releases, ({}, NO_OPERATORS), strict=True):
        release.install(installable, values)
    for release in releases:
        release.test()
    assert server.names(f"/apis/apps/v1/namespaces/{namespace}/deployments") >= {"aeterna", "demo-aeterna"}


def test_the_longest_name_installs_and_again_in_another_namespace(
    namespace: str, another_namespace: str, installable: Path
) -> None:
    name = "r" * 53
    releases = [Release(name, namespace), Release(name, another_namespace)]
    for release, values in zip(releases, ({}, NO_OPERATORS), strict=True):
        release.install(installable, values)
    for release in releases:
        release.test()


FAILING: dict[str, Any] = {"migration": {"podAnnotations": {"aeterna.test/fail": "true"}, "backoffLimit": 0}}


def test_a_migration_that_fails_fails_the_installation(namespace: str, server: ApiServer, installable: Path) -> None:
    release = Release("demo", namespace)
    with pytest.raises(HelmFailed, match="INSTALLATION FAILED"):
        release.install(installable, FAILING, "--wait", "--wait-for-jobs", "--timeout", "15s")
    (job,) = server.items(f"/apis/batch/v1/namespaces/{namespace}/jobs")
    assert "Failed" in [item["type"] for item in job["status"].get("conditions", [])]
    # Helm prints no notes when an installation fails, and keeps them.
    selector = "app.kubernetes.io/instance=demo,app.kubernetes.io/component=migration"
    assert f"logs --all-containers --selector {selector}" in release.run("get", "notes", "demo")


@pytest.mark.whole_product
def test_helm_names_the_job_that_failed_when_it_has_the_time(namespace: str, installable: Path) -> None:
    with pytest.raises(HelmFailed, match=rf"job is failed: {namespace}/demo-aeterna-migrate-"):
        Release("demo", namespace).install(installable, FAILING)

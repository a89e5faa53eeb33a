"""What a status says of the server's version: of what runs, and not only of what was meant to."""

import pytest

from aeterna_nb.chart.helm import Release
from aeterna_nb.engine.project import ServiceState
from aeterna_nb.kubernetes.release import ReleaseState
from aeterna_nb.probes.status import ClusterStatus, ProjectStatus, Status
from aeterna_nb.probes.status_rows import cluster_rows, project_rows, verdict

RELEASE = Release("aeterna", "here", 3, "deployed", "aeterna-0.1.0", "v0.8.0", "today")


@pytest.mark.parametrize(
    ("servers", "says"),
    [
        (("v0.8.0",), "aeterna-0.1.0, server v0.8.0."),
        (("v0.9.0",), "aeterna-0.1.0, made for server v0.8.0; runs v0.9.0."),
        (("v0.8.0", "v0.9.0"), "made for server v0.8.0; runs v0.8.0 and v0.9.0."),
        ((), "made for server v0.8.0; none runs."),
    ],
)
def test_the_server_that_runs_is_told_apart_from_the_one_that_the_chart_is_made_for(
    servers: tuple[str, ...], says: str
) -> None:
    (row,) = cluster_rows(ClusterStatus("aeterna", "here", state=ReleaseState(RELEASE, servers=servers)))
    assert row.words.endswith(says)


def test_a_container_of_another_image_than_the_files_name_is_told_with_both() -> None:
    service = ServiceState("aeterna", "ready", image="ghcr.io/a:1")
    same, other = (
        next(project_rows(ProjectStatus([service], images={"aeterna": image}))).words
        for image in ("ghcr.io/a:1", "ghcr.io/a:2")
    )
    assert same == "ghcr.io/a:1"
    assert other == "It runs ghcr.io/a:1, and the files name ghcr.io/a:2: aeterna deploy"


def test_a_cluster_that_does_not_answer_is_the_reason_in_the_verdict() -> None:
    away = ClusterStatus("aeterna", "here", missing="The cluster at x cannot be reached: nothing answers.", failed=True)
    assert verdict(Status([], away)) == f"Not healthy: the release aeterna. {away.missing}"

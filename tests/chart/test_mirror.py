"""Images from a mirror, with a pull Secret: nothing of the chart's own comes from anywhere else."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.chart import choices
from tests.chart.conftest import Render, one, pods
from tests.chart.test_every_value import BASES

MIRROR = "mirror.example.com:5000/all"
MIRRORED: dict[str, Any] = {"global": {"imageRegistry": MIRROR, "imagePullSecrets": ["pull"]}}


def images(part: Any) -> Iterator[str]:
    """What stands under `image` or `imageName` anywhere."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key in ("image", "imageName") and isinstance(value, str):
                yield value
            yield from images(value)
    elif isinstance(part, list):
        for item in part:
            yield from images(item)


@pytest.mark.parametrize("number", range(len(BASES)))
def test_every_image_comes_from_the_mirror_and_every_pod_has_the_pull_secret(number: int, render: Render) -> None:
    manifests = render(choices.merged(BASES[number], MIRRORED))
    found = [image for item in manifests for image in images(item)]
    assert found
    assert [image for image in found if not image.startswith(f"{MIRROR}/")] == []
    wanted = [{"name": "pull"}]
    assert [name for name, spec in pods(manifests) if spec.get("imagePullSecrets") != wanted] == []
    custom = [item for item in manifests if item["kind"] in ("Cluster", "Dragonfly", "PerconaServerMongoDB")]
    assert [item["kind"] for item in custom if item["spec"].get("imagePullSecrets") != wanted] == []
    poolers = [item["spec"]["template"]["spec"] for item in manifests if item["kind"] == "Pooler"]
    assert all(spec["containers"][0]["image"] and spec["imagePullSecrets"] == wanted for spec in poolers)


def test_the_mirror_takes_the_place_of_the_registry_and_of_nothing_else(render: Render) -> None:
    def name(given: str) -> str:
        found: str = one(
            render(choices.merged(choices.KEY, MIRRORED, {"postgresql": {"cnpg": {"imageName": given}}})), "Cluster"
        )["spec"]["imageName"]
        return found

    assert name("ghcr.io/cloudnative-pg/postgresql:17.11") == f"{MIRROR}/cloudnative-pg/postgresql:17.11"
    assert name("cloudnative-pg/postgresql:17.11") == f"{MIRROR}/cloudnative-pg/postgresql:17.11"
    assert name("localhost:5000/postgresql@sha256:1") == f"{MIRROR}/postgresql@sha256:1"

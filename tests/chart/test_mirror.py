"""Images from a mirror, with a pull Secret: nothing of the chart's own comes from anywhere else."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from aeterna_nb import chart
from tests.chart import choices
from tests.chart.conftest import Manifest, Render, one, pods, with_real_subcharts
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


README = chart.chart_folder() / "README.md"
WITH_SUBCHARTS: dict[str, dict[str, Any]] = {
    **{name: choices.VECTORS[name] for name in ("qdrant", "weaviate", "mongodb")},
    "valkey": choices.CACHES["valkey"],
}


def account(manifests: list[Manifest], name: str) -> Manifest:
    return one(manifests, "ServiceAccount", name)


@with_real_subcharts
@pytest.mark.parametrize("parts", WITH_SUBCHARTS.values(), ids=WITH_SUBCHARTS)
def test_what_the_readme_says_of_a_mirror_reaches_every_subchart(parts: dict[str, Any], subcharts: Path) -> None:
    text = README.read_text().split("## Images from a mirror", 1)[1]
    (given,) = re.findall(r"```yaml\n(.*?)```", text.split("\n## ", 1)[0], re.DOTALL)
    manifests = chart.render(choices.merged(choices.KEY, parts, yaml.safe_load(given)), archives=subcharts).manifests
    found = [image for item in manifests for image in images(item)]
    assert len(found) > 5
    assert [image for image in found if not image.startswith("mirror.example.com/")] == []
    wanted = [{"name": "pull"}]
    for name, spec in pods(manifests):
        holder = spec if "imagePullSecrets" in spec else account(manifests, spec["serviceAccountName"])
        assert holder.get("imagePullSecrets") == wanted, name

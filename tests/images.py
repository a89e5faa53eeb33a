"""The container images that the tests of real containers need: `python -m tests.images` prints them, one a line."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from aeterna_nb import chart
from aeterna_nb.evaluate import evaluate
from aeterna_nb.generate.compose import docker_compose
from tests.engine.scenarios import every_pair
from tests.node.installed import archives, values_of
from tests.node.scenarios import SCENARIOS, TOOLS
from tests.outside import POSTGRESQL, VALKEY
from tests.samples import answers, configured


def images() -> set[str]:
    """The names of all images, as the files have them that the scenarios lead to."""
    found = {POSTGRESQL.image, VALKEY.image, TOOLS}
    for project in every_pair().values():
        found |= set(_named(yaml.safe_load(docker_compose(configured(project)))))
    with tempfile.TemporaryDirectory() as folder:
        charts = archives(Path(folder))
        for scenario in SCENARIOS.values():
            files = evaluate(answers(scenario)).files
            found |= set(_named(chart.render(values_of(files), archives=charts).manifests))
    return found


def _named(tree: Any) -> Iterator[str]:
    match tree:
        case dict():
            for key, value in tree.items():
                if key in ("image", "imageName") and isinstance(value, str):
                    yield value
                else:
                    yield from _named(value)
        case list():
            for item in tree:
                yield from _named(item)


if __name__ == "__main__":
    print("\n".join(sorted(images())))

"""The custom resource definitions that the operators' subcharts bring."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from aeterna_nb.chart import Dependency, dependencies, helm
from aeterna_nb.chart.helm import Target

OPERATORS = ("cloudnative-pg", "dragonfly-operator", "psmdb-operator")
"""The subcharts that bring definitions."""

_IN_TEMPLATES = {"crds": {"create": True, "install": True}}
"""Values under which templates render definitions where they keep them (docs/facts/subcharts.md#definitions)."""


def operators() -> tuple[Dependency, ...]:
    """The pinned subcharts that bring definitions."""
    return tuple(dependency for dependency in dependencies() if dependency.name in OPERATORS)


def definitions_text(archive: bytes) -> str:
    """The definitions in a packed operator chart as YAML documents, wherever the chart keeps them."""
    bundled = helm.bundled_definitions(archive)
    if bundled:
        return "".join(f"---\n{text.strip()}\n" for text in bundled.values())
    rendered = helm.render(archive, _IN_TEMPLATES, Target())
    texts = [text for path, text in sorted(rendered.items()) if "crd" in path.lower()]
    return "".join(f"---\n{text.strip()}\n" for text in texts)


def operator_archives(folder: Path) -> tuple[Path, ...]:
    """The archives of operator charts that lie in the folder."""
    return tuple(path for item in operators() if (path := folder / item.archive).is_file())


@lru_cache(maxsize=4)
def definitions(archives: tuple[Path, ...]) -> tuple[dict[str, Any], ...]:
    """The definitions in these archives of operator charts."""
    return tuple(item for archive in archives for item in helm.read_manifests(definitions_text(archive.read_bytes())))

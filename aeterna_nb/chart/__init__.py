"""The bundled chart: where it is, what it lacks, and what it renders to."""

import io
import json
import os
import re
import shlex
import tarfile
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import yaml

from aeterna_nb.chart import helm
from aeterna_nb.chart.helm import Target
from aeterna_nb.chart.subcharts import installed_files
from aeterna_nb.generate.helm_values import merge

Engine = Literal["embedded", "program"]

_PACKAGED = Path(__file__).parent.parent / "_data" / "chart"
_CHECKOUT = Path(__file__).parent.parent.parent / "charts" / "aeterna"
_PACKING = threading.Lock()
_PROBLEM = re.compile(r"^\s+- (.+)$", re.MULTILINE)
_BROKEN_RULES = "These values cannot work:"


class ChartError(Exception):
    """The chart does not render with these values. `problems` are sentences, one for each thing that is wrong."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Dependency:
    """A subchart as Chart.yaml pins it."""

    name: str
    alias: str
    version: str
    repository: str
    condition: str

    @property
    def archive(self) -> str:
        """Name of its archive."""
        return f"{self.name}-{self.version}.tgz"


@dataclass(frozen=True, slots=True)
class Rendered:
    """What the chart renders to.

    `files` is template path to text, `manifests` the objects in them in the same order, `notes` what Helm prints after
    an install, and `missing` the subcharts that these values turn on and whose archives are not there, each with the
    values that it gets: their objects are not among the manifests. Renders of the same text share its objects, which
    nobody changes.
    """

    files: dict[str, str]
    manifests: list[dict[str, Any]]
    notes: str
    missing: Mapping[Dependency, Mapping[str, Any]]


@dataclass(frozen=True)
class _Packed:
    """The chart with the subcharts that are at hand, as an archive, and as a folder for who needs one."""

    archive: bytes
    missing: tuple[Dependency, ...]

    @property
    def path(self) -> Path:
        with _PACKING:
            return Path(self._folder.name) / "aeterna"

    @cached_property
    def _folder(self) -> tempfile.TemporaryDirectory[str]:
        folder = tempfile.TemporaryDirectory(prefix="aeterna-chart-")
        with tarfile.open(fileobj=io.BytesIO(self.archive)) as archive:
            archive.extractall(folder.name, filter="data")
        return folder


def chart_folder() -> Path:
    """Return the folder of the bundled chart: in the installed package, or in the checkout."""
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


def installable_folder(archives: Path | None = None) -> Path:
    """Return a folder of the chart that Helm takes: with the subcharts at hand, and without those that are missing.

    It lives as long as the process.
    """
    return _packed(_present(archives or archives_folder())).path


def archives_folder() -> Path:
    """Return the folder where `aeterna chart deps` keeps subcharts: `aeterna/charts` in the user's cache (XDG)."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(cache) if cache else Path.home() / ".cache") / "aeterna" / "charts"


def metadata() -> dict[str, Any]:
    """Return the bundled Chart.yaml."""
    loaded: dict[str, Any] = yaml.safe_load((chart_folder() / "Chart.yaml").read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=1)
def dependencies() -> tuple[Dependency, ...]:
    """Return the pinned subcharts, in Chart.yaml's order."""
    return tuple(
        Dependency(
            name=item["name"],
            alias=item.get("alias", item["name"]),
            version=item["version"],
            repository=item["repository"],
            condition=item["condition"],
        )
        for item in metadata()["dependencies"]
    )


def render(
    values: dict[str, Any], target: Target | None = None, *, engine: Engine = "embedded", archives: Path | None = None
) -> Rendered:
    """Render the chart with these values, gated by what an install would refuse.

    `archives` is the folder of subchart archives, the user's cache when not given. Raises ChartError with every broken
    rule, and HelmMissing where the engine is not on this machine.
    """
    target = target or Target()
    packed = _packed(_present(archives or archives_folder()))
    with _in_sentences():
        files = _rendered(packed, values, target, engine)
        notes = files.pop("aeterna/templates/NOTES.txt", "")
        files = _texts(files)
        try:
            manifests = [item for text in files.values() for item in _objects(text)]
        except helm.HelmError:
            if engine == "embedded":
                helm.gate(packed.archive, values, target)  # Refuses it as well, and names the template.
            raise
        if engine == "embedded":
            _gate(packed.archive, target.kube_version)
    return Rendered(files, manifests, notes, _with_values(_turned_on(packed.missing, values), values))


def templates(values: dict[str, Any], target: Target, *, engine: Engine = "embedded") -> dict[str, str]:
    """Return template path to text, without asking whether an install would take it.

    Raises as `render` does.
    """
    packed = _packed(_present(archives_folder()))
    with _in_sentences():
        return _texts(_rendered(packed, values, target, engine))


def _rendered(packed: _Packed, values: dict[str, Any], target: Target, engine: Engine) -> dict[str, str]:
    if engine == "program":
        return helm.render_with_program(helm.find_program(), packed.path, values, target)
    return helm.render(packed.archive, values, target)


@lru_cache(maxsize=256)
def _objects(text: str) -> tuple[dict[str, Any], ...]:
    # One answer changes few of the templates; the objects of the others are those of the render before.
    objects = tuple(helm.read_manifests(text))
    if not all(map(_sorts, objects)):
        raise helm.HelmError("A manifest's apiVersion, kind, name or annotations are a list or a mapping of their own.")
    return objects


def _sorts(item: dict[str, Any]) -> bool:
    """Whether an install can put an object in its place: Helm reads so much of it, and makes texts of numbers."""
    metadata = item.get("metadata") or {}
    annotations = isinstance(metadata, dict) and (metadata.get("annotations") or {})
    if not isinstance(annotations, dict):
        return False
    texts = (item.get("apiVersion"), item.get("kind"), metadata.get("name"), *annotations.values())
    return not any(isinstance(text, dict | list) for text in texts)


@lru_cache(maxsize=16)
def _gate(archive: bytes, kube_version: str) -> None:
    """Ask once what an install refuses whatever the values: the Kubernetes version, a dependency that is missing.

    What else it refuses is seen without it: rules and the schema by rendering, output that is no YAML by reading it,
    and the name of a release by `config.types`.
    """
    helm.gate(archive, {}, Target(kube_version=kube_version))


@contextmanager
def _in_sentences() -> Iterator[None]:
    try:
        yield
    except helm.HelmMissing:
        raise
    except helm.HelmError as error:
        raise ChartError(_problems(str(error))) from None


def _texts(files: dict[str, str]) -> dict[str, str]:
    # The program ends each document with a line break, which counts where a block of text ends a document.
    return {
        path: text.strip("\n") + "\n"
        for path, text in sorted(files.items())
        if text.strip() and not path.endswith(".txt")
    }


def missing_subcharts(values: dict[str, Any], archives: Path | None = None) -> tuple[Dependency, ...]:
    """Return the subcharts that these values turn on and whose archives are not there."""
    return _turned_on(_packed(_present(archives or archives_folder())).missing, values)


def lint(values: dict[str, Any], target: Target | None = None, *, archives: Path | None = None) -> list[str]:
    """Return what strict linting finds; empty when it is clean. It does not see broken rules: rendering does."""
    return helm.lint(installable_folder(archives), values, target or Target())


def template_command(chart: str, target: Target, values_files: tuple[str, ...]) -> str:
    """Return the command line of `helm template` that renders the same, ready for a shell."""
    return shlex.join(["helm", *helm.template_arguments(chart, target, values_files)])


def _problems(text: str) -> tuple[str, ...]:
    """Split Helm's error into sentences: the chart's broken rules, or the schema's, or the whole text."""
    if _BROKEN_RULES in text:
        return tuple(_PROBLEM.findall(text.split(_BROKEN_RULES, 1)[1]))
    if "values don't meet the specifications of the schema" in text:
        return tuple(_PROBLEM.findall("\n" + text.replace("\n- ", "\n  - "))) or (text,)
    return (text,)


def _turned_on(missing: tuple[Dependency, ...], values: dict[str, Any]) -> tuple[Dependency, ...]:
    defaults = _default_values()
    return tuple(item for item in missing if _at(values, item.condition, _at(defaults, item.condition, False)))


def _with_values(subcharts: tuple[Dependency, ...], values: dict[str, Any]) -> dict[Dependency, dict[str, Any]]:
    """Each subchart with its part of the values, laid over that of this chart's defaults."""
    defaults = _default_values()
    found = {item: deepcopy(defaults.get(item.alias) or {}) for item in subcharts}
    for item, own in found.items():
        merge(own, values.get(item.alias) or {})
    return found


def _at(values: dict[str, Any], path: str, default: Any) -> Any:
    section, key = path.split(".")
    found = (values.get(section) or {}).get(key)
    return default if found is None else found


@lru_cache(maxsize=1)
def _default_values() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((chart_folder() / "values.yaml").read_text(encoding="utf-8"))
    return loaded


def _present(archives: Path) -> tuple[Path, ...]:
    return tuple(path for item in dependencies() if (path := archives / item.archive).is_file())


def _packed(archives: tuple[Path, ...]) -> _Packed:
    """Pack the chart with these archives; the other dependencies are cut, since Helm refuses missing ones."""
    with _PACKING:  # Of two that are made at once, one would be forgotten, and its folder go while somebody reads it.
        return _made(archives)


@lru_cache(maxsize=4)
def _made(archives: tuple[Path, ...]) -> _Packed:
    names = {path.name for path in archives}
    missing = tuple(item for item in dependencies() if item.archive not in names)
    kept = {item.archive for item in missing}
    about = metadata()
    about["dependencies"] = [
        item for item in about["dependencies"] if f"{item['name']}-{item['version']}.tgz" not in kept
    ]
    source = chart_folder()
    contents = {
        PurePosixPath(path.relative_to(source).as_posix()): path.read_bytes()
        for path in sorted(source.rglob("*"))
        if path.is_file() and _belongs(path.relative_to(source))
    }
    contents[PurePosixPath("Chart.yaml")] = json.dumps(about).encode()
    folders = {item.archive: PurePosixPath("charts", item.name) for item in dependencies()}
    for packed in archives:
        # As an export has them, so that what is shown is what is installed.
        files = installed_files(packed.read_bytes())
        contents |= {folders[packed.name] / path: data for path, data in files.items()}
    buffer = io.BytesIO()
    # Helm takes nothing but gzip. It unpacks the archive for each render, and what was not compressed costs less.
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=0) as archive:
        for path, data in contents.items():
            entry = tarfile.TarInfo(f"aeterna/{path}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return _Packed(buffer.getvalue(), missing)


def _belongs(path: Path) -> bool:
    """Whether a file is part of the installed chart: archives, examples and documents are not rendered."""
    return path.parts[0] not in ("charts", "ci") and not path.match("values-*.yaml") and path.suffix != ".md"

"""Keeping the record small that Helm stores of every release.

The record holds the chart's templates, schema and files, and lies in a Secret, which may be 1 MiB at most. What a
subchart brings is not kept in it (docs/facts/subcharts.md#one-install), so the templates go there.
"""

import json
import re
from pathlib import Path
from typing import Any

import yaml

from aeterna_nb.editing.yaml_text import yaml_text

LIBRARY = "aeterna-library"
"""The subchart of type library that the templates move to. Helm finds them there by their names."""

_FOR_READERS = ("README.md", "RUNBOOKS.md", "subcharts.lock.json")
_DEFINITION = re.compile(r"\{\{-?\s*define\b")
_PROSE = frozenset({"title", "description", "default", "examples"})
_BY_NAME = frozenset({"properties", "patternProperties", "$defs"})


def shrink_record(chart: Path) -> None:
    """Rewrite a chart's folder so that it renders to the same and leaves a smaller record."""
    _move_templates(chart)
    schema = chart / "values.schema.json"
    shorter = without_prose(json.loads(schema.read_text(encoding="utf-8")))
    # Helm gives every subchart a section of the values.
    shorter["properties"][LIBRARY] = {"type": "object"}
    _put(schema, json.dumps(shorter, separators=(",", ":")))
    ignored = chart / ".helmignore"
    known = ignored.read_text(encoding="utf-8") if ignored.is_file() else ""
    _put(ignored, "\n".join([known.rstrip("\n"), *_FOR_READERS, ""]))


def without_prose(schema: dict[str, Any]) -> dict[str, Any]:
    """A JSON schema without what refuses nothing."""
    kept: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _BY_NAME:
            kept[key] = {name: _shorter(item) for name, item in value.items()}
        elif key not in _PROSE:
            kept[key] = _shorter(value)
    return kept


def _shorter(value: Any) -> Any:
    if isinstance(value, list):
        return [_shorter(item) for item in value]
    return without_prose(value) if isinstance(value, dict) else value


def _move_templates(chart: Path) -> None:
    library = chart / "charts" / LIBRARY
    for template in sorted((chart / "templates").rglob("*.*")):
        path, text = template.relative_to(chart).as_posix(), template.read_text(encoding="utf-8")
        if template.suffix == ".tpl":
            _put(library / path, text)
            template.unlink()
        # A definition can't stand in another. Nothing is trimmed, so that the same bytes come out.
        elif template.suffix == ".yaml" and not _DEFINITION.search(text):
            _put((library / path).with_name(f"_{template.name}"), f'{{{{ define "{path}" }}}}{text}{{{{ end }}}}')
            _put(template, f'{{{{ include "{path}" . }}}}')
    about = yaml.safe_load((chart / "Chart.yaml").read_text(encoding="utf-8"))
    own = {"name": LIBRARY, "version": about["version"]}
    about.setdefault("dependencies", []).append(own)
    _put(chart / "Chart.yaml", yaml_text(about))
    _put(library / "Chart.yaml", yaml_text({"apiVersion": "v2", "type": "library", **own}))


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")

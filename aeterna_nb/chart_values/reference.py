"""`VALUES.md`: every value of the chart with its default, made from the model.

`python -m aeterna_nb.chart_values.reference > charts/aeterna/VALUES.md`.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from aeterna_nb.chart_values import ChartValues

HEAD = """# Values of the chart aeterna

Made from the model of the values; `values.yaml` has the same defaults as a file. A credential is an object with
`value`, `existingSecret` and `key`. What a subchart takes besides, its own documentation says.
"""


def reference_text() -> str:
    """The text of `VALUES.md`: a table for each section of the values, in their order."""
    whole = ChartValues()
    single, sections = [], []
    for name, field in ChartValues.model_fields.items():
        key, value = field.alias or name, getattr(whole, name)
        if isinstance(value, BaseModel):
            sections.append(f"\n## {key}\n\n{field.description}\n\n{_table(_rows(value, key))}")
        else:
            single.append((key, value, field.description or ""))
    return HEAD + "\n" + _table(single) + "".join(sections)


def every_value() -> list[tuple[str, str]]:
    """Every value of the chart by its path, with what it is."""
    whole = ChartValues()
    found: list[tuple[str, str]] = []
    for name, field in ChartValues.model_fields.items():
        key, value = field.alias or name, getattr(whole, name)
        inner = _rows(value, key) if isinstance(value, BaseModel) else [(key, value, field.description or "")]
        found += [(path, text) for path, _, text in inner]
    return found


def _rows(section: BaseModel, path: str) -> Iterator[tuple[str, Any, str]]:
    for name, field in type(section).model_fields.items():
        key, value = f"{path}.{field.alias or name}", getattr(section, name)
        if isinstance(value, BaseModel) and "existing_secret" not in type(value).model_fields:
            yield from _rows(value, key)
        else:
            yield key, value, field.description or ""
    for name, value in (section.model_extra or {}).items():
        yield f"{path}.{name}", value, "Of the subchart."


def _table(rows: Iterator[tuple[str, Any, str]] | list[tuple[str, Any, str]]) -> str:
    lines = [f"| `{key}` | {_default(value)} | {_cell(text)} |\n" for key, value, text in rows]
    return "| value | default | what it is |\n|---|---|---|\n" + "".join(lines)


def _default(value: Any) -> str:
    if isinstance(value, BaseModel):
        return "credential"
    return f"`{_cell(json.dumps(value, ensure_ascii=False))}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(reference_text())

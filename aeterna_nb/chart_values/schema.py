"""`values.schema.json`, made from the model."""

import json
from typing import Any

from aeterna_nb.chart_values import ChartValues


def _slim(node: Any, *, names: bool = False) -> Any:
    """Drop titles and the defaults of whole sections; `names` says that the keys are names of values."""
    if isinstance(node, list):
        return [_slim(item) for item in node]
    if not isinstance(node, dict):
        return node
    if names:
        return {key: _slim(item) for key, item in node.items()}
    return {
        key: item if key == "default" else _slim(item, names=key in ("properties", "$defs"))
        for key, item in node.items()
        if key != "title" and not (key == "default" and isinstance(item, dict | list))
    }


def values_schema() -> dict[str, Any]:
    """Return the JSON schema of the chart's values, in the dialect that Helm 3 and 4 both read (draft 7).

    Helm stores it with every release, so it holds no titles and no defaults of whole sections.
    """
    slim = _slim(ChartValues.model_json_schema(by_alias=True))
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Values of the chart aeterna",
        **slim,
    }


def schema_text() -> str:
    """Return the text of `values.schema.json`, ending in a newline."""
    return json.dumps(values_schema(), indent=1, ensure_ascii=False) + "\n"

"""The model of the values, the schema made from it, and the hand-kept `values.yaml`."""

import json
from pathlib import Path

import helm_python
import jsonschema_rs
import pytest

from aeterna_nb.chart_values import ChartValues
from aeterna_nb.chart_values.reference import reference_text
from aeterna_nb.chart_values.schema import schema_text, values_schema

CHART = Path(__file__).parents[2] / "charts" / "aeterna"


def test_the_committed_schema_is_the_one_the_model_makes() -> None:
    assert (CHART / "values.schema.json").read_text() == schema_text(), (
        "run: python -m aeterna_nb.chart_values > charts/aeterna/values.schema.json"
    )


def test_the_committed_reference_is_the_one_the_model_makes() -> None:
    assert (CHART / "VALUES.md").read_text() == reference_text(), (
        "run: python -m aeterna_nb.chart_values.reference > charts/aeterna/VALUES.md"
    )


def test_the_reference_names_values_with_their_defaults() -> None:
    for row in ("| `postgresql.cnpg.instances` | `1` |", "| `kms.localKey` | credential |", '| `mode` | `"local"` |'):
        assert row in reference_text()


def test_values_yaml_holds_the_defaults_of_the_model_key_by_key() -> None:
    written = helm_python.values_from_yaml((CHART / "values.yaml").read_text())
    assert written == json.loads(ChartValues().model_dump_json(by_alias=True))


def test_the_schema_accepts_the_defaults() -> None:
    jsonschema_rs.validate(values_schema(), ChartValues().model_dump(by_alias=True))


@pytest.mark.parametrize(
    "values",
    [
        {"vectorBackend": {"type": "qdrant"}},
        {"cache": {"external": {"hots": "x"}}},
        {"mode": "centralised"},
        {"service": {"port": 0}},
        {"postgresql": {"external": {"sslMode": "on"}}},
        {"hybrid": {"cacheSizeMiB": 63}},
        {"hybrid": {"syncIntervalSeconds": 9}},
        {"hybrid": {"layers": ["working"]}},
        {"central": {"url": "aeterna.example.com"}},
        {"image": {"digest": "sha256:abc"}},
        {"cnpg": {"enabled": "yes"}},
    ],
    ids=lambda values: json.dumps(values),
)
def test_schema_and_model_refuse_what_the_chart_does_not_have(values: dict[str, object]) -> None:
    assert not jsonschema_rs.is_valid(values_schema(), values)
    with pytest.raises(ValueError, match="validation error"):
        ChartValues.model_validate(values)


def test_a_subchart_takes_keys_of_its_own() -> None:
    values = {"qdrant": {"enabled": True, "replicaCount": 3, "config": {"cluster": {"enabled": True}}}}
    jsonschema_rs.validate(values_schema(), values)


def test_a_credential_does_not_show_its_value() -> None:
    values = ChartValues.model_validate({"llm": {"openai": {"apiKey": {"value": "canary-sk-1"}}}})
    assert "canary" not in repr(values)

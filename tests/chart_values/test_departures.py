"""Where values depart from the chart's defaults."""

from typing import Any

import pytest
import yaml

from aeterna_nb.chart import chart_folder
from aeterna_nb.chart_values.departures import departures


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"mode": "local"}, []),
        ({"mode": "hybrid"}, [("mode", "local", "hybrid")]),
        ({"ingress": {"enabled": True, "host": ""}}, [("ingress.enabled", False, True)]),
        ({"ingress": {"enabled": 0}}, [("ingress.enabled", False, 0)]),
        ({"commonLabels": {"team": "search"}}, [("commonLabels.team", None, "search")]),
        ({"global": {"imagePullSecrets": ["a"]}}, [("global.imagePullSecrets", [], ["a"])]),
        ({"dragonfly": {"of": {"the": "subchart"}}}, [("dragonfly.of.the", None, "subchart")]),
    ],
)
def test_only_what_differs_is_named(values: dict[str, Any], expected: list[tuple[str, Any, Any]]) -> None:
    found = [(".".join(item.path), item.default, item.value) for item in departures(values)]
    assert found == expected


def test_the_defaults_of_the_chart_depart_from_nothing() -> None:
    defaults = yaml.safe_load((chart_folder() / "values.yaml").read_text(encoding="utf-8"))
    assert departures(defaults) == []


@pytest.mark.parametrize(
    ("values", "words"),
    [({"mode": "hybrid"}, "syncs with a central server"), ({"commonLabels": {"a": "b"}}, "Labels of every object")],
)
def test_each_says_what_it_is_or_what_it_belongs_to(values: dict[str, Any], words: str) -> None:
    (item,) = departures(values)
    assert words in item.description

"""Configurations by the table of choices, judged by every check."""

from typing import Any

import pytest

from tests.chart import choices
from tests.chart.conftest import Render
from tests.chart.judge import faults

POLICIES = {"networkPolicy": {"enabled": True}}


@pytest.mark.parametrize(("name", "values"), choices.sample().items(), ids=choices.sample())
def test_a_sample_is_right_and_renders_to_the_same_twice(name: str, values: dict[str, Any], render: Render) -> None:
    manifests = render(values)
    assert faults(manifests) == []
    assert render(values) == manifests
    if name != "remote":
        assert faults(render(choices.merged(values, POLICIES), release="r" * 53, namespace="n" * 63)) == []


@pytest.mark.whole_product
def test_the_whole_product_is_right(render: Render) -> None:
    wrong = {name: found for name, values in choices.every() if (found := faults(render(values)))}
    assert wrong == {}

"""Options that contradict other answers are shown with the reason, and cannot be taken."""

from typing import Any

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.contradictions import contradictions
from aeterna_nb.presets import PRESETS
from aeterna_nb.questions import by_name

HYBRID = Answers().with_values(
    Origin.PRESET,
    {
        **PRESETS["local"].values,
        "mode": "hybrid",
        "central_url": "https://a.example.com",
        "central_auth": "service-account",
    },
)


@pytest.mark.parametrize(
    ("typed", "name", "impossible"),
    [
        ({"cache": "valkey", "local_cache_size": 64}, "cache", {"dragonfly"}),
        ({"cache": "valkey", "local_cache_size": 512}, "cache", set()),
        ({"target": "opencode-only", "central_auth": "api-key"}, "opencode", {False}),
    ],
)
def test_an_option_that_would_break_a_rule_has_a_reason(typed: dict[str, Any], name: str, impossible: set[Any]) -> None:
    answers = HYBRID.with_values(Origin.TYPED, typed)
    assert answers.config()[0] is not None
    found = contradictions(answers, [by_name()[name]])
    assert set(found.get(name, {})) == impossible
    assert all(reason.endswith(".") for reason in found.get(name, {}).values())


def test_while_something_is_wrong_every_option_stays_open() -> None:
    answers = HYBRID.with_values(Origin.TYPED, {"cache": "dragonfly", "local_cache_size": 64})
    assert contradictions(answers, [by_name()["cache"]]) == {}


def test_an_option_that_only_asks_for_more_is_possible() -> None:
    assert contradictions(HYBRID, [by_name()["llm"], by_name()["vector_backend"], by_name()["postgresql"]]) == {}

"""Conditions: when a question is asked."""

from typing import Any

import pytest

from aeterna_nb.config.ask import ALWAYS, Beginning, Presence, When, when

ANSWERS: dict[str, Any] = {
    "mode": "local",
    "target": "kubernetes",
    "hpa": False,
    "host": None,
    "url": "git@git.example.com:a/b",
}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (ALWAYS, True),
        (when(mode=("local", "hybrid")), True),
        (when(mode=("remote",)), False),
        (when(mode=("local",), target=("kubernetes",)), True),
        (when(mode=("local",), target=("docker-compose",)), False),
        (when({"mode": ("remote",)}, {"target": ("kubernetes",)}), True),
        (when({"mode": ("remote",)}, {"target": ("docker-compose",)}), False),
        (when(hpa=(False,)), True),
        (when(host=Presence.ABSENT), True),
        (when(host=Presence.GIVEN), False),
        (when(mode=Presence.GIVEN), True),
        (when(hpa=Presence.GIVEN), True),
        (when(url=Beginning(("ssh://", "git@"))), True),
        (when(url=Beginning(("ssh://",))), False),
        (when(url=Beginning(("https://", "http://"), other=True)), True),
        (when(url=Beginning(("git@",), other=True)), False),
        (when(host=Beginning(("",))), False),
        (when(host=Beginning(("a",), other=True)), False),
        (when({"url": Beginning(("git@",)), "mode": ("remote",)}), False),
    ],
)
def test_a_condition_holds_where_one_alternative_does(condition: When, holds: bool) -> None:
    assert condition.holds(ANSWERS.get) is holds

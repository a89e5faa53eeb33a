"""Rules across keys: each with values that break it and a change that mends them, from the table of both sides."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from aeterna_nb import chart
from aeterna_nb.answers import Answers
from aeterna_nb.answers.secret_values import complete as all_secrets
from aeterna_nb.chart_values import ChartValues
from aeterna_nb.generate.helm_secret_values import helm_secret_values
from aeterna_nb.generate.helm_values import helm_values
from tests.chart import choices
from tests.product import every_option
from tests.rules import RULES, Fails, Follows, Given, NeverWritten, NoKey, Rule, Told, Values
from tests.samples import answers

Problems = Callable[[Values], tuple[str, ...]]
FAILS = [pytest.param(rule.chart, id=rule.name) for rule in RULES if isinstance(rule.chart, Fails)]
WRITTEN = [pytest.param(rule, id=rule.name) for rule in RULES if isinstance(rule.workbench, Told | Follows)]
NEVER = [pytest.param(rule, id=rule.name) for rule in RULES if isinstance(rule.workbench, NeverWritten)]
MADE = {
    "kms_key": choices.KEY["kms"]["localKey"]["value"],
    "mongodb_password": "m1",
    "weaviate_api_key": "w1",
    **{f"opal_{name}": "o1" for name in ("private_key", "public_key", "master_token", "client_token")},
}


def written(given: Answers) -> Values | None:
    """The values, secrets included, that the workbench writes for these answers; None where it writes none."""
    config, findings = given.config()
    assert config is not None, findings
    if config.target != "kubernetes":
        return None
    return choices.merged(helm_values(config), helm_secret_values(all_secrets(config, MADE)))


@pytest.mark.parametrize("case", FAILS)
def test_a_broken_rule_is_told_and_its_cure_works(case: Fails, problems: Problems) -> None:
    broken = choices.merged(choices.KEY, case.broken)
    assert [problem for problem in problems(broken) if problem.startswith(case.sentence)], problems(broken)
    assert problems(choices.merged(broken, case.cure)) == ()


@pytest.mark.parametrize("rule", WRITTEN)
def test_what_the_workbench_writes_breaks_no_rule(rule: Rule, problems: Problems) -> None:
    case = rule.workbench
    given: tuple[Given, ...] = ({**case.broken, **case.cure},) if isinstance(case, Told) else ()
    if isinstance(case, Follows):
        given = case.answers
    for choice in given:
        values = written(answers(choice))
        assert values is None or problems(values) == (), choice


@pytest.mark.parametrize("rule", NEVER)
def test_values_that_only_the_chart_has_are_written_for_no_answer(rule: Rule) -> None:
    assert isinstance(rule.chart, Fails)
    assert isinstance(rule.workbench, NeverWritten)
    broken = {".".join(path) for path in _paths(rule.chart.broken)}
    for path in rule.workbench.paths:
        assert any(f"{other}.".startswith(f"{path}.") for other in broken), "the case breaks the rule by another value"
        assert not [other for other in _ever_written() if f"{other}.".startswith(f"{path}.")]


@cache
def _ever_written() -> frozenset[str]:
    """The dotted paths of all values that the workbench writes for any option of any question."""
    found = {".".join(path) for _, given in every_option() for path in _paths(written(given) or {})}
    assert {"ingress.host", "hpa.maxReplicas", "kms.localKey.value", "vector.databricks.token.value"} <= found
    return frozenset(found)


def _paths(tree: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in tree.items():
        if isinstance(value, dict) and value:
            yield from _paths(value, (*above, key))
        else:
            yield (*above, key)


def test_a_rule_that_only_the_workbench_has_is_about_what_the_chart_has_no_values_for(problems: Problems) -> None:
    for rule in RULES:
        if isinstance(rule.chart, NoKey):
            assert rule.chart.section not in ChartValues().model_dump(by_alias=True)
            (refused,) = problems({rule.chart.section: {"enabled": False}})
            assert rule.chart.section in refused


def test_all_broken_rules_are_told_at_once(problems: Problems) -> None:
    values = choices.merged(choices.KEY, {"llm": {"provider": "bedrock"}, "kms": {"provider": "aws"}, "mode": "hybrid"})
    assert len(problems(values)) == 3


def test_every_rule_of_the_templates_is_in_the_table(problems: Problems) -> None:
    told = [
        problem
        for rule in RULES
        if isinstance(rule.chart, Fails)
        for problem in problems(choices.merged(choices.KEY, rule.chart.broken))
    ]
    declared = list(_declared())
    assert declared
    lacking = [sentence for sentence in declared if not any(sentence.fullmatch(problem) for problem in told)]
    assert lacking == []


def _declared() -> Iterator[re.Pattern[str]]:
    """What each sentence that the templates can fail with looks like."""
    text = (chart.chart_folder() / "templates" / "_validate.tpl").read_text()
    sentences = re.findall(r'\$p = append \$p (?:\(printf )?"((?:[^"\\]|\\.)*)"', text)
    assert len(sentences) == text.count("append $p")
    for sentence in sentences:
        parts = re.split(r"%[sdq]", sentence.replace('\\"', '"'))
        yield re.compile(".+".join(re.escape(part) for part in parts))

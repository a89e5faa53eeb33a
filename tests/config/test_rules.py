"""Rules across fields: each with answers that break it and answers that do not, from the table of both sides."""

import ast
import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from aeterna_nb.config import SetupConfig, rules
from aeterna_nb.questions import by_name
from tests.rules import GIT_OVER_SSH, MONGODB, RULES, S3, Told, Unbuildable
from tests.samples import HYBRID, LOCAL, OPENCODE_ONLY, answers, configured

TOLD = [pytest.param(rule.workbench, id=rule.name) for rule in RULES if isinstance(rule.workbench, Told)]

KEPT: list[Mapping[str, Any]] = [
    {**HYBRID, "local_cache_size": 64, "cache": "valkey"},
    {**HYBRID, "opal": False},
    {**HYBRID, "offline_cedar": False},
    {**GIT_OVER_SSH, "secret_provider": "external-secrets", "external_secrets_keys": ("opal-policy-ssh-key",)},
    {**GIT_OVER_SSH, "opal_policy_repo_url": "https://git.example.com/policies.git"},
    OPENCODE_ONLY,
    {**LOCAL, "opencode": False},
    S3,
    MONGODB,
    {**MONGODB, "mongodb_uri": "mongodb+srv://u:w@example.com"},
    {**MONGODB, "mongodb_external": True, "secret_provider": "existing"},
]


def told(case: Told) -> tuple[str, str]:
    """Question and message of the one error that the broken answers give."""
    config, findings = answers(case.broken).config()
    assert config is None
    (error,) = [finding for finding in findings if finding.severity == "error"]
    assert error.message.endswith(".")
    return error.question, error.message


@pytest.mark.parametrize("case", TOLD)
def test_a_broken_rule_is_an_error_at_its_question_and_its_cure_works(case: Told) -> None:
    question, _ = told(case)
    assert question == case.question
    assert question in by_name()
    config, findings = answers(case.broken, **case.cure).config()
    assert config is not None, findings


@pytest.mark.parametrize("given", KEPT)
def test_answers_that_agree_give_a_configuration(given: Mapping[str, Any]) -> None:
    config, findings = answers(given).config()
    assert config is not None, findings


def refused(case: Unbuildable) -> list[rules.Violation]:
    """The rules that a configuration built by hand breaks."""
    tree = {**configured(case.start).model_dump(), **case.tree}
    with pytest.raises(ValidationError) as caught:
        SetupConfig.model_validate(tree)
    (error,) = caught.value.errors()
    violations: list[rules.Violation] = error["ctx"]["violations"]
    return violations


def test_what_no_answers_say_can_not_be_built_by_hand_either() -> None:
    for rule in RULES:
        if isinstance(rule.workbench, Unbuildable):
            assert [violation.question for violation in refused(rule.workbench)] == [rule.workbench.question]


def test_every_rule_of_the_model_is_in_the_table() -> None:
    messages = [told(rule.workbench) for rule in RULES if isinstance(rule.workbench, Told)]
    messages += [
        (violation.question, violation.message)
        for rule in RULES
        if isinstance(rule.workbench, Unbuildable)
        for violation in refused(rule.workbench)
    ]
    declared = list(_declared())
    assert declared
    lacking = [
        beginning
        for question, beginning in declared
        if not any(question == where and message.startswith(beginning) for where, message in messages)
    ]
    assert lacking == []


def _declared() -> Iterator[tuple[str, str]]:
    """Question and the beginning of the message of each violation that the source can make."""
    for node in ast.walk(ast.parse(inspect.getsource(rules))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Violation":
            question, message, cure = node.args
            assert isinstance(question, ast.Constant)
            assert isinstance(cure, ast.Constant)
            assert str(cure.value).endswith(".")
            text = message.args[0] if isinstance(message, ast.Call) else message
            assert isinstance(text, ast.Constant)
            yield str(question.value), str(text.value).partition("{")[0]


def test_all_broken_rules_are_found_at_once() -> None:
    given = {
        **HYBRID,
        "local_cache_size": 100,
        "hpa": True,
        "hpa_min_replicas": 5,
        "hpa_max_replicas": 4,
        "ingress": True,
        "ingress_host": "central.example.com",
    }
    _, findings = answers(given).config()
    assert [finding.question for finding in findings] == ["ingress_host", "local_cache_size", "hpa_max_replicas"]

"""Answers and their changes in words."""

from typing import Any

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.wording import changes, why_not_asked
from aeterna_nb.presets import PRESETS
from aeterna_nb.questions import by_name, questions

LOCAL = Answers().with_values(Origin.PRESET, PRESETS["local"].values)


def with_preset(answers: Answers, name: str) -> Answers:
    return Answers({**answers.layers, Origin.PRESET: dict(PRESETS[name].values)})


def test_a_preset_changes_answers_from_what_to_what() -> None:
    found = changes(LOCAL, with_preset(LOCAL, "medium"))
    said = {change.question.label: (change.before, change.after) for change in found.changed}
    assert said["Server pods"] == ("1", "2")
    assert said["How big?"] == ("Small", "Medium")
    assert said["Restrict network traffic?"] == ("no", "yes")
    assert "Which cache?" not in said
    assert (found.gone, found.missing, found.stays) == ((), (), ())


def test_what_is_asked_then_and_what_no_longer_is_said() -> None:
    found = changes(LOCAL, with_preset(LOCAL, "remote"))
    assert [question.name for question in found.missing] == ["central_url"]
    assert {"vector_backend", "cache", "postgresql", "llm"} == {question.name for question in found.gone}


def test_a_typed_answer_that_stays_above_is_named_with_what_it_covers() -> None:
    typed = LOCAL.with_values(Origin.TYPED, {"replicas": 2, "namespace": "memory"})
    found = changes(typed, with_preset(typed, "production"))
    assert [(change.question.name, change.before, change.after) for change in found.stays] == [("replicas", "2", "3")]
    assert "replicas" not in [change.question.name for change in found.changed]


def test_an_answer_that_was_not_typed_before_does_not_stay() -> None:
    before = with_preset(LOCAL, "production")
    found = changes(before, before.with_values(Origin.TYPED, {"replicas": 2}))
    assert [(change.question.name, change.before, change.after) for change in found.changed] == [("replicas", "3", "2")]
    assert found.stays == ()


def test_a_default_that_comes_with_a_new_question_is_no_change() -> None:
    said = [change.question.name for change in changes(LOCAL, with_preset(LOCAL, "hybrid")).changed]
    assert "central_auth" in said
    assert "sync_interval" not in said


def test_the_same_answers_change_nothing() -> None:
    found = changes(LOCAL, LOCAL)
    assert (found.changed, found.gone, found.missing, found.stays) == ((), (), (), ())


def test_a_changed_secret_is_not_shown() -> None:
    openai = LOCAL.with_values(Origin.TYPED, {"llm": "openai"})
    with_key = openai.with_texts(Origin.TYPED, {"openai_api_key": "sk-canary"})
    assert [(change.before, change.after) for change in changes(openai, with_key).changed] == [("", "not shown")]


@pytest.mark.parametrize(
    ("typed", "name", "reason", "deciding"),
    [
        ({}, "pinecone_index_name", '"Which vector store?" is answered with Pinecone', "vector_backend"),
        ({}, "qdrant_port", '"Host of your own Qdrant" is answered', "qdrant_host"),
        ({}, "sync_layers", '"Which mode?" is answered with Hybrid', "mode"),
        ({}, "ingress_cluster_issuer", '"Reachable from outside the cluster?" is answered with yes', "ingress"),
        ({"qdrant_host": "q.example.com"}, "qdrant_storage", '"Host of your own Qdrant" is left empty', "qdrant_host"),
    ],
)
def test_a_question_that_is_not_asked_says_when_it_would_be(
    typed: dict[str, Any], name: str, reason: str, deciding: str
) -> None:
    answers = LOCAL.with_values(Origin.TYPED, typed)
    assert why_not_asked(by_name()[name], answers.lookup) == (f"asked when {reason}", deciding)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_question_is_asked_or_leads_to_one_that_is(preset: str) -> None:
    answers = with_preset(LOCAL, preset)
    for question in questions():
        reason, deciding = why_not_asked(question, answers.lookup)
        assert bool(reason) is not answers.applies(question.name)
        assert not reason or answers.applies(deciding)

"""No text that a question's own documentation shows, nor an identifier as services really give them, is refused."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.evaluate import evaluate
from aeterna_nb.questions import AnswerError, Question, questions
from tests.product import TARGETS, every_value
from tests.samples import LOCAL, answers

pytestmark = pytest.mark.untraced

IDENTIFIERS = (
    "4567890123456",
    "projects/12345/locations/us-central1/indexEndpoints/4567",
    "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.model-v1:0",
    "hf.co/someone/Model-3B-GGUF:Q4_K_M",
    "example.com:project-1",
    "localhost",
    "a_b-c.d",
)
"""Resource names, numbers, ARNs and models; some look like hosts. A question gets those that its type takes."""

DETAILS: tuple[Mapping[str, Any], ...] = (
    {"ingress": True, "ingress_tls": "cert-manager", "tracing": True, "kms": "aws", "secret_provider": "sops"},
    {
        "backup": True,
        "backup_target": "s3",
        "backup_s3_endpoint": "https://minio.example.com",
        "opal_policy_source": "git",
    },
    {"backup": True, "backup_target": "gcs", "opal_data_source": "fetcher", "secret_provider": "external-secrets"},
    {"backup": True, "backup_target": "azure", "opal_data_source": "url", "secret_provider": "existing"},
    {"ingress": True, "ingress_tls": "secret"},
)
"""What opens the questions of operations, authorization and secrets."""


def texts(question: Question) -> list[str]:
    """What the question's documentation shows, and the identifiers that its type takes."""
    shown = [text for text in (question.example, question.default) if isinstance(text, str) and text]
    return [*shown, *(text for text in IDENTIFIERS if question.address is None and _taken(question, text))]


def _taken(question: Question, text: str) -> bool:
    try:
        return bool(question.check(text) == text)
    except AnswerError:
        return False


def asked_texts(given: Answers) -> list[Question]:
    return [
        question
        for question in questions()
        if question.kind == "text" and not question.multiline and question.applies(given.lookup)
    ]


def configurations() -> Iterator[Any]:
    for target in TARGETS:
        for number, (name, choice) in enumerate(every_value(target)):
            given = {**choice, **DETAILS[number % len(DETAILS)]}
            yield pytest.param(given, number, id=name)


@pytest.mark.parametrize(("given", "number"), list(configurations()))
def test_no_identifier_is_taken_for_an_address(given: Mapping[str, Any], number: int) -> None:
    for turn in range(2):
        known = answers(given)
        chosen = {
            question.name: shown[(number + turn) % len(shown)]
            for question in asked_texts(known)
            # Its example is that of the ingress too, and one configuration cannot have both.
            if question.name != "central_url" and (shown := texts(question))
        }
        evaluation = evaluate(known.with_values(Origin.TYPED, chosen))
        assert [finding.message for finding in evaluation.errors] == [], chosen


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("endpoint", ["4567890123456", "projects/12345/locations/us-central1/indexEndpoints/4567"])
def test_vertex_ai_takes_its_endpoint_by_number_and_by_name(target: str, endpoint: str) -> None:
    store = {"vector_backend": "vertex-ai", "vertex_ai_project": "p", "vertex_ai_endpoint": endpoint}
    evaluation = evaluate(answers({**LOCAL, "target": target, **store}))
    assert evaluation.errors == ()
    assert any(endpoint in text for text in evaluation.files.values())


def test_every_free_text_is_among_those_that_were_tried() -> None:
    tried = {
        question.name for parameters in configurations() for question in asked_texts(answers(parameters.values[0]))
    }
    free = {question.name for question in questions() if question.kind == "text" and not question.multiline}
    assert free - tried == set()

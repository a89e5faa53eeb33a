import base64
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.checks.secrets import check_secrets, with_secrets
from aeterna_nb.evaluate import evaluate
from aeterna_nb.questions import by_name, questions, value_in

MEANT = frozenset({".env"})
KEY_FILE = "-----BEGIN KEY-----\nMIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC7\n-----END KEY-----\n"


def writer(form: Callable[[str], str]) -> Callable[[Mapping[str, str]], dict[str, str]]:
    """A generator that writes the database password, in some form, to a file that is not meant for it."""

    def generate(secrets: Mapping[str, str]) -> dict[str, str]:
        return {
            ".env": f"POSTGRESQL_PASSWORD={secrets['postgresql_password']}\n",
            "values.yaml": f"user: aeterna\npassword: {form(secrets['postgresql_password'])}\n",
        }

    return generate


@pytest.mark.parametrize("secret", ["hunter2", "p@ss/word?#", 'quo"te', "ü-umlaut", "aeterna", KEY_FILE])
@pytest.mark.parametrize(
    "form",
    [
        str,
        lambda text: json.dumps(text),
        lambda text: quote(text, safe=""),
        lambda text: f"postgres://aeterna:{quote(text, safe='')}@db/aeterna",
        lambda text: base64.b64encode(text.encode()).decode(),
        lambda text: text.replace("\n", "\n    "),
    ],
)
def test_a_secret_in_another_file_is_an_error_in_whatever_form(secret: str, form: Callable[[str], str]) -> None:
    generate, secrets = writer(form), {"postgresql_password": secret}
    findings = check_secrets(generate(secrets), secrets, MEANT, generate)
    assert [(finding.severity, finding.question) for finding in findings] == [("error", "postgresql_password")]
    assert findings[0].message.startswith("values.yaml would hold a secret")
    assert secret == "aeterna" or secret not in repr(findings)


def test_a_password_that_is_also_an_ordinary_word_is_no_leak() -> None:
    generate, secrets = writer(lambda _: "${POSTGRESQL_PASSWORD}"), {"postgresql_password": "aeterna"}
    assert check_secrets(generate(secrets), secrets, MEANT, generate) == []


@given(secret=st.text(min_size=1, max_size=60))
def test_a_file_without_the_secret_never_has_a_finding(secret: str) -> None:
    generate = writer(lambda _: "kept apart")
    assert (
        check_secrets(generate({"postgresql_password": secret}), {"postgresql_password": secret}, MEANT, generate) == []
    )


ANSWERS: dict[str, Any] = {
    "mode": "local",
    "vector_backend": "qdrant",
    "qdrant_host": "q.example.com",
    "cache": "external",
    "redis_host": "redis.example.com",
    "postgresql": "external",
    "postgresql_host": "db.example.com",
    "llm": "openai",
}
TYPED = ("qdrant_api_key", "redis_password", "postgresql_password", "openai_api_key")


@pytest.mark.parametrize("target", ["kubernetes", "docker-compose"])
def test_every_file_that_is_written_keeps_secrets_to_their_own_file(target: str) -> None:
    """`aeterna` as every password: it stands in all the files, and none of them holds a secret."""
    answers = {**ANSWERS, "target": target, **dict.fromkeys(TYPED, "aeterna")}
    evaluation = evaluate(Answers().with_values(Origin.TYPED, answers))
    assert evaluation.config is not None
    assert [finding for finding in evaluation.findings if finding.check == "secrets"] == []


def test_secrets_in_a_configuration_are_replaced_and_nothing_else() -> None:
    answers = {**ANSWERS, "target": "kubernetes", **dict.fromkeys(TYPED, "canary-before")}
    config = evaluate(Answers().with_values(Origin.TYPED, answers)).config
    assert config is not None
    other = with_secrets(config, {**dict.fromkeys(TYPED, "after"), "opal_private_key": "made, not answered"})
    for question in questions():
        before, after = value_in(config, question), value_in(other, question)
        if question.name in TYPED:
            assert after.get_secret_value() == "after"
        else:
            assert before == after
    assert value_in(config, by_name()["redis_password"]).get_secret_value() == "canary-before"

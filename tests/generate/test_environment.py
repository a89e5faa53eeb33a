"""A setting reaches everything: the table of the server's environment, and what each question changes."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.file import ANSWERS_FILE
from aeterna_nb.answers.secret_values import complete as with_secrets
from aeterna_nb.answers.secret_values import typed
from aeterna_nb.chart.rendering import rendered, target_of, values_without_secrets
from aeterna_nb.checks.agreement import SERVER as CONTAINER
from aeterna_nb.checks.hosts import container_variables
from aeterna_nb.generate.environment.server import AUTHORIZATION, SERVER, in_compose
from aeterna_nb.generate.environment.variable import AWS
from aeterna_nb.generate.files import CONFIG_FILE, generate_files
from aeterna_nb.kubernetes.manifests import items
from aeterna_nb.questions import AnswerError, Question, questions
from tests.product import TARGETS, every_value
from tests.samples import DETAILS, HYBRID, KEY, LOCAL, answers, asked, complete

ROOT = Path(__file__).parents[2]
BESIDES: Mapping[str, Any] = {"tracing": True, "redis_password": "p"}
"""What opens the variables that no choice of the product opens."""


@cache
def set_by(target: str) -> frozenset[str]:
    """The variables that a target gives to the server under some answers."""
    found: set[str] = set()
    for number, (_, choice) in enumerate(every_value(target)):
        more = {"kms": "aws", "kms_key_arn": DETAILS["kms_key_arn"]} if number % 2 else {}
        config, _ = answers({**choice, **BESIDES, **more}).config()
        assert config is not None
        if target == "docker-compose":
            found |= in_compose(config).keys()
            continue
        manifests = rendered(config, values_without_secrets(config, with_secrets(config, {}))).manifests
        for pod, container, variables in container_variables(manifests):
            if container == CONTAINER:
                found |= variables.keys()
                found |= {str(item["name"]) for one in items(pod.spec, "containers") for item in items(one, "env")}
    return frozenset(found)


NOT_ASKED = {
    "AETERNA_KNOWLEDGE_REPO_URL": "a value of the chart that no question writes",
    "AETERNA_KNOWLEDGE_REPO_BRANCH": "a value of the chart that no question writes",
    **dict.fromkeys(
        (row.name for row in AUTHORIZATION if row.name != "AETERNA_PLUGIN_AUTH_ENABLED"),
        "a value of the chart that no question writes",
    ),
    "PGSSLROOTCERT": "needs a root certificate",
    "VERTEX_AI_INDEX_ENDPOINT": "has no default",
    "VERTEX_AI_DEPLOYED_INDEX_ID": "has no default",
    "AETERNA_OPENAI_BASE_URL": "of OpenAI; has no default",
    "QDRANT_API_KEY": "has no default",
    "WEAVIATE_API_KEY": "has no default",
}


@pytest.mark.parametrize("target", TARGETS)
def test_every_variable_of_the_table_stands_in_its_targets(target: str) -> None:
    wanted = {row.name for row in SERVER if row.only in (None, target)}
    assert wanted - set_by(target) - NOT_ASKED.keys() == set()


@pytest.mark.parametrize("target", TARGETS)
def test_no_target_gives_the_server_a_variable_that_is_not_in_the_table(target: str) -> None:
    wanted = {row.name for row in SERVER if row.only in (None, target)}
    # What a value of the chart is put together from.
    assert set_by(target) - wanted - {"MONGODB_PASSWORD", "REDIS_PASSWORD"} == set()


def test_a_variable_of_one_target_says_why() -> None:
    assert [row.name for row in SERVER if (row.only is None) == bool(row.why)] == []


def test_variables_for_a_later_server_are_those_of_the_charts_readme() -> None:
    readme = (ROOT / "charts/aeterna/README.md").read_text()
    table = readme.split("## Set for a later server", 1)[1].split("\n## ", 1)[0]
    assert {row.name for row in SERVER if row.later} == set(re.findall(r"`([A-Z][A-Z0-9_]+)`", table))


def test_every_variable_that_the_server_reads_is_set_or_the_facts_say_why_not() -> None:
    facts = (ROOT / "docs/facts/aeterna-server.md").read_text().split("## Variables", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| (`.+`) \| (.+) \|$", facts, re.MULTILINE)
    said = {name: why == "set" for names, why in rows for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", names)}
    assert len(said) > 100
    table = {row.name for row in SERVER}
    assert {name for name, is_set in said.items() if is_set is not (name in table)} == set()
    # What no server reads yet, or a library reads.
    besides = {row.name for row in SERVER if row.later} | {"AWS_REGION", "GOOGLE_APPLICATION_CREDENTIALS", *AWS}
    assert table - said.keys() - besides == set()


# -- questions --------------------------------------------------------------------------------------------------------

WAITS = "for a later server, which has to sign in at the central one; listed for people"
WITHOUT_EFFECT: Mapping[tuple[str, str], str] = {
    ("kubernetes", "postgresql_prepared"): "ends a warning",
    ("docker-compose", "postgresql_prepared"): "ends a warning",
    ("kubernetes", "mongodb_external"): "follows from the URI; counts where that lies in a Secret that exists",
    ("docker-compose", "mongodb_external"): "follows from the URI, without which there is no MongoDB elsewhere",
    ("kubernetes", "sops_age_recipient"): "for whom secrets are encrypted when they are written",
    ("docker-compose", "anthropic_model"): "for a later server; this one takes no such model, and the key alone waits",
    ("docker-compose", "central_client_id"): WAITS,
    ("docker-compose", "central_token_url"): WAITS,
}
"""Questions whose answer changes no file of a target but those that list answers, and why."""


def others(question: Question, present: Any) -> Iterator[Any]:
    """Answers to a question other than the present one."""
    if question.options:
        yield from (option.value for option in question.options if option.value != present)
        if question.kind == "choices":
            yield from ((), *((option.value,) for option in question.options))
    elif question.kind == "boolean":
        yield not present
    elif question.kind == "integer":
        yield from (number for number in range(question.minimum or 0, (question.minimum or 0) + 3))
        yield (present or 0) + 1
    else:
        yield from TEXTS


TEXTS = (
    "other.example.com",
    "other",
    "https://other.example.com",
    "7Gi",
    "7 7 * * *",
    "registry.example.com/other:7",
    "v0.8.0-rc.8",
    KEY,
    "example.com/other: other",
    "192.0.2.8: other.example.com",
    "OTHER: other",
    '{"type": "service_account", "other": 1}',
    "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
    "-----BEGIN OTHER-----\n-----END OTHER-----",
)
"""Texts of which every question takes at least one."""


@cache
def made() -> Mapping[str, str]:
    """Secrets for every configuration: making OPAL's keys takes longer than all the rest."""
    config, _ = answers({**LOCAL, "opal": True}).config()
    assert config is not None
    return with_secrets(config, {})


def of_target(given: Answers) -> Any:
    """What a configuration becomes, but for the files that list its answers; None where there is none."""
    config, _ = given.config()
    if config is None:
        return None
    secrets = {name: made().get(name, f"made-{name}") for name in with_secrets(config, made())} | typed(config)
    files = generate_files(config, given.decided(), secrets, {})
    listed = {ANSWERS_FILE, CONFIG_FILE}
    where = target_of(config) if config.target == "kubernetes" else None
    return {name: text for name, text in files.items() if name not in listed}, where


def changes_something(question: Question, target: str) -> bool | None:
    """Whether some answer changes what the target gets; None where the question is not asked for it."""
    given = complete({**given_with(question), "target": target})
    if not question.applies(given.lookup):
        return None
    before = of_target(given)
    assert before is not None, (question.name, given.config()[1])
    for other in others(question, given.lookup(question.name)):
        try:
            changed = given.with_values(Origin.TYPED, {question.name: other})
        except AnswerError:
            continue
        after = of_target(complete_again(changed))
        if after is not None and after != before:
            return True
    return False


def complete_again(given: Answers) -> Answers:
    """The answers with whatever another choice demands."""
    while missing := [question.name for question in given.missing() if question.name in DETAILS]:
        given = given.with_values(Origin.TYPED, {name: DETAILS[name] for name in missing})
    return given


BOTH_OR_NEITHER: Mapping[str, Any] = {
    "postgresql_root_certificate": "-----BEGIN",
    "backup_s3_access_key_id": "a",
    "backup_s3_secret_access_key": "b",
}
"""What must be answered together with another answer."""


def given_with(question: Question) -> dict[str, Any]:
    """Answers with which a question applies, over a whole configuration."""
    leading = {name: value for layer in asked(question.name).layers.values() for name, value in layer.items()}
    external = {"mongodb_uri": "mongodb://u:p@m.example.com"} if leading.get("mongodb_external") else {}
    return {**HYBRID, **DETAILS, **BOTH_OR_NEITHER, **leading, **external}


@pytest.mark.parametrize("target", TARGETS)
def test_every_question_that_is_asked_for_a_target_changes_something_of_it(target: str) -> None:
    without = {question.name for question in questions() if changes_something(question, target) is False}
    assert without == {name for where, name in WITHOUT_EFFECT if where == target}

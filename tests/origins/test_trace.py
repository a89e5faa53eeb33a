"""What answers cause, judged by hand: facts that anybody who knows the product would name."""

from collections.abc import Mapping
from functools import cache

import pytest

from aeterna_nb.answers import Origin
from aeterna_nb.origins import Causes, Subject, Tracer
from aeterna_nb.origins.alternatives import alternatives, without_secrets
from aeterna_nb.origins.trees import Effect, NodePath
from aeterna_nb.questions import by_name
from tests.samples import LOCAL, asked, complete

CANARY = "canary-8e21-secret"
CLUSTER = complete(LOCAL, ingress=True, llm="openai", openai_api_key=CANARY)
COMPOSE = complete(LOCAL, target="docker-compose", cache="external", redis_password=CANARY)


@cache
def tracer(answers_of: str) -> Tracer:
    return Tracer(CLUSTER if answers_of == "cluster" else COMPOSE)


@cache
def causes(answers_of: str, question: str, subject: Subject) -> Causes:
    return tracer(answers_of).causes(by_name()[question], subject)


FILES: list[tuple[str, str, NodePath, dict[str, Effect]]] = [
    (
        "cluster",
        "values.yaml",
        ("ingress", "host"),
        {"ingress_host": "value", "ingress": "presence", "mode": "presence", "target": "presence"},
    ),
    ("cluster", "values.yaml", ("cache", "type"), {"cache": "value", "mode": "presence", "target": "presence"}),
    ("cluster", "values.yaml", ("mode",), {"mode": "value", "target": "presence"}),
    (
        "cluster",
        ".aeterna/config.toml",
        ("profiles", "local", "server_url"),
        {"ingress_host": "value", "ingress": "value", "ingress_tls": "value", "mode": "presence", "target": "value"},
    ),
    (
        "cluster",
        "values.secret.yaml",
        ("llm", "openai", "apiKey", "value"),
        {"openai_api_key": "value", "llm": "presence", "secret_provider": "presence"},
    ),
    ("cluster", "opencode.json", ("mcp", "aeterna", "environment", "AETERNA_TENANT_ID"), {"opencode_tenant": "value"}),
    ("compose", "docker-compose.yaml", ("services", "aeterna", "image"), {"server_version": "value"}),
    ("compose", ".env", ("REDIS_PASSWORD",), {"redis_password": "value", "cache": "presence"}),
    ("compose", ".env", ("RD_HOST",), {"redis_host": "value", "redis_password": "value", "cache": "presence"}),
]
OBJECTS: list[tuple[str, NodePath, dict[str, Effect]]] = [
    ("Deployment/aeterna", ("metadata", "namespace"), {"namespace": "value", "mode": "presence"}),
    ("Ingress/aeterna", ("spec", "rules", 0, "host"), {"ingress_host": "value", "ingress": "presence"}),
    ("Dragonfly/aeterna-dragonfly", (), {"cache": "presence", "release_name": "presence"}),
    ("Dragonfly/aeterna-dragonfly", ("spec", "replicas"), {"dragonfly_replicas": "value", "cache": "presence"}),
    ("ConfigMap/aeterna", ("data", "RUST_LOG"), {"log_level": "value"}),
    ("Secret/aeterna", ("data", "openai-api-key"), {"openai_api_key": "value", "llm": "presence"}),
    ("Cluster/aeterna-pg", ("spec", "instances"), {"postgresql_instances": "value", "postgresql": "presence"}),
]
NOT: list[tuple[Subject, str, NodePath, list[str]]] = [
    ("files", "values.yaml", ("ingress", "host"), ["cache", "namespace", "log_level", "openai_api_key", "size"]),
    ("files", "values.yaml", ("cache", "type"), ["vector_backend", "dragonfly_replicas", "opal", "ingress_host"]),
    ("files", "values.yaml", ("mode",), ["cache", "namespace", "ingress", "llm"]),
    ("manifests", "Dragonfly/aeterna-dragonfly", ("spec", "replicas"), ["replicas", "postgresql_instances", "opal"]),
    ("manifests", "ConfigMap/aeterna", ("data", "RUST_LOG"), ["log_format", "cache", "size"]),
]


@pytest.mark.parametrize(("answers_of", "document", "path", "expected"), FILES)
def test_a_line_of_a_file_comes_from_its_answers(
    answers_of: str, document: str, path: NodePath, expected: Mapping[str, Effect]
) -> None:
    found = {name: causes(answers_of, name, "files").on(document, [path]) for name in expected}
    assert found == expected


@pytest.mark.parametrize(("document", "path", "expected"), OBJECTS)
def test_a_line_of_an_object_comes_from_its_answers(
    document: str, path: NodePath, expected: Mapping[str, Effect]
) -> None:
    found = {name: causes("cluster", name, "manifests").on(document, [path]) for name in expected}
    assert found == expected


@pytest.mark.parametrize(("subject", "document", "path", "names"), NOT)
def test_a_line_does_not_come_from_other_answers(
    subject: Subject, document: str, path: NodePath, names: list[str]
) -> None:
    assert [name for name in names if causes("cluster", name, subject).on(document, [path])] == []


@pytest.mark.parametrize(
    ("question", "subject", "document", "path"),
    [
        ("network_policy", "manifests", "NetworkPolicy/aeterna", ()),
        ("hpa", "manifests", "HorizontalPodAutoscaler/aeterna", ()),
        ("cache", "files", "values.yaml", ("cache", "external")),
        ("storage_class", "files", "values.yaml", ("global",)),
        ("kms", "files", "values.yaml", ("kms",)),
    ],
)
def test_what_another_answer_would_bring_is_named(
    question: str, subject: Subject, document: str, path: NodePath
) -> None:
    assert path in causes("cluster", question, subject).appears[document]


def test_no_secret_is_in_what_was_traced() -> None:
    for answers_of in ("cluster", "compose"):
        held = tracer(answers_of)
        for question in held.questions:
            if question.secret:
                assert held.causes(question, "files").effects or question.name == "kms_key"
        assert CANARY not in repr(vars(held))


@pytest.mark.parametrize("name", by_name())
def test_for_every_question_another_admissible_value_is_known(name: str) -> None:
    given = asked(name)
    central = {"central_url": "https://central.example.com", "central_auth": "api-key"}
    # The secret key alone contradicts the identity that is not given: the pair has to be there.
    pair = {"backup_s3_access_key_id": "id", "backup_s3_secret_access_key": "key"}
    more = pair if name in pair else {}
    answers = without_secrets(complete({**LOCAL, **central, **given.layers[Origin.TYPED], **more}))
    assert answers.applies(name)
    assert next(alternatives(answers, by_name()[name]), None) is not None

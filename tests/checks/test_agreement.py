import base64
import copy
import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.checks.agreement import CHART_PATHS, check_agreement
from aeterna_nb.evaluate import Evaluation, evaluate
from aeterna_nb.questions import by_name, questions

HYBRID: dict[str, Any] = {
    "target": "kubernetes",
    "mode": "hybrid",
    "central_url": "https://central.example.com",
    "central_auth": "api-key",
    "vector_backend": "pgvector",
    "cache": "external",
    "redis_host": "redis.example.com",
    "postgresql": "external",
    "postgresql_host": "db.example.com",
    "postgresql_password": "canary-0c1d",
    "llm": "none",
    "opal": False,
}
COMPOSE, TOML = "docker-compose.yaml", ".aeterna/config.toml"
OPENCODE, MCP = "opencode.json", ".config/opencode/mcp.json"


def evaluated(**answers: Any) -> Evaluation:
    evaluation = evaluate(Answers().with_values(Origin.TYPED, {**HYBRID, **answers}))
    assert evaluation.config is not None, evaluation.findings
    return evaluation


def messages(evaluation: Evaluation, **replaced: tuple[str, str, str]) -> list[str]:
    files = dict(evaluation.files)
    for name, old, new in replaced.values():
        assert old in files[name], (name, old)
        files[name] = files[name].replace(old, new, 1)
    assert evaluation.config is not None
    findings = check_agreement(evaluation.config, files, evaluation.manifests)
    assert "canary" not in repr(findings)
    return [finding.message for finding in findings]


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"target": "docker-compose"},
        {
            "target": "docker-compose",
            "postgresql_host": "localhost",
            "redis_host": "127.0.0.1",
            "redis_password": "canary",
        },
        {"postgresql_host": "fd00::1"},
        {"target": "docker-compose", "postgresql_host": "fd00::1"},
        {"ingress": True, "ingress_host": "aeterna.example.com", "ingress_tls": "cert-manager"},
        {"secret_provider": "existing", "existing_secret_name": "theirs"},
        {"mode": "remote"},
        {"target": "opencode-only"},
        {"mode": "local", "postgresql": "cloudnative-pg", "cache": "dragonfly"},
    ],
)
def test_outputs_of_one_configuration_agree(answers: dict[str, Any]) -> None:
    assert messages(evaluated(**answers)) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        (TOML, 'mode = "hybrid"', 'mode = "local"', "(--mode)"),
        (TOML, 'url = "https://central.', 'url = "https://other.', "(--central-url)"),
        (TOML, 'host = "db.example.com"', 'host = "db2.example.com"', "(--postgresql-host)"),
        (TOML, "port = 5432", "port = 5433", "(--postgresql-port)"),
        (TOML, 'user = "aeterna"', 'user = "app"', "(--postgresql-user)"),
        (TOML, 'host = "redis.example.com"', 'host = "redis2.example.com"', "(--redis-host)"),
        (TOML, "port = 6379", "port = 6380", "(--redis-port)"),
        (TOML, "sync_interval = 300", "sync_interval = 30", "(--sync-interval)"),
        (TOML, 'version = "v0.8.0-rc.9"', 'version = "v0.8.0-rc.8"', "(--server-version)"),
        (
            TOML,
            'server_url = "http://localhost:8080"',
            'server_url = "http://localhost:9090"',
            "address that clients use",
        ),
        (MCP, "http://localhost:8080", "http://localhost:9090", "about the address that clients use"),
        (
            OPENCODE,
            '"AETERNA_TENANT_ID": "default"',
            '"AETERNA_TENANT_ID": "other"',
            "about the tenant that clients name",
        ),
    ],
)
@pytest.mark.parametrize("target", ["kubernetes", "docker-compose"])
def test_an_output_that_says_something_else_is_an_error(target: str, name: str, old: str, new: str, words: str) -> None:
    found = messages(evaluated(target=target), changed=(name, old, new))
    assert any(words in message and "disagree" in message for message in found), found


def test_the_image_that_runs_is_of_the_version_that_was_chosen() -> None:
    evaluation = evaluated()
    assert evaluation.config is not None
    manifests = json.loads(json.dumps(evaluation.manifests).replace("aeterna:v0.8.0-rc.9", "aeterna:v0.8.0-rc.8"))
    found = [item.message for item in check_agreement(evaluation.config, evaluation.files, manifests)]
    assert any("about the server version" in message for message in found), found


def test_clients_must_use_the_port_that_compose_opens() -> None:
    evaluation = evaluated(target="docker-compose")
    found = messages(evaluation, changed=(COMPOSE, "127.0.0.1:8080:8080", "127.0.0.1:9090:8080"))
    assert found == ["Clients use http://localhost:8080, but Compose opens the port 9090."]


def test_the_secret_that_exists_must_be_read() -> None:
    evaluation = evaluated(secret_provider="existing", existing_secret_name="theirs")
    assert evaluation.config is not None
    found = check_agreement(evaluation.config, {}, [{"apiVersion": "v1", "kind": "ConfigMap"}])
    assert [item.message for item in found] == ["The credentials are in the Secret theirs, but no manifest reads it."]


ADDRESSES: dict[str, Any] = {
    "postgresql_host": "fd00::15",
    "postgresql_port": 15432,
    "postgresql_user": "someone",
    "postgresql_database": "memories",
    "redis_host": "fd00::16",
    "redis_port": 16379,
    "opal": True,
    "opal_policy_source": "git",
    "opal_policy_repo_url": "https://[fd00::17]:10443/p.git",
    "opal_data_source": "url",
    "opal_data_url": "https://[fd00::18]:11443/entities",
    "central_url": "https://[fd00::19]:12443",
    "tracing": True,
    "tracing_endpoint": "http://[fd00::20]:14317",
}
STORES: dict[str, dict[str, Any]] = {
    "qdrant": {"vector_backend": "qdrant", "qdrant_host": "fd00::21", "qdrant_port": 16334},
    "weaviate": {"vector_backend": "weaviate", "weaviate_host": "fd00::21", "weaviate_port": 10080},
    "databricks": {
        "vector_backend": "databricks",
        "databricks_workspace_url": "https://[fd00::21]:13443",
        "databricks_token": "canary",
    },
    "mongodb": {"vector_backend": "mongodb", "mongodb_uri": "mongodb://u:canary@m.example.com:27018/d"},
}
MODELS: dict[str, dict[str, Any]] = {
    "openai": {"llm": "openai", "openai_base_url": "http://[fd00::22]:10081/v1", "openai_api_key": "canary"},
    "ollama": {"llm": "ollama", "ollama_host": "http://[fd00::22]:11434"},
}
CLUSTER_ONLY: dict[str, Any] = {
    "backup": True,
    "backup_target": "s3",
    "backup_s3_bucket": "b",
    "backup_s3_endpoint": "https://[fd00::23]:9443",
    "central_auth": "oauth2",
    "central_client_id": "c",
    "central_client_secret": "canary",
    "central_token_url": "https://[fd00::24]:8443/token",
    "ingress": True,
    "ingress_host": "way-in.example.com",
}
MARKS = re.compile(
    r"fd00::\d\d|15432|16379|someone|memories|10443|11443|12443|14317|16334|10080|13443|27018|10081|11434|9443|8443"
    r"|way-in|postgresql\.aeterna\.internal"
)
"""What is part of an address in these answers, and of nothing else."""


def test_the_marks_are_in_every_address_that_is_asked() -> None:
    given = {**ADDRESSES, **CLUSTER_ONLY}
    for part in (*STORES.values(), *MODELS.values()):
        given |= part
    # Policies let the API server's port through; nothing that is written asks there.
    asked = {question.name for question in questions() if question.address} - {"api_server_port"}
    # MongoDB's port follows from the URI.
    assert asked - {"mongodb_port"} <= {name for name, value in given.items() if MARKS.search(str(value))}
    assert asked <= CHART_PATHS.keys()
    assert CHART_PATHS.keys() <= by_name().keys()


def leaves(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Every text of a tree with the path to it."""
    if isinstance(tree, dict | list):
        for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from leaves(value, (*path, key))
    elif isinstance(tree, str):
        yield path, tree


def elsewhere(text: str) -> Iterator[str]:
    """The text with one mark after the other changed, and with the brackets gone where there are some."""
    for mark in MARKS.finditer(text):
        yield f"{text[: mark.start()]}{mark[0][:-1]}{'8' if mark[0][-1] != '8' else '9'}{text[mark.end() :]}"
    if "[fd00" in text:
        yield text.replace("[", "").replace("]", "")


def broken_manifests(manifests: Sequence[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for number, manifest in enumerate(manifests):
        # Network policies know ports and addresses only; a command of `helm test` and annotations are no outputs.
        if manifest["kind"] == "NetworkPolicy":
            continue
        secret = manifest["kind"] == "Secret"
        for path, text in leaves(manifest):
            if "command" in path or "annotations" in path:
                continue
            readable = base64.b64decode(text).decode() if secret and path[0] == "data" else text
            for other in elsewhere(readable):
                changed = copy.deepcopy(manifest)
                put(changed, path, base64.b64encode(other.encode()).decode() if secret else other)
                yield f"{manifest['kind']} {path}: {other}", [*manifests[:number], changed, *manifests[number + 1 :]]


def put(tree: Any, path: tuple[Any, ...], value: str) -> None:
    for step in path[:-1]:
        tree = tree[step]
    tree[path[-1]] = value


def broken_files(files: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    for name in (COMPOSE, TOML, OPENCODE, MCP, "values.yaml", ".env"):
        lines = files.get(name, "").split("\n")
        for number, line in enumerate(lines):
            # Comments say nothing, and `.env` holds answers themselves, but for what is put together from several.
            said = not line.lstrip().startswith("#") and (name != ".env" or line.startswith("RD_HOST"))
            for other in elsewhere(line) if said else ():
                yield f"{name}: {other}", {**files, name: "\n".join([*lines[:number], other, *lines[number + 1 :]])}


@pytest.mark.parametrize(("store", "model"), list(zip(STORES, itertools.cycle(MODELS), strict=False)))
@pytest.mark.parametrize("target", ["kubernetes", "docker-compose"])
def test_no_address_of_any_output_can_differ_from_the_answers_unseen(target: str, store: str, model: str) -> None:
    extra = CLUSTER_ONLY if target == "kubernetes" else {"redis_password": "canary@/"}
    evaluation = evaluated(**{**ADDRESSES, **STORES[store], **MODELS[model], **extra, "target": target})
    config = evaluation.config
    assert config is not None
    assert [finding.message for finding in evaluation.errors] == []
    unseen, tried = [], 0
    for what, files in broken_files(evaluation.files):
        tried += 1
        if not check_agreement(config, files, evaluation.manifests):
            unseen.append(what)
    for what, manifests in broken_manifests(list(evaluation.manifests)):
        tried += 1
        if not check_agreement(config, evaluation.files, manifests):
            unseen.append(what)
    assert unseen == []
    assert tried > 30

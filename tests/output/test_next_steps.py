import json
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.evaluate import Evaluation, evaluate
from aeterna_nb.output.next_steps import next_steps
from aeterna_nb.output.workspace import write
from aeterna_nb.output.writing import SEALED_FILE, leftovers, plan_files
from tests.generate.test_config_toml import CENTRAL, LOCAL

CLUSTER = LOCAL | {"target": "kubernetes"}
NOWHERE = Path("no/such/folder")
EXTERNAL = {"postgresql": "external", "postgresql_host": "db.example", "postgresql_password": "canary-77"}


def evaluated(**values: Any) -> Evaluation:
    return evaluate(Answers().with_values(Origin.GIVEN, values))


def steps(**values: Any) -> list[str]:
    evaluation = evaluated(**values)
    assert evaluation.config is not None, evaluation.findings
    return next_steps(evaluation, NOWHERE)


@pytest.mark.parametrize("release", ["aeterna", "demo", "my-aeterna-2", "d" * 53])
def test_the_port_forward_names_the_service_that_the_chart_makes(release: str) -> None:
    evaluation = evaluated(**CLUSTER, release_name=release)
    services = [item["metadata"]["name"] for item in evaluation.manifests if item["kind"] == "Service"]
    assert evaluation.config is not None
    forward = next(step for step in next_steps(evaluation, NOWHERE) if "port-forward" in step)
    assert forward.split("service/")[1].split()[0] in services


def test_with_an_ingress_nothing_is_forwarded() -> None:
    assert not [step for step in steps(**CLUSTER, ingress=True, ingress_host="a.example") if "port-forward" in step]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (LOCAL, "docker compose up --detach --wait"),
        (LOCAL, "aeterna deploy (looks first, starts it"),
        (CLUSTER, "aeterna deploy (looks first, says what will change"),
        (LOCAL | {"llm": "ollama"}, "ollama pull llama3.1 && ollama pull nomic-embed-text"),
        (CLUSTER, "-f values.yaml -f values.secret.yaml --wait"),
        (CLUSTER, "In a terminal of its own, where it stays: kubectl port-forward"),
        (CLUSTER | {"secret_provider": "sops"}, "-f secrets://values.secret.sops.yaml"),
        (CLUSTER | EXTERNAL, 'CREATE ROLE "aeterna" LOGIN CREATEROLE BYPASSRLS'),
        (CLUSTER | EXTERNAL | {"vector_backend": "pgvector"}, "CREATE EXTENSION IF NOT EXISTS vector;"),
        (CLUSTER | {"secret_provider": "existing"}, "generic aeterna-credentials --namespace aeterna"),
        (CLUSTER | {"secret_provider": "external-secrets"}, "the entry aeterna of your store: kms-key"),
        (CENTRAL | {"target": "docker-compose", "mode": "remote"}, "Nothing runs here"),
        (CENTRAL | {"target": "opencode-only"}, "the variable AETERNA_TOKEN"),
    ],
)
def test_what_is_left_to_do_is_said(values: dict[str, Any], expected: str) -> None:
    said = "\n".join(steps(**values))
    assert expected in said
    assert "canary" not in said


@pytest.mark.parametrize("values", [EXTERNAL, {"vector_backend": "pgvector"}], ids=["external", "pgvector"])
def test_an_extension_is_created_by_hand_only_for_vectors_in_a_database_of_ones_own(values: dict[str, Any]) -> None:
    assert not [step for step in steps(**CLUSTER | values) if "CREATE EXTENSION" in step]


def test_a_prepared_database_needs_nothing_more() -> None:
    assert not [step for step in steps(**CLUSTER | EXTERNAL, postgresql_prepared=True) if "CREATE ROLE" in step]


def test_a_referred_secret_lists_no_key_of_opal_that_nothing_reads() -> None:
    said = "\n".join(steps(**CLUSTER | {"secret_provider": "existing", "opal": True}))
    assert "--from-file=opal-private-key=FILE" in said
    assert "opal-public-key" not in said
    assert "opal-client-token" not in said


def test_a_referred_secret_lists_every_key_that_the_manifests_read() -> None:
    evaluation = evaluated(**CLUSTER | EXTERNAL | {"llm": "openai", "secret_provider": "existing"})
    read = {
        reference["key"]
        for item in evaluation.manifests
        for reference in references(item)
        if reference["name"] == "aeterna-credentials"
    }
    assert evaluation.config is not None
    said = "\n".join(next_steps(evaluation, NOWHERE))
    assert read
    assert {key for key in read if f"--from-file={key}=FILE" not in said} == set()


def references(tree: Any) -> list[dict[str, Any]]:
    if isinstance(tree, list):
        return [found for each in tree for found in references(each)]
    if not isinstance(tree, dict):
        return []
    own = [tree["secretKeyRef"]] if "secretKeyRef" in tree else []
    return own + [found for each in tree.values() for found in references(each)]


@pytest.mark.parametrize(
    ("client", "path"),
    [("VS Code", ["servers"]), ("Cursor", ["mcpServers"]), ("Zed", ["context_servers"])],
)
def test_other_clients_get_the_entry_in_their_own_form(client: str, path: list[str]) -> None:
    step = next(step for step in steps(**LOCAL, opencode_toolsets=["memory"]) if step.startswith(f"For {client}, "))
    server = json.loads(step[step.index("{") :])[path[0]]["aeterna"]
    assert server["command"] == "aeterna"
    assert server["args"] == ["mcp", "--toolset", "memory"]
    assert server["env"] == {"AETERNA_SERVER_URL": "http://localhost:8080", "AETERNA_TENANT_ID": "default"}
    assert server.get("type") == ("stdio" if client == "VS Code" else None)


def test_without_opencode_no_client_is_spoken_of() -> None:
    assert not [step for step in steps(**LOCAL, opencode=False) if "opencode" in step or "Cursor" in step]


def test_keys_that_were_given_before_are_listed_for_the_secret_too() -> None:
    said = steps(**CLUSTER, secret_provider="existing", kms_key="A" * 43 + "=")
    assert [step for step in said if "--from-file=kms-key=FILE" in step]


def test_a_secret_file_that_is_not_needed_any_more_is_named(tmp_path: Path) -> None:
    before = evaluated(**CLUSTER)
    write(plan_files(before, tmp_path))
    (tmp_path / ".env").write_text("THEIRS=1\n")
    assert leftovers(before, tmp_path) == []
    after = evaluated(**CLUSTER, secret_provider="existing")
    assert after.config is not None
    assert leftovers(after, tmp_path) == ["values.secret.yaml"]
    assert next_steps(after, tmp_path)[-1].startswith("values.secret.yaml holds secrets")


@pytest.mark.parametrize("provider", ["helm", "sops", "existing", "external-secrets"])
@pytest.mark.parametrize("method", ["api-key", "service-account"])
def test_the_install_command_names_only_files_that_are_written(method: str, provider: str) -> None:
    remote = CENTRAL | {"target": "kubernetes", "mode": "remote", "central_auth": method, "secret_provider": provider}
    evaluation = evaluated(**remote)
    assert evaluation.config is not None, evaluation.findings
    (command,) = (step for step in next_steps(evaluation, NOWHERE) if "helm upgrade" in step)
    named = {words.split()[0] for words in command.split(" -f ")[1:]}
    sealed = {f"secrets://{SEALED_FILE}"} if provider == "sops" and evaluation.secrets else set()
    assert named == sealed | {name for name in evaluation.files if name.startswith("values")}

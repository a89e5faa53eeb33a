"""Canaries: a secret stands in the one file that is meant for it, and in nothing that any command prints."""

from pathlib import Path

import pytest

from aeterna_nb.questions import questions
from tests.commands.conftest import Aeterna
from tests.commands.test_setup import HYBRID, LOCAL, SETUP

CANARY = "canary-7f3a"
CHOICES = {
    "central_api_key": [*HYBRID],
    "central_client_secret": [
        *HYBRID,
        *"--central-auth oauth2 --central-client-id me --central-token-url https://login.example.com/t".split(),
    ],
    "postgresql_password": [*LOCAL, "--postgresql", "external", "--postgresql-host", "db.example.com"],
    "redis_password": [*LOCAL, "--cache", "external", "--redis-host", "redis.example.com"],
    "qdrant_api_key": [*LOCAL, "--qdrant-host", "qdrant.example.com"],
    "weaviate_api_key": [*LOCAL, *"--vector-backend weaviate --weaviate-host weaviate.example.com".split()],
    "pinecone_api_key": [
        *LOCAL,
        *"--vector-backend pinecone --pinecone-index-name memories --pinecone-environment us-east-1-aws".split(),
    ],
    "mongodb_uri": [*LOCAL, "--vector-backend", "mongodb"],
    "vertex_ai_service_account": [
        *LOCAL,
        *"--vector-backend vertex-ai --vertex-ai-project p --vertex-ai-credentials service-account".split(),
    ],
    "databricks_token": [
        *LOCAL,
        *"--vector-backend databricks --databricks-workspace-url https://dbc.example.com".split(),
    ],
    "opal_policy_ssh_key": [
        *LOCAL,
        *"--opal-policy-source git --opal-policy-repo-url git@git.example.com:policies.git".split(),
    ],
    "openai_api_key": [*LOCAL, "--llm", "openai"],
    "anthropic_api_key": [*LOCAL, "--llm", "anthropic"],
    "backup_s3_access_key_id": [*LOCAL, *"--backup --backup-target s3 --backup-s3-bucket b".split()],
    "backup_s3_secret_access_key": [*LOCAL, *"--backup --backup-target s3 --backup-s3-bucket b".split()],
    "backup_gcs_credentials": [*LOCAL, *"--backup --backup-target gcs --backup-gcs-bucket b".split()],
    "backup_azure_storage_key": [*LOCAL, *"--backup --backup-target azure --backup-azure-account a".split()],
    "kms_key": [*LOCAL],
}
BASE64_CANARY = "Y2FuYXJ5LTdmM2FjYW5hcnktN2YzYWNhbmFyeS03ZjM="
"""A 32-byte key whose text can be searched for; a real one is drawn at random."""

TOGETHER = {
    "backup_s3_access_key_id": {"backup_s3_secret_access_key": "other"},
    "backup_s3_secret_access_key": {"backup_s3_access_key_id": "other"},
}


def test_every_secret_has_a_canary() -> None:
    assert set(CHOICES) == {question.name for question in questions() if question.secret}


@pytest.mark.parametrize("name", CHOICES)
def test_a_secret_stands_in_its_file_and_nowhere_else(aeterna: Aeterna, name: str) -> None:
    canary = BASE64_CANARY if name == "kms_key" else CANARY
    variables = {name: canary, **TOGETHER.get(name, {})}
    printed = [aeterna(*SETUP, *CHOICES[name], **variables)]
    assert printed[0].status == 0, printed[0].err
    holding = {path.name for path in Path("out").rglob("*") if path.is_file() and canary in path.read_text()}
    assert holding == {"values.secret.yaml"}
    for command in ("show", "validate", "diff", "render"):
        printed.append(aeterna(command, "--output", "out"))
        printed.append(aeterna(command, "--output", "out", "--cache", "valkey", **variables))
    printed.append(aeterna("diff", "--output", "out", "--json"))
    printed.append(aeterna(*SETUP, "--reconfigure", "--json", "--log-level", "debug"))
    for ran in printed:
        assert canary not in ran.out + ran.err


def test_a_secret_on_the_command_line_is_refused_without_being_repeated(aeterna: Aeterna) -> None:
    for words in (["--openai-api-key", CANARY], [f"--openai-api-key={CANARY}"]):
        ran = aeterna(*SETUP, *LOCAL, *words)
        assert ran.status == 2
        assert "--openai-api-key-file" in ran.err
        assert "AETERNA_SETUP_OPENAI_API_KEY" in ran.err
        assert CANARY not in ran.out + ran.err


def test_a_secret_comes_from_a_file(aeterna: Aeterna, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(CANARY + "\n")
    ran = aeterna(*SETUP, *LOCAL, "--llm", "openai", "--openai-api-key-file", "key")
    assert ran.status == 0
    assert f'value: "{CANARY}"' in Path("out/values.secret.yaml").read_text()


def test_secrets_that_exist_already_are_referred_to_and_never_written(aeterna: Aeterna) -> None:
    ran = aeterna(*SETUP, *LOCAL, "--secret-provider", "existing", "--llm", "openai", openai_api_key=CANARY)
    assert ran.status == 0, ran.err
    assert not Path("out/values.secret.yaml").exists()
    assert 'existingSecret: "aeterna-credentials"' in Path("out/values.yaml").read_text()
    assert "--from-file=openai-api-key=FILE" in ran.out
    assert all(CANARY not in path.read_text() for path in Path("out").rglob("*") if path.is_file())
    assert "is not written" in ran.err


def test_sops_without_its_program_writes_nothing_in_clear(aeterna: Aeterna, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    ran = aeterna(*SETUP, *LOCAL, "--secret-provider", "sops", "--llm", "openai", openai_api_key=CANARY)
    assert ran.status == 1
    assert "sops is not on the PATH" in ran.err
    assert not Path("out").exists()


def test_sops_that_was_killed_writes_nothing(aeterna: Aeterna, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "sops"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nkill -9 $$\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    ran = aeterna(*SETUP, *LOCAL, "--secret-provider", "sops", "--llm", "openai", openai_api_key=CANARY)
    assert ran.status == 1
    assert "sops refused: no reason" in ran.err
    assert not Path("out").exists()

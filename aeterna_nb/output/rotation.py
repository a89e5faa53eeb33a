"""New secrets in the place of those that the workbench made: which files change, and what to do then."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.evaluate import Evaluation
from aeterna_nb.generate.environment.backing import ROLE
from aeterna_nb.generate.files import ENV_FILE, SECRET_FILES
from aeterna_nb.output.next_steps import helm_command
from aeterna_nb.output.workspace import Plan
from aeterna_nb.output.writing import plan_files

LASTING = ("kms_key",)
"""Secrets that are changed only when they are named: what the old one encrypted, the new one can't read."""


def plan_rotated(evaluation: Evaluation, folder: Path) -> Plan:
    """What writing the secrets, and nothing else, into the folder would do. Raises WorkspaceError."""
    secret = {name: text for name, text in evaluation.files.items() if name in SECRET_FILES}
    return plan_files(replace(evaluation, files=secret), folder)


def after_rotation(config: SetupConfig, names: Collection[str], backups: Mapping[str, str]) -> list[str]:
    """What to do once these secrets are written, in order; `backups` are those of the files that held the old ones."""
    compose = config.target == "docker-compose"
    steps = list(_compose(names, backups.get(ENV_FILE, "")) if compose else _cluster(config, names))
    if "opal_client_token" in names:
        steps.append(Sentence("Whoever has the old OPAL token, give them the new one: it fits the new keys alone."))
    if "kms_key" in names:
        steps.append(Sentence("What was encrypted with the old key can be read only with that one: keep its backup."))
    return steps


def _compose(names: Collection[str], backup: str) -> Iterator[str]:
    if "postgresql_password" in names:
        yield Sentence(
            "PostgreSQL keeps the password of its volume. Give the new one to the container, and then to the database:"
        )
        yield "docker compose up --detach --wait postgresql"
        yield (
            r"printf '%s\n' '\getenv new POSTGRES_PASSWORD' "
            f"\"ALTER ROLE {ROLE} PASSWORD :'new';\" "
            f"| docker compose exec --no-TTY postgresql psql --username {ROLE}"
        )
    if "mongodb_password" in names:
        yield Sentence(
            "MongoDB keeps the password of its volume. This asks for the old one ({old}), then the new one ({new}):",
            old=backup,
            new=ENV_FILE,
        )
        yield (
            "docker compose exec mongodb mongosh --username aeterna --authenticationDatabase admin admin "
            """--eval 'db.changeUserPassword("aeterna", passwordPrompt())'"""
        )
    yield Sentence("Start everything anew that reads a new value:")
    yield "docker compose up --detach --wait"


def _cluster(config: SetupConfig, names: Collection[str]) -> Iterator[str]:
    yield Sentence("Pods that read a new value start anew with the next upgrade:")
    yield helm_command(config)
    assert config.cluster is not None
    if "weaviate_api_key" in names:
        yield Sentence("Weaviate reads its key only when it starts:")
        yield f"kubectl rollout restart --namespace {config.cluster.namespace} statefulset weaviate"
    if "mongodb_password" in names:
        yield Sentence("MongoDB's operator gives the new password to the database; the server waits until it has.")

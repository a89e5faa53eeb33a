"""What to do once the files are written: commands to copy, for these answers."""

from collections.abc import Iterator, Sequence
from typing import Any

from aeterna_nb import ports
from aeterna_nb.answers.secret_values import key_of, made_names, refers, typed
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.llm import Ollama
from aeterna_nb.config.opencode import OpenCodeOn
from aeterna_nb.config.operations import IngressOn
from aeterna_nb.config.postgresql import ExternalPostgresql
from aeterna_nb.config.secrets import ExistingSecret, ExternalSecrets, Sops
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.config.vector import Pgvector
from aeterna_nb.generate.client import opencode_entry, wants_token
from aeterna_nb.generate.mcp_clients import other_clients
from aeterna_nb.questions import by_name, questions, value_in

CHART_NAME = "aeterna"
HELM_SECRETS = "https://github.com/jkroepke/helm-secrets"


def next_steps(config: SetupConfig, leftovers: Sequence[str] = ()) -> list[str]:
    """Sentences and commands, in the order in which to follow them.

    `leftovers` are the names of secret files that lie there and that the configuration does without.
    """
    return [
        *_database(config),
        *_secrets(config),
        *_install(config),
        *_opencode(config),
        *(_leftover(name) for name in leftovers),
    ]


def _leftover(name: str) -> str:
    return Sentence("{file} holds secrets and is not needed any more. Delete it when nothing uses it.", file=name)


def role_sql(config: ExternalPostgresql) -> str:
    """The SQL that prepares an external PostgreSQL 16 or newer (docs/facts/aeterna-server.md#roles)."""
    return (
        f'CREATE ROLE "{config.user}" LOGIN CREATEROLE BYPASSRLS; '
        f'CREATE DATABASE "{config.database}" OWNER "{config.user}";'
    )


def secret_keys(config: SetupConfig) -> list[str]:
    """The keys that a Secret of one's own must hold for this configuration: what is needed, and what was given."""

    def lookup(name: str) -> Any:
        return value_in(config, by_name()[name])

    asked = [
        question.name
        for question in questions()
        if question.secret and question.applies(lookup) and question.needed and question.needed.holds(lookup)
    ]
    return [key_of(config, name) for name in dict.fromkeys([*asked, *typed(config), *made_names(config)])]


def _database(config: SetupConfig) -> Iterator[str]:
    if isinstance(config.postgresql, ExternalPostgresql) and not config.postgresql.prepared:
        yield Sentence("Prepare the database, as a superuser: {sql}", sql=role_sql(config.postgresql))
        yield Sentence('Then set a password: \\password "{user}"', user=config.postgresql.user)
    if isinstance(config.postgresql, ExternalPostgresql) and isinstance(config.vector, Pgvector):
        yield Sentence(
            'As a superuser, in the database "{database}": CREATE EXTENSION IF NOT EXISTS vector;',
            database=config.postgresql.database,
        )


def _secrets(config: SetupConfig) -> Iterator[str]:
    if config.cluster is None or config.secrets is None:
        return
    storage = config.secrets.storage
    if isinstance(storage, ExistingSecret):
        files = " ".join(f"--from-file={key}=FILE" for key in secret_keys(config))
        if files:
            yield f"kubectl create secret generic {storage.secret_name} --namespace {config.cluster.namespace} {files}"
    if isinstance(storage, ExternalSecrets):
        keys = ", ".join(secret_keys(config))
        yield Sentence(
            "Put these properties into the entry {entry} of your store: {keys}", entry=storage.remote_key, keys=keys
        )


def _install(config: SetupConfig) -> Iterator[str]:
    if config.target == "docker-compose" and config.mode == "remote":
        yield Sentence("Nothing runs here in remote mode: clients use the central server.")
    elif config.target == "docker-compose":
        yield Sentence("aeterna deploy (looks first, starts it, and says why where it fails)")
        yield Sentence("Or without the workbench: {command}", command="docker compose up --detach --wait")
        if isinstance(config.llm, Ollama):
            yield f"ollama pull {config.llm.model} && ollama pull {config.llm.embedding_model}"
    if config.cluster is None or config.secrets is None:
        return
    if config.runs_server:
        yield Sentence("aeterna chart deps (fetches the subcharts, once)")
    yield Sentence("aeterna deploy (looks first, says what will change, installs it, and says why where it fails)")
    if _is_sealed(config):
        yield Sentence("Helm needs a plugin for SOPS: {command}", command=f"helm plugin install {HELM_SECRETS}")
    yield Sentence("Or with Helm, after aeterna chart export chart: {command}", command=helm_command(config))


def helm_command(config: SetupConfig) -> str:
    """How the helm program installs or upgrades the release from a chart in the folder `chart`."""
    assert config.cluster is not None
    files = "-f values.yaml"
    if _is_sealed(config):
        files += " -f secrets://values.secret.sops.yaml"
    elif _has_secret_file(config):
        files += " -f values.secret.yaml"
    where = f"--namespace {config.cluster.namespace} --create-namespace"
    return f"helm upgrade --install {config.cluster.release_name} ./chart {where} {files} --wait --timeout 15m"


def _is_sealed(config: SetupConfig) -> bool:
    assert config.secrets is not None
    return _has_secret_file(config) and isinstance(config.secrets.storage, Sops)


def _has_secret_file(config: SetupConfig) -> bool:
    return not refers(config) and bool(typed(config) or made_names(config))


def _opencode(config: SetupConfig) -> Iterator[str]:
    if not isinstance(config.opencode, OpenCodeOn):
        return
    if config.runs_server and config.cluster is not None and not _reachable_from_outside(config):
        service, namespace = _server_service(config.cluster.release_name), config.cluster.namespace
        yield f"kubectl port-forward --namespace {namespace} service/{service} {ports.AETERNA}:{ports.AETERNA}"
    if wants_token(config):
        yield Sentence("Put the token of the central server, if it asks for one, into the variable AETERNA_TOKEN.")
    yield "aeterna mcp --check"
    yield Sentence("That says what the bridge reaches. Then start opencode in this folder.")
    for other in other_clients(opencode_entry(config, config.opencode)):
        yield Sentence("For {client}, into {file}: {text}", client=other.client, file=other.file, text=other.text)


def _reachable_from_outside(config: SetupConfig) -> bool:
    return config.operations is not None and isinstance(config.operations.ingress, IngressOn)


def _server_service(release: str) -> str:
    """The name that the chart gives the server's Service: the release's, with the chart's unless it is in there."""
    return release if CHART_NAME in release else f"{release}-{CHART_NAME}"

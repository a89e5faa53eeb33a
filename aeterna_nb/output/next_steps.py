"""What to do once the files are written: commands to copy, for these answers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

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
from aeterna_nb.evaluate import Evaluation
from aeterna_nb.generate.client import opencode_entry, wants_token
from aeterna_nb.generate.files import OWN_VALUES_FILE
from aeterna_nb.generate.mcp_clients import ClientEntry, other_clients
from aeterna_nb.output.writing import leftovers
from aeterna_nb.questions import by_name, questions, value_in

CHART_NAME = "aeterna"
DERIVED = ("opal_public_key", "opal_client_token")
"""Secrets that no pod reads of a Secret of one's own: the key is derived there, and the token asked for."""
HELM_SECRETS = "https://github.com/jkroepke/helm-secrets"


INSTALL = "pipx install aeterna-nb"
PROGRAM = Sentence(
    "The program `aeterna` comes with `{install}`; `uvx --from aeterna-nb aeterna` runs it without "
    "installing, and a checkout has it in `.venv/bin` after `make run`.",
    install=INSTALL,
)
"""How to get the program, for who holds nothing but files."""


Held = Literal["workbench", "files", "chart"]
"""What somebody holds: the workbench that made the files, nothing but the files, or the files with the chart."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what explains it, the command or text to copy, and a note behind it; each may be empty."""

    lead: str = ""
    command: str = ""
    note: str = ""


def parts(step: str) -> Step:
    """A step in its parts.

    Sentences end with a full stop, commands do not and begin small. What stands before a colon, or in brackets behind a
    command, explains it and is not copied.
    """
    if step.endswith("."):
        return Step(step)
    lead, colon, text = step.partition(": ")
    if colon and lead[0].isupper():
        return Step(f"{lead}:", text)
    command, _, note = step.removesuffix(")").partition(" (") if step.endswith(")") else (step, "", "")
    return Step("", command, note)


def needs_program(steps: Sequence[str]) -> bool:
    """Whether one of the steps is, or offers, a command of the program."""
    return any(re.search("(^|`)aeterna ", text) for step in map(parts, steps) for text in (step.command, step.note))


def next_steps(evaluation: Evaluation, folder: Path) -> list[str]:
    """Sentences and commands for the files in a folder, in the order in which to follow them.

    The evaluation has a configuration.
    """
    config = evaluation.config
    assert config is not None
    clients = (
        Sentence("For {client}, into {file}: {text}", client=other.client, file=other.file, text=other.text)
        for other in client_entries(config)
    )
    return [*first_steps(config), *clients, *about_folder(evaluation, folder)]


def first_steps(config: SetupConfig, held: Held = "workbench") -> list[str]:
    """The steps until it runs and OpenCode reaches it, for who holds so much."""
    steps = [*_database(config), *_secrets(config), *_install(config, held), *_opencode(config)]
    if held == "workbench":
        return steps
    first = next((at for at, step in enumerate(steps) if parts(step).command.startswith("aeterna ")), None)
    program = Sentence("Get the program `aeterna`, which OpenCode starts too: {command}", command=INSTALL)
    return steps if first is None else [*steps[:first], program, *steps[first:]]


def client_entries(config: SetupConfig) -> tuple[ClientEntry, ...]:
    """What other clients than OpenCode take into files of their own; none where OpenCode is not wanted."""
    if not isinstance(config.opencode, OpenCodeOn):
        return ()
    return other_clients(opencode_entry(config, config.opencode))


def about_folder(evaluation: Evaluation, folder: Path) -> Iterator[str]:
    """What to do with files that lie there and are not written: values of the user's own, and unneeded secret files."""
    if evaluation.config and evaluation.config.cluster and (folder / OWN_VALUES_FILE).is_file():
        yield Sentence("Helm gets your own {file} too, after the others: -f {file}", file=OWN_VALUES_FILE)
    for name in leftovers(evaluation, folder):
        yield Sentence("{file} holds secrets and is not needed any more. Delete it when nothing uses it.", file=name)


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
    names = dict.fromkeys([*asked, *typed(config), *made_names(config)])
    return [key_of(config, name) for name in names if name not in DERIVED]


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


def _install(config: SetupConfig, held: Held) -> Iterator[str]:
    if config.target == "docker-compose" and config.mode == "remote":
        yield Sentence("Nothing runs here in remote mode: clients use the central server.")
    elif config.target == "docker-compose":
        yield from _with_compose(held)
        if isinstance(config.llm, Ollama):
            yield f"ollama pull {config.llm.model} && ollama pull {config.llm.embedding_model}"
    if config.cluster is None or config.secrets is None:
        return
    helm = helm_command(config)
    plugin = Sentence("Helm needs a plugin for SOPS: {command}", command=f"helm plugin install {HELM_SECRETS}")
    plugins = [plugin] if _is_sealed(config) else []
    if held == "workbench":
        if config.runs_server:
            yield Sentence("aeterna chart deps (fetches the subcharts, once)")
        yield Sentence("aeterna deploy (looks first, says what will change, installs it, and says why where it fails)")
        yield from plugins
        yield Sentence("Or with Helm, after aeterna chart export chart: {command}", command=helm)
        return
    if held == "files":
        yield Sentence("aeterna chart export chart (fetches the subcharts and writes the complete chart)")
    yield from plugins
    yield _or_deploy(helm)


def _with_compose(held: Held) -> Iterator[str]:
    compose = "docker compose up --detach --wait"
    if held == "workbench":
        yield Sentence("aeterna deploy (looks first, starts it, and says why where it fails)")
        yield Sentence("Or without the workbench: {command}", command=compose)
        return
    yield _or_deploy(compose)


def _or_deploy(command: str) -> str:
    return Sentence("{command} (or `aeterna deploy`, which looks first and says why where it fails)", command=command)


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
        service, namespace = server_service(config.cluster.release_name), config.cluster.namespace
        forward = f"kubectl port-forward --namespace {namespace} service/{service} {ports.AETERNA}:{ports.AETERNA}"
        yield Sentence("In a terminal of its own, where it stays: {command}", command=forward)
    if wants_token(config):
        yield Sentence("Put the token of the central server, if it asks for one, into the variable AETERNA_TOKEN.")
    yield "aeterna mcp --check"
    yield Sentence("That says what the bridge reaches. Then start opencode in this folder.")


def _reachable_from_outside(config: SetupConfig) -> bool:
    return config.operations is not None and isinstance(config.operations.ingress, IngressOn)


def server_service(release: str) -> str:
    """The name that the chart gives the server's Service: the release's, with the chart's unless it is in there."""
    return release if CHART_NAME in release else f"{release}-{CHART_NAME}"

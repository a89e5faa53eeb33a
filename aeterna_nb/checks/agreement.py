"""Check 8: the outputs agree with the answers and with each other: mode, addresses, ports, versions, names."""

import base64
import binascii
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import yaml

from aeterna_nb.checks.files import env_values
from aeterna_nb.checks.hosts import container_variables, host_aliases
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.opencode import OpenCodeOn
from aeterna_nb.config.postgresql import ExternalPostgresql
from aeterna_nb.config.secrets import ExistingSecret
from aeterna_nb.editing import jsonc
from aeterna_nb.findings import Finding
from aeterna_nb.generate.addresses import DATABASE_NAME
from aeterna_nb.generate.client import client_url
from aeterna_nb.generate.config_toml import own_profile
from aeterna_nb.generate.environment.others import SHARED, VARIABLES, source_urls
from aeterna_nb.generate.environment.server import SERVER as ENVIRONMENT
from aeterna_nb.generate.environment.variable import Holds
from aeterna_nb.generate.files import COMPOSE_FILE, CONFIG_FILE, ENV_FILE, MCP_FILE, VALUES_FILE
from aeterna_nb.generate.helm_values import chart_defaults
from aeterna_nb.generate.opencode import CONFIG_FILES
from aeterna_nb.kubernetes.manifests import Manifest, expand, items, label, name_of, pod_templates, section
from aeterna_nb.questions import Question, by_name, questions, value_in

CHECK = "agreement"

SERVER = "aeterna"
"""The server's container in the chart, and its service in the Compose file."""

CHART_PATHS: Mapping[str, tuple[str, ...]] = {
    "mode": ("mode",),
    "central_url": ("central", "url"),
    "central_token_url": ("central", "auth", "oauth2", "tokenUrl"),
    "qdrant_host": ("vector", "qdrant", "host"),
    "qdrant_port": ("vector", "qdrant", "port"),
    "weaviate_host": ("vector", "weaviate", "host"),
    "weaviate_port": ("vector", "weaviate", "port"),
    "mongodb_port": ("vector", "mongodb", "port"),
    "databricks_workspace_url": ("vector", "databricks", "workspaceUrl"),
    "redis_host": ("cache", "external", "host"),
    "redis_port": ("cache", "external", "port"),
    "redis_database": ("cache", "database"),
    "postgresql_host": ("postgresql", "external", "host"),
    "postgresql_port": ("postgresql", "external", "port"),
    "postgresql_database": ("postgresql", "external", "database"),
    "postgresql_user": ("postgresql", "external", "user"),
    "postgresql_tls": ("postgresql", "external", "sslMode"),
    "opal_policy_repo_url": ("opal", "policy", "git", "url"),
    "opal_data_url": ("opal", "data", "url"),
    "openai_base_url": ("llm", "openai", "baseUrl"),
    "ollama_host": ("llm", "ollama", "host"),
    "ingress_host": ("ingress", "host"),
    "tracing_endpoint": ("tracing", "endpoint"),
    "backup_s3_endpoint": ("backup", "s3", "endpoint"),
    "server_version": ("image", "tag"),
    "sync_interval": ("hybrid", "syncIntervalSeconds"),
    "log_format": ("logging", "format"),
}
"""Where the chart's values say the same as an answer, by the question's name: every address, and what goes with it."""

_ANSWERS = "the answers"
_IMAGE, _CLIENT_URL, _TENANT = "the server version", "the address that clients use", "the tenant that clients name"
_CENTRAL_HOST, _DATABASE_ALIAS = "the host of the central server", f"the address of {DATABASE_NAME}"

_IN_OBJECTS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("ConfigMap", ("data", "AETERNA_SERVER_URL"), "central_url"),
    ("ConfigMap", ("data", "oauth2-token-url"), "central_token_url"),
    ("Cluster", ("spec", "backup", "barmanObjectStore", "endpointURL"), "backup_s3_endpoint"),
)
"""Kind and path of what manifests say outside of variables, and the question that it answers."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What one output says about a subject; `subject` completes "the outputs disagree about"."""

    subject: str
    output: str
    value: str


def check_agreement(
    config: SetupConfig, files: Mapping[str, str], manifests: Sequence[Manifest], *, answers: bool = True
) -> list[Finding]:
    """An error for every subject about which two outputs say different things, or one of them other than the answers.

    Files that can't be read say nothing. Without `answers` the outputs need to agree with each other alone.
    """
    toml, services, objects = _toml(files), _compose_services(files), expand(manifests)
    said: dict[str, list[Statement]] = {}
    for statement in (
        *(_of_answers(config) if answers else ()),
        *_of_files(config, files, toml),
        *_of_clients(files, toml),
        *_of_manifests(config, objects),
        *_of_compose(config, services, env_values(files.get(ENV_FILE, ""))),
    ):
        said.setdefault(statement.subject, []).append(statement)
    findings: list[Finding] = []
    for subject, statements in said.items():
        values: dict[str, str] = {}
        for statement in statements:
            values.setdefault(statement.value, statement.output)
        if len(values) > 1:
            listed = ", ".join(f"{value or 'nothing'} in {output}" for value, output in values.items())
            findings.append(_error(f"The outputs disagree about {subject}: {listed}."))
    return [*findings, *_published(config, section(services, SERVER)), *_secret_name(config, manifests)]


def _of_answers(config: SetupConfig) -> Iterator[Statement]:
    for question, value in _answered(config):
        yield Statement(_about(question), _ANSWERS, _text(value))
    for variable in VARIABLES.values():
        said = variable.said(config)
        if said is not None:
            yield Statement(variable.subject, _ANSWERS, said)
    yield Statement(_CLIENT_URL, _ANSWERS, client_url(config))
    if isinstance(config.opencode, OpenCodeOn):
        yield Statement(_TENANT, _ANSWERS, config.opencode.tenant)
    if config.central is not None:
        yield Statement(_CENTRAL_HOST, _ANSWERS, urlsplit(config.central.url).hostname or "")
    if config.server is not None:
        yield Statement(_IMAGE, _ANSWERS, config.server.version)
    if isinstance(config.postgresql, ExternalPostgresql):
        yield Statement(_DATABASE_ALIAS, _ANSWERS, config.postgresql.host)


def _answered(config: SetupConfig) -> Iterator[tuple[Question, Any]]:
    """Every question that is answered and whose answer may be shown, with the answer."""
    for question in questions():
        value = None if question.secret or question.multiline else value_in(config, question)
        if value is not None and question.applies(lambda name: value_in(config, by_name()[name])):
            yield question, value


def _about(question: Question) -> str:
    return f"the answer to “{question.label}” ({question.flag})"


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else "" if value is None else str(value)


def _of_files(config: SetupConfig, files: Mapping[str, str], toml: Mapping[str, Any]) -> Iterator[Statement]:
    values = _values(files)
    for question, _ in _answered(config):
        if toml:
            yield Statement(_about(question), CONFIG_FILE, _text(_at(toml, question.path)))
        path = CHART_PATHS.get(question.name)
        if values is not None and path is not None:
            said = _at(values, path)
            yield Statement(_about(question), VALUES_FILE, _text(_at(chart_defaults(), path) if said is None else said))


def _of_clients(files: Mapping[str, str], toml: Mapping[str, Any]) -> Iterator[Statement]:
    profile = own_profile(toml)
    for subject, key in ((_CLIENT_URL, "server_url"), (_TENANT, "tenant_id")):
        if profile.get(key):
            yield Statement(subject, CONFIG_FILE, str(profile[key]))
    for name in (*CONFIG_FILES, MCP_FILE):
        try:
            tree = jsonc.parse(files[name]) if name in files else {}
        except ValueError:
            continue
        environment = _at(tree, ("mcp", "aeterna", "environment"))
        for subject, key in ((_CLIENT_URL, "AETERNA_SERVER_URL"), (_TENANT, "AETERNA_TENANT_ID")):
            value = _at(environment, (key,))
            if value:
                yield Statement(subject, name, str(value))


def _unset(config: SetupConfig, output: str, variables: Mapping[str, str]) -> Iterator[Statement]:
    """Nothing, for each variable of the server that the answers have a value for and this output does not set."""
    for variable in ENVIRONMENT:
        if variable.name not in variables and variable.only in (None, config.target) and variable.said(config):
            yield Statement(variable.subject, output, "")


def _of_manifests(config: SetupConfig, objects: Sequence[Manifest]) -> Iterator[Statement]:
    hosts = _hosts_in_secrets(objects)
    for pod, container_name, variables in container_variables(objects):
        yield from _of_variables(label(pod.owner), container_name, variables, host_aliases(pod))
        if container_name == SERVER:
            yield from _unset(config, label(pod.owner), variables)
    for pod in pod_templates(objects):
        for _, container in pod.containers:
            for name, value in _referred(container, hosts):
                yield from _of_variables(label(pod.owner), SERVER, {name: value}, host_aliases(pod))
            if container.get("name") == SERVER:
                yield Statement(_IMAGE, label(pod.owner), _tag(str(container.get("image"))))
    for manifest in objects:
        yield from _of_object(manifest)


def _of_object(manifest: Manifest) -> Iterator[Statement]:
    for kind, path, question in _IN_OBJECTS:
        value = _at(manifest, path) if manifest.get("kind") == kind else None
        if value is not None:
            yield Statement(_about(by_name()[question]), label(manifest), str(value))
    if section(manifest, "spec").get("type") == "ExternalName":
        yield Statement(_CENTRAL_HOST, label(manifest), str(section(manifest, "spec").get("externalName")))
    if manifest.get("kind") == "Ingress":
        for rule in items(section(manifest, "spec"), "rules"):
            yield Statement(_about(by_name()["ingress_host"]), label(manifest), str(rule.get("host")))


def _hosts_in_secrets(objects: Sequence[Manifest]) -> dict[tuple[str, str], str]:
    """What stands behind the password, where a Secret's entry is a host with one before it; by name and key."""
    found = {}
    for manifest in objects:
        data = section(manifest, "data") if manifest.get("kind") == "Secret" else {}
        for key, value in data.items():
            try:
                text = base64.b64decode(str(value), validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                continue
            found[name_of(manifest), str(key)] = text.rpartition("@")[2] if "@" in text else ""
    return found


def _referred(container: Manifest, hosts: Mapping[tuple[str, str], str]) -> Iterator[tuple[str, str]]:
    """Variables that hold a host and come from a Secret, without the password."""
    for variable in items(container, "env"):
        reference = section(variable, "valueFrom", "secretKeyRef")
        known = VARIABLES.get(str(variable.get("name")))
        if reference and known is not None and known.holds is Holds.HOST:
            yield known.name, hosts.get((str(reference.get("name")), str(reference.get("key"))), "")


def _of_compose(config: SetupConfig, services: Manifest, env: Mapping[str, str]) -> Iterator[Statement]:
    for name in services:
        service = section(services, name)
        variables = {
            key: _readable(key, str(value), env)
            for key, value in section(service, "environment").items()
            if value is not None
        }
        hosts = {key: str(value) for key, value in section(service, "extra_hosts").items()}
        yield from _of_variables(f"{COMPOSE_FILE}, {name}", name, variables, hosts)
        if name == SERVER:
            yield from _unset(config, COMPOSE_FILE, variables)
    if SERVER in services:
        yield Statement(_IMAGE, COMPOSE_FILE, _tag(str(section(services, SERVER).get("image"))))


def _readable(name: str, value: str, env: Mapping[str, str]) -> str:
    """A value as Compose gives it to a container; empty where it comes from `.env`, unless it is a host."""
    if "${" not in value:
        return value.replace("$$", "$")
    known = VARIABLES.get(name)
    return env.get(value.strip("${}"), "") if known is not None and known.holds is Holds.HOST else ""


def _of_variables(
    output: str, container: str, variables: Mapping[str, str], hosts: Mapping[str, str]
) -> Iterator[Statement]:
    """What the variables of a container say; `hosts` are the addresses of names that it is told."""
    known = VARIABLES if container == SERVER else SHARED
    for name in (name for name in known if name in variables):
        variable, value = known[name], variables[name]
        if variable.holds is Holds.HOST:
            # Before it may stand a password.
            value = value.rpartition("@")[2]
        # What comes from a Secret is not compared, so that no finding holds it.
        if not value or "$(" in value:
            continue
        if variable.holds is Holds.SOURCES:
            value = ", ".join(source_urls(value))
        yield Statement(variable.subject, output, value)
        if DATABASE_NAME in value:
            yield Statement(_DATABASE_ALIAS, output, hosts.get(DATABASE_NAME, ""))


def _toml(files: Mapping[str, str]) -> Mapping[str, Any]:
    try:
        return tomllib.loads(files.get(CONFIG_FILE, ""))
    except tomllib.TOMLDecodeError:
        return {}


def _values(files: Mapping[str, str]) -> Mapping[str, Any] | None:
    try:
        tree = yaml.load(files[VALUES_FILE], Loader=yaml.CSafeLoader) if VALUES_FILE in files else None
    except yaml.YAMLError:
        return None
    return tree if isinstance(tree, Mapping) else None


def _compose_services(files: Mapping[str, str]) -> Manifest:
    try:
        return section(yaml.load(files.get(COMPOSE_FILE, ""), Loader=yaml.CSafeLoader) or {}, "services")
    except yaml.YAMLError:
        return {}


def _at(tree: Any, path: Sequence[str]) -> Any:
    for step in path:
        tree = tree.get(step) if isinstance(tree, Mapping) else None
    return tree


def _tag(image: str) -> str:
    return image.rpartition(":")[2]


def _published(config: SetupConfig, service: Manifest) -> Iterator[Finding]:
    """The address that clients use leads to a port that Compose opens."""
    ports = service.get("ports")
    opened = {str(port).rpartition(":")[0].rpartition(":")[2] for port in ports} if isinstance(ports, list) else set()
    url = client_url(config)
    if opened and str(urlsplit(url).port) not in opened:
        yield _error(f"Clients use {url}, but Compose opens the port {', '.join(sorted(opened))}.")


def _secret_name(config: SetupConfig, manifests: Sequence[Manifest]) -> Iterator[Finding]:
    """The Secret that exists, by an answer, is the one that the manifests read."""
    storage = config.secrets.storage if config.secrets else None
    if isinstance(storage, ExistingSecret) and manifests and storage.secret_name not in json.dumps(manifests):
        yield _error(f"The credentials are in the Secret {storage.secret_name}, but no manifest reads it.")


def _error(message: str) -> Finding:
    return Finding("error", message, check=CHECK)

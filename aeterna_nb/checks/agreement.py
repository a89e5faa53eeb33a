"""Check 8: the outputs agree with each other about mode, hosts, ports, versions, addresses and the Secret's name."""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import yaml

from aeterna_nb.checks.hosts import container_variables
from aeterna_nb.editing import jsonc
from aeterna_nb.findings import Finding
from aeterna_nb.generate.files import COMPOSE_FILE, CONFIG_FILE, MCP_FILE
from aeterna_nb.generate.opencode import CONFIG_FILES
from aeterna_nb.kubernetes.manifests import Manifest, expand, items, label, pod_templates, section

CHECK = "agreement"

SERVER = "aeterna"
"""The server's container in the chart, and its service in the Compose file."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What one output says about a subject; `subject` completes "the outputs disagree about"."""

    subject: str
    output: str
    value: str


# The server's variables, and where `.aeterna/config.toml` says the same.
_VARIABLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "AETERNA_DEPLOYMENT_MODE": ("the mode", ("mode",)),
    "AETERNA_REMOTE_GOVERNANCE_URL": ("the central server's address", ("central", "url")),
    "SY_SYNC_INTERVAL_SECONDS": ("the sync interval", ("hybrid", "sync_interval")),
    "PG_HOST": ("the host of PostgreSQL", ("postgresql", "host")),
    "PG_PORT": ("the port of PostgreSQL", ("postgresql", "port")),
    "PG_DATABASE": ("the database", ("postgresql", "database")),
    "PG_USERNAME": ("the database user", ("postgresql", "user")),
    "PGSSLMODE": ("TLS to the database", ("postgresql", "tls")),
    "RD_HOST": ("the host of Redis", ("cache", "host")),
    "RD_PORT": ("the port of Redis", ("cache", "port")),
    "RD_DB": ("the number of the Redis database", ("cache", "database")),
    "LOG_FORMAT": ("the log format", ("operations", "log_format")),
}
_IMAGE_SUBJECT, _IMAGE_PATH = "the server version", ("server", "version")
_URL_SUBJECT, _TENANT_SUBJECT = "the address that clients use", "the tenant that clients name"
# Under this name a container reaches the machine that runs it; the answer says localhost.
_MACHINE = "host.docker.internal"


def check_agreement(files: Mapping[str, str], manifests: Sequence[Manifest]) -> list[Finding]:
    """An error for every subject about which two outputs say different things. Files that can't be read say nothing."""
    toml, service = _toml(files), _compose_server(files)
    said: dict[str, list[Statement]] = {}
    for statement in (*_of_clients(files, toml), *_of_server(toml, service, manifests)):
        said.setdefault(statement.subject, []).append(statement)
    findings: list[Finding] = []
    for subject, statements in said.items():
        values = {statement.value: statement.output for statement in reversed(statements)}
        if len(values) > 1:
            listed = ", ".join(f"{output} says {value}" for value, output in values.items())
            findings.append(Finding("error", f"The outputs disagree about {subject}: {listed}.", check=CHECK))
    return [*findings, *_ways_in(toml, service, manifests), *_secret_name(toml, manifests)]


def _toml(files: Mapping[str, str]) -> Mapping[str, Any]:
    try:
        return tomllib.loads(files.get(CONFIG_FILE, ""))
    except tomllib.TOMLDecodeError:
        return {}


def _at(tree: Any, path: Sequence[str]) -> Any:
    for step in path:
        tree = tree.get(step) if isinstance(tree, Mapping) else None
    return tree


def _of_clients(files: Mapping[str, str], toml: Mapping[str, Any]) -> Iterator[Statement]:
    profile = _profile(toml)
    for subject, key in ((_URL_SUBJECT, "server_url"), (_TENANT_SUBJECT, "tenant_id")):
        if profile.get(key):
            yield Statement(subject, CONFIG_FILE, str(profile[key]))
    for name in (*CONFIG_FILES, MCP_FILE):
        try:
            tree = jsonc.parse(files[name]) if name in files else {}
        except ValueError:
            continue
        environment = _at(tree, ("mcp", "aeterna", "environment"))
        for subject, key in ((_URL_SUBJECT, "AETERNA_SERVER_URL"), (_TENANT_SUBJECT, "AETERNA_TENANT_ID")):
            value = _at(environment, (key,))
            if value:
                yield Statement(subject, name, str(value))


def _profile(toml: Mapping[str, Any]) -> Mapping[str, Any]:
    found = _at(toml, ("profiles", str(toml.get("default_profile"))))
    return found if isinstance(found, Mapping) else {}


def _of_server(toml: Mapping[str, Any], service: Manifest, manifests: Sequence[Manifest]) -> Iterator[Statement]:
    for subject, path in (*_VARIABLES.values(), (_IMAGE_SUBJECT, _IMAGE_PATH)):
        value = _at(toml, path)
        if value is not None:
            yield Statement(subject, CONFIG_FILE, str(value))
    objects = expand(manifests)
    for owner, variables in container_variables(objects):
        yield from _of_variables(label(owner), variables)
    for pod in pod_templates(objects):
        for container in items(pod.spec, "containers"):
            if container.get("name") == SERVER:
                yield Statement(_IMAGE_SUBJECT, label(pod.owner), _tag(str(container.get("image"))))
    if service:
        variables = {name: str(value) for name, value in section(service, "environment").items() if value is not None}
        yield from _of_variables(COMPOSE_FILE, variables)
        yield Statement(_IMAGE_SUBJECT, COMPOSE_FILE, _tag(str(service.get("image"))))


def _of_variables(output: str, variables: Mapping[str, str]) -> Iterator[Statement]:
    for name, (subject, _) in _VARIABLES.items():
        value = variables.get(name, "")
        # What comes from a Secret or from .env is not compared, so that no finding holds it.
        if value and "$" not in value and _MACHINE not in value:
            yield Statement(subject, output, value.strip("[]"))


def _compose_server(files: Mapping[str, str]) -> Manifest:
    try:
        return section(yaml.load(files.get(COMPOSE_FILE, ""), Loader=yaml.CSafeLoader) or {}, "services", SERVER)
    except yaml.YAMLError:
        return {}


def _tag(image: str) -> str:
    return image.rpartition(":")[2]


def _ways_in(toml: Mapping[str, Any], service: Manifest, manifests: Sequence[Manifest]) -> Iterator[Finding]:
    """The address that clients use leads to the Ingress, or to the port that Compose opens."""
    url = str(_profile(toml).get("server_url") or "")
    parts = urlsplit(url)
    hosts = {
        str(rule.get("host"))
        for manifest in expand(manifests)
        if manifest.get("kind") == "Ingress"
        for rule in items(section(manifest, "spec"), "rules")
    }
    if url and hosts and parts.hostname not in {host.lower() for host in hosts}:
        yield _disagreement(f"Clients use {url}, but the Ingress answers for {', '.join(sorted(hosts))}.")
    ports = service.get("ports")
    published = (
        {str(port).rpartition(":")[0].rpartition(":")[2] for port in ports} if isinstance(ports, list) else set()
    )
    if published and parts.port is not None and str(parts.port) not in published:
        yield _disagreement(f"Clients use {url}, but Compose opens the port {', '.join(sorted(published))}.")


def _secret_name(toml: Mapping[str, Any], manifests: Sequence[Manifest]) -> Iterator[Finding]:
    """The Secret that exists, by an answer, is the one that the manifests read."""
    name = _at(toml, ("secrets", "storage", "secret_name"))
    if name is None or not manifests or name in json.dumps(manifests):
        return
    yield _disagreement(f"The credentials are in the Secret {name}, but no manifest reads it.")


def _disagreement(message: str) -> Finding:
    return Finding("error", message, check=CHECK)

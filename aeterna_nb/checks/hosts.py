"""Check 6, host names: an address inside the cluster that a container gets leads to a Service and a port of it."""

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from aeterna_nb.checks.inventory import Inventory, inventory
from aeterna_nb.findings import Finding
from aeterna_nb.generate.environment.others import VARIABLES, source_urls
from aeterna_nb.generate.environment.variable import Holds
from aeterna_nb.kubernetes.manifests import (
    Manifest,
    PodTemplate,
    expand,
    group_of,
    items,
    label,
    pod_templates,
    section,
)

CHECK = "hosts"

_HOST = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?\.?")
_MEMBER = re.compile(r"(?:.*@)?(\[[^\]]*\]|[^:]*)(?::(\d+))?")


def check_hosts(manifests: Sequence[Manifest], external: Inventory, namespace: str) -> list[Finding]:
    """Every variable whose host is a name of this namespace (`db`, `db.<namespace>.svc`) without such a Service.

    Read are the variables of containers and ConfigMaps that `generate.environment` declares to hold an address; any
    other text is left alone. Hosts in `external.hosts`, those that the pod itself is told (`hostAliases`) and names
    with a domain of their own are outside this check. A message holds the host, never the whole value, since a URL may
    carry a password.
    """
    objects = expand(manifests)
    known = inventory(objects).merged(external)
    findings: list[Finding] = []
    for pod, _, variables in container_variables(objects):
        told = host_aliases(pod)
        for name, value in variables.items():
            for host, port in hosts_and_ports(name, value, variables):
                service = "" if host in external.hosts or host in told else _service_of(host, namespace)
                if service:
                    findings.extend(_judge(f"{label(pod.owner)}: {name}", service, port, known))
    return list(dict.fromkeys(findings))


def _judge(subject: str, service: str, port: str, known: Inventory) -> Iterator[Finding]:
    if service not in known.services:
        yield Finding("error", f"{subject} leads to {service}, and no Service has that name.", check=CHECK)
        return
    ports = known.services[service]
    if port and ports is not None and port not in ports:
        listed = ", ".join(sorted(ports)) or "none"
        yield Finding(
            "error", f"{subject} leads to port {port} of {service}, and the Service has only: {listed}.", check=CHECK
        )


def container_variables(objects: Sequence[Manifest]) -> Iterator[tuple[PodTemplate, str, Mapping[str, str]]]:
    """Each container's pod, name and variables with their values, those from ConfigMaps included; no Secrets."""
    maps = {
        str(section(m, "metadata").get("name")): _texts(section(m, "data"))
        for m in objects
        if m.get("kind") == "ConfigMap" and not group_of(m)
    }
    for pod in pod_templates(objects):
        for _, container in pod.containers:
            variables: dict[str, str] = {}
            for entry in items(container, "envFrom"):
                variables.update(maps.get(str(section(entry, "configMapRef").get("name")), {}))
            for variable in items(container, "env"):
                reference = section(variable, "valueFrom", "configMapKeyRef")
                value = variable.get("value")
                if reference:
                    value = maps.get(str(reference.get("name")), {}).get(str(reference.get("key")))
                if isinstance(value, str):
                    variables[str(variable.get("name"))] = value
            yield pod, str(container.get("name")), variables


def host_aliases(pod: PodTemplate) -> dict[str, str]:
    """The addresses of the names that a pod is told, by name."""
    return {
        str(name): str(entry.get("ip"))
        for entry in items(pod.spec, "hostAliases")
        for name in entry.get("hostnames") or ()
    }


def _texts(data: Manifest) -> dict[str, str]:
    return {str(key): value for key, value in data.items() if isinstance(value, str)}


def hosts_and_ports(name: str, value: str, variables: Mapping[str, str]) -> list[tuple[str, str]]:
    """The hosts that a variable leads to, each with its port, as far as they are known; none where it is no address."""
    variable = VARIABLES.get(name)
    match variable.holds if variable else None:
        case Holds.HOST if variable is not None:
            host, port = _member(value)
            return [(host, port or variables.get(variable.port, ""))]
        case Holds.HOSTS:
            return [_member(member) for member in value.split(",")]
        case Holds.URL:
            return _of_url(value)
        case Holds.SOURCES:
            return [found for url in source_urls(value) for found in _of_url(url)]
    return []


def _of_url(url: str) -> list[tuple[str, str]]:
    # A path and git's short form name no scheme, and no Service can be meant.
    try:
        netloc = urlsplit(url).netloc if "://" in url else ""
    except ValueError:
        return []
    return [_member(member) for member in netloc.rpartition("@")[2].split(",") if member]


def _member(text: str) -> tuple[str, str]:
    matched = _MEMBER.fullmatch(text)
    return (matched[1].strip("[]").lower(), matched[2] or "") if matched else ("", "")


def _service_of(host: str, namespace: str) -> str:
    """The Service of this namespace that a host name means; empty for names of other places.

    Names as in the Kubernetes documentation, "DNS for Services and Pods": `service`, `service.namespace`,
    `service.namespace.svc`, `service.namespace.svc.cluster.local`, and a pod's name before any of them.
    """
    if host == "localhost" or _HOST.fullmatch(host) is None or _is_ip(host):
        return ""
    labels = host.rstrip(".").removesuffix(".cluster.local").split(".")
    if labels[-1] == "svc":
        return labels[-3] if len(labels) > 2 and labels[-2] == namespace else ""
    if len(labels) == 1:
        return labels[0]
    return labels[0] if len(labels) == 2 and labels[1] == namespace else ""


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

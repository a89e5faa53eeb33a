"""Check 6, host names: an address inside the cluster that a container gets leads to a Service and a port of it."""

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from aeterna_nb.checks.inventory import Inventory, inventory
from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.manifests import Manifest, expand, group_of, items, label, pod_templates, section

CHECK = "hosts"

_ADDRESS_NAME = re.compile(r"(?:^|_)(HOST|URL|URI|ADDR|ADDRESS|ENDPOINT)$")
_HOST = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?\.?")


def check_hosts(manifests: Sequence[Manifest], external: Inventory, namespace: str) -> list[Finding]:
    """Every variable whose host is a name of this namespace (`db`, `db.<namespace>.svc`) without such a Service.

    Read are variables of containers and ConfigMaps whose names end in HOST, URL, URI, ADDR, ADDRESS or ENDPOINT; a
    host's port stands in the URL or in the variable of the same name that ends in PORT. Hosts in `external.hosts` and
    names with a domain of their own are outside this check. A message holds the host, never the whole value, since a
    URL may carry a password.
    """
    objects = expand(manifests)
    known = inventory(objects).merged(external)
    findings: list[Finding] = []
    for owner, variables in container_variables(objects):
        for name, value in variables.items():
            host, port = host_and_port(name, value, variables)
            service = "" if host in external.hosts else _service_of(host, namespace)
            if service:
                findings.extend(_judge(f"{label(owner)}: {name}", service, port, known))
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


def container_variables(objects: Sequence[Manifest]) -> Iterator[tuple[Manifest, Mapping[str, str]]]:
    """Each container's owner and its variables with their values, those from ConfigMaps included; no Secrets."""
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
            yield pod.owner, variables


def _texts(data: Manifest) -> dict[str, str]:
    return {str(key): value for key, value in data.items() if isinstance(value, str)}


def host_and_port(name: str, value: str, variables: Mapping[str, str]) -> tuple[str, str]:
    """Host and port that a variable leads to, by its name and value; empty texts where it is no address.

    The port may stand in the variable of the same name that ends in PORT.
    """
    matched = _ADDRESS_NAME.search(name)
    if matched is None:
        return "", ""
    try:
        parts = urlsplit(value if "://" in value else f"//{value}")
        host, port = parts.hostname or "", str(parts.port or "")
    except ValueError:
        return "", ""
    return host, port or variables.get(name[: matched.start(1)] + "PORT", "")


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

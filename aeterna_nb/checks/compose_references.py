"""What a Compose file names and what must fit together in it, beyond its schema (the Compose specification).

Docker Compose itself refuses these; its JSON schema cannot say them (docs/facts/tools.md#compose).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from aeterna_nb.checks.chart_policy import is_pinned
from aeterna_nb.checks.hosts import hosts_and_ports
from aeterna_nb.kubernetes.manifests import section

Service = Mapping[str, Any]
Services = Mapping[str, Service]

_DURATION = re.compile(r"(?=.)(\d+(\.\d+)?h)?(\d+(\.\d+)?m(?!s))?(\d+(\.\d+)?s)?(\d+(\.\d+)?ms)?(\d+(\.\d+)?(us|µs))?")
_SIZE = re.compile(r"\d+(\.\d+)?\s?([kKmMgGtT]?[bB]?)")
_RESTART = re.compile(r"no|always|unless-stopped|on-failure(:\d+)?")
_RUNS_ON = re.compile(r"always|unless-stopped")
_PORT = re.compile(
    r"(?:(?P<address>\[[0-9a-fA-F:]+\]|[0-9.]+):)?"
    r"(?:(?P<published>\d+(?:-\d+)?)?:)?(?P<target>\d+(?:-\d+)?)(?:/(?:tcp|udp|sctp))?"
)
_NAME = re.compile(r"[a-zA-Z0-9._-]+")
_TOP_LEVEL = {"volumes": "volume", "networks": "network", "secrets": "secret", "configs": "config"}


def check_compose_references(content: Mapping[str, Any]) -> list[str]:
    """A sentence for everything that names something that is not there, or that Docker Compose would refuse."""
    services = _services(content)
    faults = [] if services else ["there are no services"]
    for name, service in services.items():
        faults += [f"the service {name} {fault}" for fault in _service_faults(service)]
        faults += [f"the service {name} {fault}" for fault in _depends_on_faults(service, services)]
        faults += [f"the service {name} {fault}" for fault in _named_faults(service, content)]
    faults += _cycle(services)
    faults += _shared(services)
    return faults


def check_compose_hosts(written: Mapping[str, Any], external_hosts: frozenset[str]) -> list[str]:
    """A sentence for every host in a variable that is no service; `written` is the file with its variables unfilled.

    What comes from `.env` is passed over: it was typed by a person, and may be a secret.
    """
    services = _services(written)
    return [
        f"the service {name} {fault}"
        for name, service in services.items()
        for fault in _host_faults(service, services, external_hosts)
    ]


def _services(content: Mapping[str, Any]) -> dict[str, Service]:
    entries = section(content, "services")
    return {str(name): service for name, service in entries.items() if isinstance(service, Mapping)}


def _service_faults(service: Service) -> Iterator[str]:
    image = service.get("image")
    if not image and not service.get("build"):
        yield "has neither an image nor a build"
    elif image and not is_pinned(str(image)):
        yield "must name an image with the tag of one version, or a digest"
    restart = service.get("restart")
    if isinstance(restart, str) and _RESTART.fullmatch(restart) is None:
        yield "has a restart that is none of no, always, on-failure and unless-stopped"
    check = section(service, "healthcheck")
    test = check.get("test")
    if isinstance(test, list) and (not test or test[0] not in ("CMD", "CMD-SHELL", "NONE")):
        yield "has a healthcheck.test that does not begin with CMD, CMD-SHELL or NONE"
    durations = {
        f"healthcheck.{key}": check.get(key) for key in ("interval", "timeout", "start_period", "start_interval")
    }
    durations["stop_grace_period"] = service.get("stop_grace_period")
    for key, value in durations.items():
        if value is not None and _DURATION.fullmatch(str(value)) is None:
            yield f"has a {key} that is no time such as 30s or 1m30s"
    for key in ("mem_limit", "mem_reservation", "memswap_limit", "shm_size"):
        if isinstance(service.get(key), str) and _SIZE.fullmatch(service[key]) is None:
            yield f"has a {key} that is no size such as 512m"
    for port in _list(service, "ports"):
        if isinstance(port, str) and _ports(port) is None:
            yield "has an entry in ports that is none, such as 127.0.0.1:8080:8080"


def _depends_on_faults(service: Service, services: Services) -> Iterator[str]:
    for other, condition in _dependencies(service).items():
        target = services.get(other)
        if target is None:
            yield f"depends on {other}, which is no service of this file"
            continue
        check = target.get("healthcheck")
        if condition == "service_healthy" and not _has_check(check):
            yield f"waits until {other} is healthy, but {other} has no healthcheck"
        if condition == "service_completed_successfully" and _RUNS_ON.fullmatch(str(target.get("restart", "no"))):
            yield f"waits until {other} has ended, but {other} is always started again"


def _has_check(check: object) -> bool:
    return isinstance(check, Mapping) and bool(check.get("test")) and not check.get("disable")


def _dependencies(service: Service) -> dict[str, str]:
    value = service.get("depends_on")
    if isinstance(value, list):
        return {str(name): "service_started" for name in value}
    if isinstance(value, Mapping):
        return {str(name): str(section(value, name).get("condition", "service_started")) for name in value}
    return {}


def _named_faults(service: Service, content: Mapping[str, Any]) -> Iterator[str]:
    """Volumes, networks, secrets and configs of the file's top level that a service names."""
    named: dict[str, list[str]] = {kind: [] for kind in _TOP_LEVEL}
    for mount in _list(service, "volumes"):
        source = mount.split(":")[0] if isinstance(mount, str) and ":" in mount else ""
        if isinstance(mount, Mapping) and mount.get("type") == "volume":
            source = str(mount.get("source") or "")
        if source and source[0] not in "./~" and _NAME.fullmatch(source):
            named["volumes"].append(source)
    networks = service.get("networks")
    named["networks"] = [str(name) for name in networks] if isinstance(networks, list | Mapping) else []
    for kind in ("secrets", "configs"):
        for entry in _list(service, kind):
            named[kind].append(str(entry.get("source") if isinstance(entry, Mapping) else entry))
    for kind, names in named.items():
        known = section(content, kind)
        for name in names:
            if name not in known and (kind, name) != ("networks", "default"):
                yield f"names the {_TOP_LEVEL[kind]} {name}, which is not among the {kind} of this file"


def _host_faults(service: Service, services: Services, external_hosts: frozenset[str]) -> Iterator[str]:
    names = set(services) | set(external_hosts) | set(_extra_hosts(service))
    for other in services.values():
        names |= {str(other[field]) for field in ("container_name", "hostname") if other.get(field)}
        for network in section(other, "networks").values():
            names |= set(_list(network, "aliases")) if isinstance(network, Mapping) else set()
    variables = _environment(service)
    for variable, value in variables.items():
        for host, _ in [] if "$" in value else hosts_and_ports(variable, value, variables):
            if host and host != "localhost" and "." not in host and ":" not in host and host not in names:
                yield f"gets the host {host} in {variable}, and no service has that name"


def _environment(service: Service) -> dict[str, str]:
    value = service.get("environment")
    if isinstance(value, Mapping):
        return {str(name): text for name, text in value.items() if isinstance(text, str)}
    entries = [entry.partition("=") for entry in _list(service, "environment") if isinstance(entry, str)]
    return {name: text for name, _, text in entries}


def _extra_hosts(service: Service) -> list[str]:
    value = service.get("extra_hosts")
    if isinstance(value, Mapping):
        return [str(name) for name in value]
    return [re.split(r"[:=]", str(entry))[0] for entry in _list(service, "extra_hosts")]


def _cycle(services: Services) -> list[str]:
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> tuple[str, ...]:
        if name in path:
            return (*path[path.index(name) :], name)
        if name in done or name not in services:
            return ()
        for other in _dependencies(services[name]):
            found = walk(other, (*path, name))
            if found:
                return found
        done.add(name)
        return ()

    for name in services:
        found = walk(name, ())
        if found:
            return [f"the services wait for each other in a circle: {', '.join(found)}"]
    return []


def _shared(services: Services) -> Iterator[str]:
    """Names and ports of the machine that two services would take."""
    yield from _taken_twice(services, "container_name", lambda service: [service.get("container_name")])
    yield from _taken_twice(
        services, "port", lambda service: [p for entry in _list(service, "ports") for p in _published(entry)]
    )


def _taken_twice(services: Services, what: str, taken_by: Callable[[Service], Sequence[object]]) -> Iterator[str]:
    owners: dict[object, str] = {}
    for name, service in services.items():
        for thing in taken_by(service):
            if thing and thing in owners:
                yield f"the services {owners[thing]} and {name} take the same {what} of this machine"
            owners.setdefault(thing, name)


def _published(entry: object) -> list[tuple[str, int]]:
    if isinstance(entry, Mapping):
        published, address = str(entry.get("published") or ""), str(entry.get("host_ip") or "")
        return [(address, int(published))] if published.isdigit() else []
    found = _ports(str(entry))
    return found if found is not None else []


def _ports(text: str) -> list[tuple[str, int]] | None:
    """The published ports of a short entry, with their addresses; None where the entry is wrong."""
    match = _PORT.fullmatch(text)
    if match is None:
        return None
    target, published = _range(match["target"]), _range(match["published"] or "")
    if not target or (match["published"] and len(published) != len(target)):
        return None
    return [(match["address"] or "", port) for port in published]


def _range(text: str) -> list[int]:
    if not text:
        return []
    first, _, last = text.partition("-")
    ports = list(range(int(first), min(int(last or first), 65535) + 1))
    return ports if ports and ports[0] >= 1 and int(last or first) <= 65535 else []


def _list(parent: Mapping[str, Any], field: str) -> list[Any]:
    value = parent.get(field)
    return value if isinstance(value, list) else []

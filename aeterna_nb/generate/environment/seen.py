"""What a target changes about a value: under Compose everything runs in containers of one machine."""

from aeterna_nb.config import SetupConfig
from aeterna_nb.generate.addresses import seen_from_container, url_seen_from_container


def in_containers(config: SetupConfig) -> bool:
    """Whether the target is Compose, where bundled services have names of ours."""
    return config.target == "docker-compose"


def host_seen(config: SetupConfig, host: str) -> str:
    """A host as the containers of a target write it."""
    return seen_from_container(host) if in_containers(config) else host


def url_seen(config: SetupConfig, url: str | None) -> str | None:
    """A URL as the containers of a target write it."""
    return url_seen_from_container(url) if url is not None and in_containers(config) else url

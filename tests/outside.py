"""Servers that a wizard's answers call external, and the password that they ask for."""

import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from aeterna_nb.generate import images
from tests.node import git_server, object_store

PASSWORD = """p$w ${HOME} 'q' "d" \\n #x %41:@/?"""
"""Every character of it means something to a shell, `.env`, YAML or a URL."""


@dataclass(frozen=True, slots=True)
class Server:
    """A container that listens on a port. Without a command it runs that of its image."""

    name: str
    image: str
    port: int
    env: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ()


POSTGRESQL = Server("postgresql", images.POSTGRESQL, 5432, {"POSTGRES_USER": "aeterna", "POSTGRES_PASSWORD": PASSWORD})
# A configuration file quotes as JSON does; the command line has no way to write both kinds of quotes.
VALKEY = Server(
    "valkey",
    images.VALKEY,
    6379,
    {"CONFIGURATION": f"requirepass {json.dumps(PASSWORD)}"},
    ("sh", "-c", 'printf "%s\\n" "$CONFIGURATION" | valkey-server -'),
)
GIT = Server("git", images.OPAL_SERVER, 8000, command=("python", "-c", inspect.getsource(git_server)))
STORE = Server("store", images.OPAL_SERVER, 9000, command=("python", "-c", inspect.getsource(object_store)))
CENTRAL = Server("central", images.OPAL_SERVER, 8080, command=("python", "-m", "http.server", "8080"))

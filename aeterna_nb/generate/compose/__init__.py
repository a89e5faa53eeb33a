"""`docker-compose.yaml` and its `.env`: the server, its migration and every chosen backing service on one machine."""

from typing import Any

from aeterna_nb.config import SetupConfig
from aeterna_nb.editing.yaml_text import yaml_text
from aeterna_nb.generate.compose.cache import cache
from aeterna_nb.generate.compose.env_file import env_file, merged_env, read_env, variables
from aeterna_nb.generate.compose.opal import opal
from aeterna_nb.generate.compose.parts import escaped
from aeterna_nb.generate.compose.postgresql import database
from aeterna_nb.generate.compose.server import server
from aeterna_nb.generate.compose.vector import vector_store
from aeterna_nb.generate.dotenv import variable

HEADER = """\
# Aeterna, made from the answers in .aeterna/setup.yaml. Change the answers, not this file.
# The secrets are in .env, in the same folder; a variable of your shell with the same name wins over it.
# To start: aeterna deploy, or docker compose up --detach --wait
"""

__all__ = ["compose_tree", "docker_compose", "env_file", "merged_env", "read_env", "variable", "variables"]


def docker_compose(config: SetupConfig) -> str:
    """The text of `docker-compose.yaml`, which holds no secret: each stands as `${NAME}` for a variable in `.env`.

    For the target docker-compose in local and hybrid mode; ValueError where no server runs here.
    """
    return HEADER + yaml_text(escaped(compose_tree(config)))


def compose_tree(config: SetupConfig) -> dict[str, Any]:
    """What `docker-compose.yaml` says, before dollar signs are escaped; ValueError where no server runs here."""
    if config.vector is None or config.postgresql is None:
        raise ValueError("no server runs here in this mode")
    store = database(config.postgresql)
    backing = (cache(config), vector_store(config.vector))
    parts = (server(config, store, backing), store, *backing, *opal(config))
    tree: dict[str, Any] = {
        "name": "aeterna",
        "services": {name: service for part in parts for name, service in part.services.items()},
        "volumes": {name: {} for part in parts for name in part.volumes},
        "configs": {name: entry for part in parts for name, entry in part.configs.items()},
        "secrets": {name: entry for part in parts for name, entry in part.secrets.items()},
    }
    return {key: value for key, value in tree.items() if value}

"""All files of a configuration: which the target needs, and which of them hold secrets."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from aeterna_nb.answers.file import ANSWERS_FILE
from aeterna_nb.answers.schema import SCHEMA_FILE, schema_text
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.opencode import OpenCodeOn
from aeterna_nb.config.secrets import Sops
from aeterna_nb.generate import config_toml as client_file
from aeterna_nb.generate.client import opencode_entry
from aeterna_nb.generate.compose import docker_compose
from aeterna_nb.generate.compose.env_file import NAME, env_file, merged_env
from aeterna_nb.generate.config_toml import CONFIG_FILE as CONFIG_FILE
from aeterna_nb.generate.config_toml import config_toml
from aeterna_nb.generate.helm_secret_values import values_secret_yaml
from aeterna_nb.generate.helm_values import values_yaml
from aeterna_nb.generate.opencode import CONFIG_FILES, config_file, masked, mcp_json, merged
from aeterna_nb.generate.setup_yaml import kept_setup_yaml
from aeterna_nb.language import message

ENV_FILE = NAME
COMPOSE_FILE = "docker-compose.yaml"
VALUES_FILE = "values.yaml"
SECRET_VALUES_FILE = "values.secret.yaml"
OWN_VALUES_FILE = "values.own.yaml"
"""Chart values of the user's own, which win over the others. It is read, and never written."""
MCP_FILE = ".config/opencode/mcp.json"
ABOUT: Mapping[str, str] = {
    VALUES_FILE: message("What the chart is installed with. Without secrets, fit for git."),
    SECRET_VALUES_FILE: message("The passwords and keys for the chart."),
    COMPOSE_FILE: message("The containers, their networks and volumes. Without secrets, fit for git."),
    ENV_FILE: message("The passwords and keys for the Compose file."),
    CONFIG_FILE: message("What Aeterna's clients read."),
    ANSWERS_FILE: message("Your answers, without secrets: all the rest can be made again from it."),
    SCHEMA_FILE: message("By which editors complete and check the answers."),
    **dict.fromkeys(CONFIG_FILES, message("What OpenCode reads in this folder.")),
    MCP_FILE: message("The same entry alone, for OpenCode's folder in your home."),
    "values.secret.sops.yaml": message("The passwords and keys for the chart, encrypted with sops; fit for git."),
    "README.md": message("What to do with these files, for these answers."),
    ".gitignore": message("Keeps the files with secrets out of git."),
}
"""What each file is for."""
SECRET_FILES = frozenset({ENV_FILE, SECRET_VALUES_FILE})
MASK = "••••••••"
"""Stands in the place of what may be secret, wherever a file is shown."""


def _made_here(text: str) -> str:
    """The text of a file that names the answers in its first line; one of somebody else's may hold a password."""
    return text if ANSWERS_FILE in text.partition("\n")[0] else f"{MASK}\n"


MASKS: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys((*CONFIG_FILES, MCP_FILE), partial(masked, mask=MASK)),
    CONFIG_FILE: partial(client_file.masked, mask=MASK),
    **dict.fromkeys((COMPOSE_FILE, VALUES_FILE), _made_here),
}
"""How those files may be shown that somebody else may have written, in part or before us."""


def generate_files(
    config: SetupConfig, decided: Mapping[str, Any], secrets: Mapping[str, str], existing: Mapping[str, str]
) -> dict[str, str]:
    """The text of every file that the target needs, by its name relative to the output folder.

    `decided` are the nested answers, `secrets` the secret values by question's name, `existing` the texts of files
    that are there already and of which parts are kept. Raises ForeignFileError and Unreadable where one of these can't
    be read.
    """
    files: dict[str, str] = {}
    if config.target == "kubernetes":
        files[VALUES_FILE] = values_yaml(config)
        if secrets and not _sealed(config):
            files[SECRET_VALUES_FILE] = values_secret_yaml(secrets)
    if config.target == "docker-compose":
        if config.runs_server:
            files[COMPOSE_FILE] = docker_compose(config)
        environment = env_file(config, secrets)
        if environment:
            files[ENV_FILE] = merged_env(existing.get(ENV_FILE), environment)
    files[CONFIG_FILE] = config_toml(config, existing.get(CONFIG_FILE))
    files[ANSWERS_FILE] = kept_setup_yaml(decided, config, existing.get(ANSWERS_FILE))
    if isinstance(config.opencode, OpenCodeOn):
        entry = opencode_entry(config, config.opencode)
        name = config_file(existing)
        files |= {name: merged(existing.get(name), entry, name), MCP_FILE: mcp_json(entry)}
    return files | {SCHEMA_FILE: schema_text()}


def _sealed(config: SetupConfig) -> bool:
    """Whether secrets are written only encrypted, which is done when files are written."""
    return config.secrets is not None and isinstance(config.secrets.storage, Sops)

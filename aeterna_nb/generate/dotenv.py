"""References to the variables in `.env`, the file that holds the secrets of a Compose file."""

HOST_VARIABLE = "RD_HOST"
"""The cache's host, with a password before it: nowhere else is one taken (docs/facts/aeterna-server.md#redis)."""

_UNUSUAL_NAMES = {"central_api_key": "AETERNA_TOKEN"}
"""Clients of a server look for their credential in this variable (docs/facts/aeterna-server.md#clients)."""


class Reference(str):
    """Text in which `${NAME}` means the variable of that name in `.env`. Any other text is taken literally."""


def from_env(variable: str) -> Reference:
    """The value of a variable in `.env`."""
    return Reference(f"${{{variable}}}")


def variable(name: str) -> str:
    """The variable in `.env` that holds the secret with this question's name."""
    return _UNUSUAL_NAMES.get(name, name.upper())

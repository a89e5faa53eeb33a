"""`.env`: the secrets of the Compose file, or of the clients of a central server."""

import re
from collections.abc import Mapping

from aeterna_nb.answers.secret_values import MADE_NAMES
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.cache import ExternalRedis
from aeterna_nb.generate.compose.cache import HOST_VARIABLE, host_with_password
from aeterna_nb.questions import questions

HEADER = """\
# Secrets for `docker compose` in this folder. Keep this file out of git.
"""
CLIENT_HEADER = """\
# The credential of the central server, for clients. Keep this file out of git.
"""
CLIENT_TOKEN = "AETERNA_TOKEN"
"""The variable in which clients of a server look for their credential (docs/facts/aeterna-server.md#clients)."""

_UNUSUAL_NAMES = {"central_api_key": CLIENT_TOKEN}

_ESCAPES = {"\\": "\\\\", '"': '\\"', "$": "\\$", "\n": "\\n", "\r": "\\r"}
_ESCAPED = {"\\": "\\", '"': '"', "$": "$", "n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_ASSIGNMENT = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*"""
    r"""(?:'(?P<single>(?:[^'\\]|\\.)*)'|"(?P<double>(?:[^"\\]|\\.)*)"|(?P<bare>[^\n]*))""",
    re.MULTILINE | re.DOTALL,
)
_ASSIGNMENT_LINE = re.compile(_ASSIGNMENT.pattern + r"[^\n]*(?:\n|\Z)", re.MULTILINE | re.DOTALL)


def variable(name: str) -> str:
    """The variable in `.env` that holds the secret with this question's name."""
    return _UNUSUAL_NAMES.get(name, name.upper())


def variables(config: SetupConfig, secrets: Mapping[str, str]) -> dict[str, str]:
    """The variables that `.env` gives to the Compose file, for secret values by question's name."""
    values = {variable(name): value for name, value in secrets.items()}
    if isinstance(config.cache, ExternalRedis) and "redis_password" in secrets:
        values[HOST_VARIABLE] = host_with_password(config.cache, secrets["redis_password"])
    return values


def env_file(config: SetupConfig, secrets: Mapping[str, str]) -> str:
    """The text of `.env` for secret values by question's name; empty where there are none.

    One line for each. Compose reads every value back as it was, whatever characters are in it.
    """
    values = variables(config, secrets)
    if not values:
        return ""
    header = HEADER if config.runs_server else CLIENT_HEADER
    return header + "".join(f"{name}={_quoted(value)}\n" for name, value in values.items())


def read_env(text: str) -> dict[str, str]:
    """The secret values in a `.env` file by question's name, as Compose reads them; variables of others are left out.

    References to other variables are not followed: this workbench writes none.
    """
    names = _names()
    found = {match["name"]: _value(match) for match in _ASSIGNMENT.finditer(text)}
    return {names[name]: value for name, value in found.items() if name in names}


def merged_env(present: str | None, own: str) -> str:
    """`own`, the text of `.env` for a configuration, below what others have in the `.env` that is there.

    Our earlier part is replaced, and so is any other line with a variable that `own` has.
    """
    text = present or ""
    for header in (HEADER, CLIENT_HEADER):
        text = _without_part(text, header)
    written = {match["name"] for match in _ASSIGNMENT.finditer(own)}
    text = _ASSIGNMENT_LINE.sub(lambda line: "" if line["name"] in written else line[0], text)
    return f"{text.rstrip()}\n\n{own}" if text.strip() else own


def _without_part(text: str, header: str) -> str:
    start, own_names = text.find(header), {*_names(), HOST_VARIABLE}
    if start < 0:
        return text
    end = start + len(header)
    while (line := _ASSIGNMENT_LINE.match(text, end)) and line["name"] in own_names:
        end = line.end()
    return text[:start] + text[end:]


def _names() -> dict[str, str]:
    """The variables that may hold secrets of ours, and the names of those secrets."""
    return {variable(name): name for name in MADE_NAMES | {item.name for item in questions() if item.secret}}


def _quoted(value: str) -> str:
    # Single quotes keep everything but themselves and backslashes, and shells read them alike.
    if not any(character in value for character in "'\\\n\r"):
        return f"'{value}'"
    return '"' + "".join(_ESCAPES.get(character, character) for character in value) + '"'


def _value(match: re.Match[str]) -> str:
    if match["single"] is not None:
        return match["single"].replace("\\'", "'")
    if match["double"] is not None:
        return re.sub(r"\\(.)", lambda escape: _ESCAPED.get(escape[1], escape[0]), match["double"], flags=re.DOTALL)
    return match["bare"].split(" #", 1)[0].strip()

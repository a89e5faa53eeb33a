"""The program `docker`: called, and what it prints read.

The program and no library, since it alone knows contexts, credentials and the Compose plugin as its user set them up.
Values of secrets stand in `.env`, which it reads by itself: they are never among its arguments.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

ASK_SECONDS = 60
"""How long an answer of the engine may take."""


class EngineError(Exception):
    """The program is missing, or refused. The text is its own last line, or a sentence."""


class EngineMissing(EngineError):
    """There is no program `docker` on this machine, or it has no Compose. The text says what to install."""


class EngineAway(EngineError):
    """No engine answers, or not to this user. The text is a sentence that says where, and what to do."""


_AWAY = re.compile(
    r"(?:Cannot connect to the Docker daemon|failed to connect to the docker API) at (?P<where>[^\s;]+?)[.;]?(?:\s|$)"
    r"|error during connect"
)
_NO_COMPOSE = ("unknown command: docker compose", "'compose' is not a docker command")
_CURE = "Start it, or name another in DOCKER_HOST or with docker context use."
_FORBIDDEN = "permission denied while trying to connect"


def found() -> str:
    """The path of the program. Raises EngineError where there is none."""
    program = shutil.which("docker")
    if program is None:
        raise EngineMissing("The program docker is not on the PATH. Install Docker, or another engine that brings it.")
    return program


def asked(*words: str, folder: Path | None = None, said: bool = False) -> str:
    """What the program prints, or, with `said`, tells meanwhile on standard error. Raises EngineError."""
    try:
        done = subprocess.run(
            [found(), *words], cwd=folder, capture_output=True, text=True, check=False, timeout=ASK_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise EngineAway(f"The container engine did not answer within {ASK_SECONDS} seconds. {_CURE}") from None
    if done.returncode != 0:
        raise _refused(done.stderr)
    return done.stderr if said else done.stdout


def _refused(said: str) -> EngineError:
    if _FORBIDDEN in said:
        return EngineAway("You may not use the container engine. Are you in its group (docker), and signed in since?")
    if any(words in said for words in _NO_COMPOSE):
        return EngineMissing("The program docker has no Compose. Install its plugin, docker-compose-plugin.")
    away = _AWAY.search(said)
    if away:
        where = f" at {away['where']}" if away["where"] else ""
        return EngineAway(f"No container engine answers{where}. {_CURE}")
    return EngineError(last_line(said))


def rows(text: str) -> list[dict[str, Any]]:
    """The objects in what the program prints as JSON, one a line."""
    return [json.loads(line) for line in text.splitlines()]


def last_line(text: str) -> str:
    """The last line that says something."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it gave no reason")

"""The program `docker`: called, and what it prints read.

The program and no library, since it alone knows contexts, credentials and the Compose plugin as its user set them up.
Values of secrets stand in `.env`, which it reads by itself: they are never among its arguments.
"""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

ASK_SECONDS = 60
"""How long an answer of the engine may take."""


class EngineError(Exception):
    """The program is missing, or refused. The text is its own last line, or a sentence."""


def found() -> str:
    """The path of the program. Raises EngineError where there is none."""
    program = shutil.which("docker")
    if program is None:
        raise EngineError("The program docker is not on the PATH. Install Docker, or another engine that brings it.")
    return program


def asked(*words: str, folder: Path | None = None, said: bool = False) -> str:
    """What the program prints, or, with `said`, tells meanwhile on standard error. Raises EngineError."""
    try:
        done = subprocess.run(
            [found(), *words], cwd=folder, capture_output=True, text=True, check=False, timeout=ASK_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise EngineError(f"The container engine did not answer within {ASK_SECONDS} seconds.") from None
    if done.returncode != 0:
        raise EngineError(last_line(done.stderr))
    return done.stderr if said else done.stdout


def rows(text: str) -> list[dict[str, Any]]:
    """The objects in what the program prints as JSON, one a line."""
    return [json.loads(line) for line in text.splitlines()]


def last_line(text: str) -> str:
    """The last line that says something."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it gave no reason")

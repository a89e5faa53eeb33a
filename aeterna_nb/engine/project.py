"""A Compose project on an engine: its services, how each is, and why one is not as it should be, in a sentence."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from aeterna_nb.engine.program import EngineError, asked, rows
from aeterna_nb.reading.confidential import without_secrets

LINES = "20"
_LISTED = ("ps", "--all", "--no-trunc", "--format", "json")
State = Literal["waiting", "ready", "done", "trouble"]

_REFUSALS: tuple[tuple[str, str, str], ...] = (
    (
        r"(?:Bind for|listen tcp\d?|bind host port(?: for)?) (?P<where>[\w.:\[\]]+)"
        r".*(?:already allocated|already in use)",
        "Another program holds the address {where}.",
        "End it, or give one of the two another port.",
    ),
    (
        r"(?:manifest for (?P<image>\S+) not found|manifest unknown|repository does not exist)",
        "An image is not in its registry: {image}",
        "Mend the image's name or tag.",
    ),
    (
        r"pull access denied for (?P<image>[^\s,]+)|unauthorized|denied: ",
        "The registry does not hand out an image: {image}",
        "Does it exist, and are you signed in? docker login",
    ),
    (
        r"(?:dial tcp|lookup|no such host|i/o timeout|connection refused|TLS handshake|failed to resolve reference "
        r'"(?P<image>[^"]+)")',
        "The registry of an image cannot be reached: {image}",
        "Is there a network, or a mirror to name?",
    ),
    (
        r"setting rlimit type 8|error setting rlimits|RLIMIT_MEMLOCK",
        "The engine may not raise the limit of locked memory that a service asks for.",
        "Run the engine with that right, or take the cache valkey.",
    ),
    (r"no space left on device", "The disk of the engine is full.", "Make room: docker system df"),
    (
        r"required variable (?P<image>\w+) is missing",
        "The variable {image} has no value.",
        "It belongs into .env: run `aeterna setup`.",
    ),
)


@dataclass(frozen=True, slots=True)
class ServiceState:
    """How a service is: `waiting` for something, `ready`, `done` with its work, or in `trouble`, with the reason.

    `wrote` is the last line that it wrote, without secrets, and `image` what its container was made of.
    """

    name: str
    state: State
    sentence: str = ""
    wrote: str = ""
    image: str = ""

    @property
    def reason(self) -> str:
        """All in one sentence, which names the service."""
        wrote = f'; its last line: "{self.wrote}"' if self.wrote else ""
        return f"The service {self.name} {self.sentence}{wrote}."


@dataclass(frozen=True, slots=True)
class Project:
    """The project that lies in a folder. `secrets` are values that nothing may repeat."""

    folder: Path
    secrets: Collection[str] = field(default=(), repr=False)

    def config(self) -> Mapping[str, Any]:
        """The project as Compose understands it; it holds secrets. Raises EngineError, without any."""
        tree: Mapping[str, Any] = json.loads(self._asked("config", "--format", "json"))
        return tree

    def states(self) -> list[ServiceState]:
        """How each service is that has a container, those in trouble first. Raises EngineError."""
        found = [self._state(row) for row in rows(self._asked(*_LISTED))]
        return sorted(found, key=lambda item: (item.state != "trouble", item.name))

    def trial(self) -> str:
        """What Compose would make or remove for the start, in its own lines. Raises EngineError, without secrets.

        Of `create`, since the trial of `up` fails where what another waits for was made and does not run
        (docs/facts/tools.md#compose).
        """
        return self._asked("--dry-run", "create", "--remove-orphans", said=True)

    def refused(self, text: str) -> tuple[str, str]:
        """What Compose or the engine refused, as a sentence and a cure, from the lines that it wrote."""
        said = self.masked(" ".join(text.split()))
        for pattern, sentence, cure in _REFUSALS:
            match = re.search(pattern, said)
            if match:
                parts = {name: (value or "").rstrip(":.") for name, value in match.groupdict().items()}
                return sentence.format(**{"image": "", **parts}).rstrip(": "), cure
        return "", ""

    def running(self) -> frozenset[str]:
        """The services with a container that runs. Raises EngineError."""
        return frozenset(self._asked("ps", "--services", "--status", "running").split())

    def masked(self, text: str) -> str:
        """A text without the secrets."""
        return without_secrets(text, self.secrets)

    def _asked(self, *words: str, said: bool = False) -> str:
        try:
            return asked("compose", *words, folder=self.folder, said=said)
        except EngineError as error:
            raise EngineError(self.masked(str(error))) from None

    def _state(self, row: Mapping[str, Any]) -> ServiceState:
        return replace(self._how(row), image=str(row.get("Image", "")))

    def _how(self, row: Mapping[str, Any]) -> ServiceState:
        name, state, health = str(row["Service"]), row.get("State"), row.get("Health")
        if state == "running" and health in ("", "healthy"):
            return ServiceState(name, "ready")
        if state == "exited" and not row.get("ExitCode"):
            return ServiceState(name, "done")
        if state == "running" and health == "starting":
            return ServiceState(name, "waiting")
        (container,) = json.loads(asked("container", "inspect", str(row["ID"])))
        if state == "created" and not container["State"].get("Error"):
            return ServiceState(name, "waiting")
        return ServiceState(name, "trouble", self._why(container), self._last_line(name))

    def _why(self, container: Mapping[str, Any]) -> str:
        state = container["State"]
        if state.get("OOMKilled"):
            return "was ended for using more memory than its limit"
        if state.get("Error"):
            # What the parts of the engine say of each other before is of no use to anybody else.
            said = self.masked(str(state["Error"])).rpartition("container process: ")[2]
            return f"could not be started: {said.removesuffix(': unknown')}"
        restarts = int(container.get("RestartCount", 0))
        if state.get("Health", {}).get("Status") == "unhealthy" and state.get("Running"):
            checks = state["Health"].get("Log") or [{}]
            said = self.masked(" ".join(str(checks[-1].get("Output", "")).split()))[:200]
            return "runs and its health check fails" + (f": {said}" if said else "")
        again = f" and was started again {restarts} time{'' if restarts == 1 else 's'}" if restarts else ""
        return f"ended with exit code {state.get('ExitCode')}{again}"

    def _last_line(self, service: str) -> str:
        try:
            text = asked("compose", "logs", "--no-log-prefix", "--tail", LINES, service, folder=self.folder)
        except EngineError:
            return ""
        line = next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
        return self.masked(line)[:300]

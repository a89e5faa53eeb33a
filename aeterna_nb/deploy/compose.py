"""A Compose project on this machine: looked at before, started, watched until it is healthy, and why it is not."""

import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from aeterna_nb.chart.apart import Canceller
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.deploy.events import Began, Cancelled, Event, Failed, Finished, Note, Progress
from aeterna_nb.deploy.preflight.finding import found, warned
from aeterna_nb.engine import program
from aeterna_nb.engine.program import EngineError, EngineMissing, asked
from aeterna_nb.engine.project import Project, ServiceState
from aeterna_nb.findings import Finding
from aeterna_nb.generate.files import COMPOSE_FILE
from aeterna_nb.kubernetes.quantities import quantity
from aeterna_nb.output.folder import kept_secrets

OLDEST = (2, 23, 1)
"""The first Compose that takes `configs` with `content` (its release notes)."""

AGAIN = Sentence("If somebody else starts or ends it right now, wait for them and deploy again.")
POLL_SECONDS = 1.0
_STEP = re.compile(r"(Container|Volume|Network) (\S+) (Creating|Recreate|Removing)\b")
_DOES = {"Creating": "create", "Recreate": "recreate", "Removing": "remove"}
GIB = 1024**3


def project_in(folder: Path, config: SetupConfig | None) -> Project | None:
    """The Compose project that lies in a folder, if its configuration is for one."""
    if config is None or config.target != "docker-compose" or not (folder / COMPOSE_FILE).is_file():
        return None
    return Project(folder, frozenset(kept_secrets(folder).values()))


def preflight(project: Project) -> list[Finding]:
    """Every reason for which the project cannot or may not start here, errors first."""
    try:
        asked("version", "--format", "{{.Server.Version}}")
    except EngineError as error:
        return [found(str(error))]
    try:
        findings = [*_version(), *_services(project)]
    except EngineMissing as error:
        return [found(str(error))]
    except EngineError as error:
        return [refused(error)]
    return sorted(findings, key=lambda finding: finding.severity != "error")


def refused(error: EngineError) -> Finding:
    """What Compose said when it was asked about the project."""
    return found(
        Sentence("Docker Compose refuses the project: {error}", error=error),
        Sentence("Run `aeterna validate`. {again}", again=AGAIN),
    )


def _version() -> Iterator[Finding]:
    text = asked("compose", "version", "--short").strip().removeprefix("v")
    numbers = tuple(int(part) for part in text.split("-")[0].split(".") if part.isdigit())
    if numbers < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        yield found(
            Sentence("This is Docker Compose {text}, and the files need {oldest} or newer.", text=text, oldest=oldest),
            Sentence("Upgrade Docker Compose."),
        )


def _services(project: Project) -> Iterator[Finding]:
    services = project.config().get("services", {})
    running = project.running()
    for name, service in services.items():
        for port in service.get("ports") or []:
            if name not in running and port.get("published") and _is_taken(str(port.get("host_ip", "")), port):
                yield found(
                    Sentence(
                        "Another program holds port {published} of this machine, which {name} needs.",
                        published=port["published"],
                        name=name,
                    ),
                    Sentence("End it, or give one of the two another port."),
                )
    with ThreadPoolExecutor(4, "images") as threads:
        images = sorted({str(service["image"]) for service in services.values() if service.get("image")})
        yield from (finding for finding in threads.map(_image, images) if finding)
    limits = sum(int(quantity(service.get("mem_limit", 0)) or 0) for service in services.values())
    memory = int(asked("info", "--format", "{{.MemTotal}}").strip() or 0)
    if memory and limits > memory:
        yield warned(
            Sentence(
                "The services may use {limits} GiB of memory in all, and the engine has {memory} GiB.",
                limits=f"{limits / GIB:.1f}",
                memory=f"{memory / GIB:.1f}",
            ),
            Sentence("Give the engine more memory, or ask for a smaller cache."),
        )


def _is_taken(host: str, port: dict[str, object]) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host or "0.0.0.0", int(str(port["published"]))))
        except OSError:
            return True
    return False


def _image(name: str) -> Finding | None:
    with suppress(EngineError):
        asked("image", "inspect", "--format", "{{.Id}}", name)
        return None
    try:
        asked("manifest", "inspect", name)
    except EngineError:
        return found(
            Sentence("The image {name} is not on this machine, and its registry does not give it.", name=name),
            Sentence("Is there a network, is the name right, and are you signed in (docker login)?"),
        )
    return None


def steps(project: Project) -> list[str]:
    """What starting would do, such as "recreate Container aeterna-valkey-1"; nothing is done. Raises EngineError."""
    found = _STEP.findall(project.trial())
    return list(dict.fromkeys(f"{_DOES[state]} {kind} {name}" for kind, name, state in found))


def start(project: Project, seconds: int, canceller: Canceller) -> Iterator[Event]:
    """Start the project, or bring what runs to what the files say, and wait until every service is healthy."""
    try:
        yield from _started(project, seconds, canceller)
    except EngineError as error:
        yield Failed(Sentence("Docker Compose says: {error}", error=error), AGAIN)


def _started(project: Project, seconds: int, canceller: Canceller) -> Iterator[Event]:
    began = time.monotonic()
    yield Began("start", project.folder.resolve().name, "Docker Compose")
    present = project.states()
    before = {item.name for item in present if item.state == "ready"}
    # The trouble of the run before is no news of this one.
    told = {item.name: item for item in present if item.state == "trouble"}
    with tempfile.TemporaryFile("w+") as said:
        # In a session of its own, so that Ctrl-C reaches it through the canceller alone.
        running = subprocess.Popen(
            [
                program.found(),
                "compose",
                "up",
                "--detach",
                "--wait",
                "--wait-timeout",
                str(seconds),
                "--remove-orphans",
            ],
            cwd=project.folder,
            stdout=subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,
        )
        try:
            while running.poll() is None:
                if canceller.wanted:
                    running.terminate()
                yield from _news(project, told)
                time.sleep(POLL_SECONDS)
        finally:
            if running.poll() is None:
                running.terminate()
                running.wait()
        yield from _news(project, told)
        said.seek(0)
        text = said.read()
    if canceller.wanted:
        yield Cancelled()
    elif running.returncode != 0:
        yield _failed(project, text, seconds)
    else:
        yield Finished(project.folder.resolve().name, time.monotonic() - began)
        return
    yield Note(_left(project, before))


def _news(project: Project, told: dict[str, ServiceState]) -> Iterator[Progress]:
    with suppress(EngineError):  # A container may go between two questions; the next look sees the one after it.
        for item in project.states():
            before = told.get(item.name)
            told[item.name] = item
            if before is None or (before.state, before.sentence) != (item.state, item.sentence):
                state = "ready" if item.state == "done" else item.state
                yield Progress("Service", item.name, state, "done" if item.state == "done" else item.sentence)


def _failed(project: Project, text: str, seconds: int) -> Failed:
    sentence, cure = project.refused(text)
    if sentence:
        return Failed(sentence if sentence.endswith(".") else f"{sentence}.", cure)
    states = project.states()
    for item in states:
        if item.state == "trouble":
            return Failed(item.reason, Sentence("Its log says more: docker compose logs {name}", name=item.name))
    slow = ", ".join(item.name for item in states if item.state == "waiting")
    if slow:
        return Failed(
            Sentence("After {seconds} seconds these were not ready: {slow}.", seconds=seconds, slow=slow),
            Sentence("Give it longer: --timeout SECONDS"),
        )
    return Failed(Sentence("Docker Compose says: {value}", value=project.masked(program.last_line(text))))


def _left(project: Project, before: set[str]) -> str:
    now = {item.name for item in project.states() if item.state == "ready"}
    lost = ", ".join(sorted(before - now))
    runs = ", ".join(sorted(now)) or "nothing"
    back = (
        f" {lost} ran before: aeterna restore brings the files back as they were, and aeterna deploy starts them."
        if lost
        else ""
    )
    return f"What runs now: {runs}.{back} docker compose down ends all of it and keeps the data."

"""How each box of the picture is, read off a status."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from aeterna_nb.kubernetes.pods import Weight
from aeterna_nb.kubernetes.release import ReleaseState
from aeterna_nb.probes.status import Status
from aeterna_nb.questions import by_name

Tone = Literal["bad", "waits", "good"]
WORST: tuple[Tone, ...] = ("bad", "waits", "good")

BOXES: Mapping[str, frozenset[str]] = {
    "opal": frozenset({"opal", "cedar"}),
    "store": frozenset({"qdrant", "weaviate", "psmdb", "mongodb"}),
    "cache": frozenset({"valkey", "dragonfly"}),
    "postgresql": frozenset({"pg", "postgresql"}),
}
"""The words in the names of the chart's objects and of the Compose services that tell which box they belong to."""

OUTSIDE: Mapping[str, str] = {
    "opal_policy_repo_url": "policies",
    "opal_data_url": "people",
    "tracing_endpoint": "tracing",
    "ingress_host": "ingress",
}
STAGES: Mapping[str, str] = {
    "vector": "store",
    "cache": "cache",
    "postgresql": "postgresql",
    "llm": "model",
    "central": "central",
}
"""The boxes of what is asked from outside, by its question, or by the stage of that."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a box is, and the same in words."""

    tone: Tone
    words: str


def health_of(status: Status) -> Mapping[str, Health]:
    """How the boxes are that something is known of; of several parts of one the worst counts."""
    found: dict[str, Health] = {}
    for box, health in _parts(status):
        known = found.get(box)
        if known is None or WORST.index(health.tone) < WORST.index(known.tone):
            found[box] = health
    return found


def _parts(status: Status) -> Iterator[tuple[str, Health]]:
    for outcome in status.services:
        if outcome.state != "not tried" and (box := _asked_box(outcome.question)):
            yield box, Health("good" if outcome.state == "reached" else "bad", outcome.seen)
    if status.cluster is not None and status.cluster.state is not None:
        yield from _of_release(status.cluster.state, status.cluster.release)
    if status.project is not None:
        tones: Mapping[str, Tone] = {"ready": "good", "done": "good", "waiting": "waits", "trouble": "bad"}
        for item in status.project.services:
            yield _box(item.name), Health(tones[item.state], item.sentence or item.state)


def _of_release(state: ReleaseState, release: str) -> Iterator[tuple[str, Health]]:
    for trouble in state.troubles:
        tone: Tone = "waits" if trouble.weight is Weight.WAITS else "bad"
        yield _box(trouble.name, release), Health(tone, trouble.reason)
    for item in state.workloads:
        words = f"{item.ready} of {item.wanted} ready"
        yield _box(item.name, release), Health("good" if item.healthy else "waits", words)


def _box(name: str, release: str = "") -> str:
    words = set(name.removeprefix(release).split("-"))
    return next((box for box, known in BOXES.items() if known & words), "server")


def _asked_box(question: str) -> str:
    if not question:
        return "server"
    return OUTSIDE.get(question) or STAGES.get(by_name()[question].stage, "")

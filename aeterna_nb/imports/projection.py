"""Files that follow from answers, as trees: what is generated, to be compared with what was found."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.changing import Admissible, admissible, values_of
from aeterna_nb.chart_values import ChartValues
from aeterna_nb.config import SetupConfig
from aeterna_nb.generate.compose import compose_tree
from aeterna_nb.generate.helm_values import helm_values
from aeterna_nb.imports.lists import compose_leaves, values_leaves
from aeterna_nb.questions import Question
from aeterna_nb.reading.leaves import Leaves, leaves

PROBES = (
    "probe.example.com",
    "https://url.probe.example.com",
    "probe",
    "7Gi",
    "7 7 * * *",
    "registry.example.com/probe:7",
    "images.example.com/sample@sha256:" + "7" * 64,
    "probe.example.com/probe: probe",
    "192.0.2.77: alias.probe.example.com",
    "PROBE_OF_IMPORTS: probe",
    "git@probe.example.com:probe.git",
    "cHJvYmVwcm9iZXByb2JlcHJvYmVwcm9iZXByb2JlcHI=",
    "https://other.probe.example.com",
)
"""Texts of which every question takes at least one; no two name the same host, which could contradict each other."""


MOST = 1_000_000


@dataclass(frozen=True, eq=False)
class Projection:
    """A kind of file: the target that it belongs to, what an empty one means, and what a configuration makes of it."""

    target: str
    defaults: Leaves
    leaves: Callable[[SetupConfig], Leaves]

    def made(self, answers: Answers) -> tuple[Leaves, Answers] | None:
        """What the answers make of the file, and the answers with what had to be made up for that.

        None where they contradict each other.
        """
        found = made_up(answers)
        return None if found is None else ({**self.defaults, **self.leaves(found.config)}, found.answers)


@cache
def helm() -> Projection:
    """`values.yaml`, over the chart's own defaults."""
    defaults = leaves(ChartValues().model_dump(by_alias=True, mode="json"))
    return Projection("kubernetes", defaults, lambda config: values_leaves(helm_values(config)))


@cache
def compose() -> Projection:
    """`docker-compose.yaml`."""
    return Projection(
        "docker-compose", {}, lambda config: compose_leaves(compose_tree(config)) if config.vector else {}
    )


def made_up(answers: Answers) -> Admissible | None:
    """The answers with a probe wherever one is needed; None where they contradict each other."""
    return admissible(answers, Origin.PRESET, lambda question: probes(question)[0])


def probes(question: Question) -> list[Any]:
    """Different values that the question takes, each found in nothing else."""
    if question.kind == "integer":
        least, most = question.minimum or 0, question.maximum or MOST
        return [max(least, min(most, 777)), least]
    return values_of(question, PROBES)

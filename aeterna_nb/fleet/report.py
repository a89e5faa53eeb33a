"""What was found of a fleet: each finding once with its configurations, the same bytes for the same fleet."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aeterna_nb.findings import Finding
from aeterna_nb.fleet.claims import clashes
from aeterna_nb.fleet.judging import Judgement


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, and the configurations that have it."""

    finding: Finding
    configurations: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """Every configuration with its judgement, by name, and every distinct finding, errors first.

    `clusters` are, by configuration, the clusters that were named.
    """

    judgements: Mapping[str, Judgement]
    found: Sequence[Found]
    clusters: Mapping[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        """How many distinct errors there are."""
        return sum(item.finding.severity == "error" for item in self.found)

    def counts(self) -> Mapping[str, Counter[str]]:
        """How many errors and warnings each configuration has, those of the fleet that are about it among them."""
        counted = {name: Counter[str]() for name in self.judgements}
        for item in self.found:
            for name in item.configurations:
                counted[name][item.finding.severity] += 1
        return counted

    def as_dict(self) -> dict[str, Any]:
        """The report for programs."""
        counted = self.counts()
        return {
            "configurations": [
                {
                    "name": name,
                    "cluster": self.clusters.get(name),
                    "errors": counted[name]["error"],
                    "warnings": counted[name]["warning"],
                    "objects": judgement.objects,
                    "answers": dict(judgement.answers),
                    "resources": {
                        "pods": judgement.resources.pods,
                        "cpu": float(judgement.resources.cpu),
                        "memory": int(judgement.resources.memory),
                        "storage": int(judgement.resources.storage),
                    },
                }
                for name, judgement in self.judgements.items()
            ],
            "findings": [
                {
                    "severity": item.finding.severity,
                    "check": item.finding.check,
                    "message": item.finding.message,
                    "question": item.finding.question or None,
                    "cure": item.finding.cure or None,
                    "configurations": list(item.configurations),
                }
                for item in self.found
            ],
        }


def report(judgements: Mapping[str, Judgement], clusters: Mapping[str, str]) -> Report:
    """The report over all judgements."""
    ordered = dict(sorted(judgements.items()))
    having: dict[Finding, list[str]] = {}
    for name, judgement in ordered.items():
        for finding in judgement.findings:
            having.setdefault(finding, []).append(name)
    found = [
        Found(clash.finding, clash.configurations)
        for clash in clashes({name: judgement.claims for name, judgement in ordered.items()}, clusters)
    ]
    found += [Found(finding, tuple(names)) for finding, names in having.items()]
    found.sort(key=lambda item: (item.finding.severity != "error", item.finding.check, item.finding.message))
    return Report(ordered, found, clusters)

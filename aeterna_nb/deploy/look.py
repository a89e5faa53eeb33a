"""A look before a deployment and its start, alike for a release in a cluster and for a Compose project."""

from collections.abc import Iterator
from dataclasses import dataclass

from aeterna_nb.chart.apart import Canceller
from aeterna_nb.chart.helm import HelmError
from aeterna_nb.deploy import compose
from aeterna_nb.deploy.deployment import Deployment
from aeterna_nb.deploy.events import Event, Failed
from aeterna_nb.deploy.install import install
from aeterna_nb.deploy.plan import Change, changes
from aeterna_nb.deploy.preflight import preflight
from aeterna_nb.deploy.reasons import failed
from aeterna_nb.engine.program import EngineError
from aeterna_nb.engine.project import Project
from aeterna_nb.findings import Finding


@dataclass(frozen=True, slots=True)
class Look:
    """What speaks against a deployment, and what it would change. A step of Compose has no difference to show."""

    findings: list[Finding]
    changes: list[Change]

    @property
    def refused(self) -> bool:
        """Whether it can't be deployed like this."""
        return any(finding.severity == "error" for finding in self.findings)


def look(what: Deployment | Project, seconds: int) -> Look | Failed:
    """What a preflight finds and what would change, which is left out where the findings refuse it. Nothing is changed.

    Failed says why the API server refuses what would be written. Raises HelmMissing.
    """
    return _at_project(what) if isinstance(what, Project) else _at_release(what, seconds)


def begin(what: Deployment | Project, seconds: int, canceller: Canceller) -> Iterator[Event]:
    """Install, upgrade or start it, and wait `seconds` at most."""
    if isinstance(what, Project):
        return compose.start(what, seconds, canceller)
    return install(what, seconds, canceller)


def _at_release(what: Deployment, seconds: int) -> Look | Failed:
    seen = Look(preflight(what), [])
    try:
        return seen if seen.refused else Look(seen.findings, changes(what))
    except HelmError as error:
        return failed(what, error, seconds)


def _at_project(project: Project) -> Look:
    seen = Look(compose.preflight(project), [])
    try:
        steps = [] if seen.refused else compose.steps(project)
    except EngineError as error:
        return Look([*seen.findings, compose.refused(error)], [])
    return Look(seen.findings, [Change("changed", step, "") for step in steps])

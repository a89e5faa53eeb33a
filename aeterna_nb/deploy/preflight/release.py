"""What is there of the release."""

from collections.abc import Iterator

from aeterna_nb.chart.helm import HelmError
from aeterna_nb.deploy.deployment import WORKED, Deployment
from aeterna_nb.deploy.preflight.finding import found
from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.refusals import refusal, shortened


def unfinished(what: Deployment) -> Iterator[Finding]:
    """A finding where a deployment of the release is under way, or was cut off."""
    try:
        with what.releases() as releases:
            known = releases.history(what.release)
    except HelmError as error:
        refused = refusal(str(error))
        yield found(refused.sentence, refused.cure) if refused else found(f"Helm says: {shortened(str(error))}")
        return
    if known and known[-1].status.startswith("pending"):
        worked = any(revision.status in WORKED for revision in known)
        yield found(
            f"Revision {known[-1].number} of the release {what.release} is {known[-1].status}: "
            "somebody else is at it, or was cut off.",
            f"Wait for them. If nobody works on it: aeterna {'rollback' if worked else 'uninstall'}",
        )

"""What is there of the release."""

from collections.abc import Iterator

from aeterna_nb.chart.helm import HelmError
from aeterna_nb.config.sentence import Sentence
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
        yield (
            found(refused.sentence, refused.cure)
            if refused
            else found(Sentence("Helm says: {value}", value=shortened(str(error))))
        )
        return
    if known and known[-1].status.startswith("pending"):
        worked = any(revision.status in WORKED for revision in known)
        yield found(
            Sentence(
                "Revision {number} of the release {release} is {status}: somebody else is at it, or was cut off.",
                number=known[-1].number,
                release=what.release,
                status=known[-1].status,
            ),
            Sentence(
                "Wait for them. If nobody works on it: aeterna {command}", command="rollback" if worked else "uninstall"
            ),
        )

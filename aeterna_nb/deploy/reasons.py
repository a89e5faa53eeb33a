"""Why a deployment failed, in one sentence: what was refused, or else what a release's objects lack."""

from aeterna_nb.chart.helm import HelmError
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.deploy.deployment import Deployment
from aeterna_nb.deploy.events import Failed
from aeterna_nb.kubernetes.connection import ClusterError
from aeterna_nb.kubernetes.pods import Weight
from aeterna_nb.kubernetes.refusals import refusal, shortened
from aeterna_nb.kubernetes.release import release_state
from aeterna_nb.reading.confidential import without_secrets

_TIMES_OUT = ("context deadline exceeded", "not ready")


def failed(what: Deployment, error: HelmError, seconds: int, *, tests: bool = False) -> Failed:
    """Why Helm gave up: what it was refused, or what the objects of the release, and `tests` where they ran, lack."""
    text = without_secrets(str(error), what.secrets)
    refused = refusal(text)
    if refused is not None:
        return Failed(refused.sentence, refused.cure)
    try:
        state = release_state(what.context, what.release, what.namespace, what.secrets, tests=tests)
    except ClusterError as away:
        return Failed(str(away))
    out_of_time = any(words in text for words in _TIMES_OUT)
    # What only waits, and had its time before it, is not why Helm gave up.
    matters = [item for item in state.troubles if out_of_time or item.weight is not Weight.WAITS]
    if matters:
        return Failed(matters[0].reason, matters[0].cure)
    slow = [f"{item.kind} {item.name}" for item in state.workloads if not item.healthy]
    if slow and out_of_time:
        return Failed(
            Sentence("After {seconds} seconds these were not ready: {names}.", seconds=seconds, names=", ".join(slow)),
            Sentence("Give it longer: --timeout SECONDS"),
        )
    return Failed(Sentence("Helm gave up: {value}", value=shortened(text)))

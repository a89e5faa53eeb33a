"""Why a deployment failed, in one sentence: what was refused, or else what a release's objects lack."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Concatenate, ParamSpec

from aeterna_nb.chart.helm import HelmError, HelmMissing
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.deploy.deployment import Deployment
from aeterna_nb.deploy.events import Event, Failed
from aeterna_nb.kubernetes.connection import ClusterError
from aeterna_nb.kubernetes.pods import Weight
from aeterna_nb.kubernetes.refusals import refusal, shortened
from aeterna_nb.kubernetes.release import release_state
from aeterna_nb.reading.confidential import without_secrets

_TIMES_OUT = ("context deadline exceeded", "not ready")

Given = ParamSpec("Given")


def refusals_told(
    work: Callable[Concatenate[Deployment, Given], Iterator[Event]],
) -> Callable[Concatenate[Deployment, Given], Iterator[Event]]:
    """Let what is done with a release say why where Helm or the API server gives up before or after what is waited for.

    HelmMissing is raised as before.
    """

    @wraps(work)
    def told(what: Deployment, /, *arguments: Given.args, **named: Given.kwargs) -> Iterator[Event]:
        try:
            yield from work(what, *arguments, **named)
        except HelmMissing:
            raise
        except HelmError as error:
            yield failed(what, error)
        except ClusterError as error:
            yield Failed(str(error))

    return told


def failed(what: Deployment, error: HelmError, seconds: int = 0, *, tests: bool = False) -> Failed:
    """Why Helm gave up: what it was refused, or what the objects of the release, and `tests` where they ran, lack.

    `seconds` is how long they were waited for.
    """
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
    if slow and out_of_time and seconds:
        return Failed(
            Sentence("After {seconds} seconds these were not ready: {names}.", seconds=seconds, names=", ".join(slow)),
            Sentence("Give it longer: --timeout SECONDS"),
        )
    return Failed(Sentence("Helm gave up: {value}", value=shortened(text)))

"""What is done with a release that is there: tested, and taken back to a revision."""

import time
from collections.abc import Callable, Iterator
from functools import partial

from aeterna_nb.chart.apart import Canceller
from aeterna_nb.chart.releases import Releases
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.deploy.deployment import WORKED, Deployment
from aeterna_nb.deploy.events import Action, Began, Cancelled, Event, Failed, Finished, Note
from aeterna_nb.deploy.install import watched
from aeterna_nb.deploy.reasons import failed, refusals_told

INSTALL = Sentence("Install it first: aeterna deploy")


@refusals_told
def run_tests(what: Deployment, seconds: int, canceller: Canceller) -> Iterator[Event]:
    """Run the tests of the release, and say which failed and why."""
    with what.releases() as releases:
        if not releases.history(what.release):
            yield Failed(
                Sentence(
                    "Nothing of the name {release} is installed in the namespace {namespace}.",
                    release=what.release,
                    namespace=what.namespace,
                ),
                INSTALL,
            )
            return
        work = partial(releases.test, what.release, seconds, canceller)
        yield from _done(what, releases, "test", seconds, work, canceller)


@refusals_told
def rollback(what: Deployment, revision: int, seconds: int, canceller: Canceller) -> Iterator[Event]:
    """Bring a revision back as a new one; 0 means the newest that worked before the present one."""
    with what.releases() as releases:
        known = releases.history(what.release)
        worked = [item.number for item in known[:-1] if item.status in WORKED]
        wanted = revision or (worked[-1] if worked else 0)
        if wanted not in [item.number for item in known]:
            numbers = ", ".join(str(item.number) for item in known)
            yield Failed(
                Sentence(
                    "The release {release} has no {value}.",
                    release=what.release,
                    value=f"revision {wanted}" if wanted else "revision to go back to",
                ),
                f"There are: {numbers}." if numbers else INSTALL,
            )
            return
        work = partial(releases.rollback, what.release, wanted, seconds, canceller)
        yield from _done(what, releases, "rollback", seconds, work, canceller)


def _done(
    what: Deployment, releases: Releases, action: Action, seconds: int, work: Callable[[], None], canceller: Canceller
) -> Iterator[Event]:
    began = time.monotonic()
    yield Began(action, what.release, what.namespace)
    error = yield from watched(what, work, canceller, action)
    if error is not None and canceller.wanted:
        yield Cancelled()
        if action == "rollback":
            yield Note(Sentence("It stands half done: aeterna rollback brings a revision back whole."))
        return
    if error is not None:
        yield failed(what, error, seconds, tests=action == "test")
        return
    yield Finished(what.release, time.monotonic() - began, releases.history(what.release)[-1].number)

"""Asks many services at once, each within a time limit, and tells of each as soon as it has answered.

Everything runs on an event loop in a thread of its own: a notebook's kernel has one already, and whoever waits for the
outcomes can stop waiting at any time.
"""

import asyncio
import contextlib
from collections.abc import Callable, Generator, Sequence
from queue import SimpleQueue
from threading import Thread

import anyio

from aeterna_nb import unexpected
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.probes import Answered, Outcome, Reply, Target, failed
from aeterna_nb.reading.secret_texts import masked_text

LIMIT_SECONDS = 10.0
"""How long one service may take. A person waits for the slowest, since all are asked at once."""

_LONGEST_QUOTE = 300
_SHORTEST_IN_OUR_WORDS = 4
"""Characters. A shorter secret is a part of our own words, and is taken out of quotes alone."""


def asked(
    targets: Sequence[Target], secrets: Sequence[str] = (), limit: float = LIMIT_SECONDS
) -> Generator[tuple[Target, Outcome]]:
    """Every target with its outcome, in the order in which they come. `secrets` are taken out of whatever is told.

    Closing the iterator, or leaving it by an exception such as KeyboardInterrupt, cancels what is still being asked.
    """
    asking = [target for target in targets if target.ask is not None]
    for target in targets:
        if target.ask is None:
            yield target, Outcome(target.service, "not tried", seen=target.elsewhere, question=target.question)
    if not asking:
        return
    run = _Run(asking, limit)
    # A daemon: a resolver of names that nobody can interrupt must not keep a person waiting.
    Thread(target=anyio.run, args=[run.all_at_once], name="probes", daemon=True).start()
    try:
        for _ in asking:
            target, reply = run.replies.get()
            yield target, _told(target, reply, secrets)
    finally:
        run.cancel()


Tell = Callable[[Sequence[str]], None]
"""Hears, whenever that changes, which services have not answered yet."""


def probe(
    targets: Sequence[Target],
    secrets: Sequence[str] = (),
    limit: float = LIMIT_SECONDS,
    waiting: Tell = lambda services: None,
) -> list[Outcome]:
    """The outcome of every target, in the order of the targets."""
    left = {id(target): target.service for target in targets}
    outcomes: dict[int, Outcome] = {}
    for target, outcome in asked(targets, secrets, limit):
        outcomes[id(target)] = outcome
        del left[id(target)]
        waiting(list(left.values()))
    return [outcomes[id(target)] for target in targets]


class _Run:
    """One run over the targets. `replies` is where the replies arrive."""

    def __init__(self, targets: Sequence[Target], limit: float) -> None:
        self.replies: SimpleQueue[tuple[Target, Reply]] = SimpleQueue()
        self._targets = targets
        self._limit = limit
        self._started: SimpleQueue[tuple[asyncio.AbstractEventLoop, anyio.CancelScope]] = SimpleQueue()

    async def all_at_once(self) -> None:
        async with anyio.create_task_group() as group:
            self._started.put((asyncio.get_running_loop(), group.cancel_scope))
            for target in self._targets:
                group.start_soon(self._one, target)

    async def _one(self, target: Target) -> None:
        assert target.ask is not None
        reply = _too_slow(self._limit)
        with anyio.move_on_after(self._limit):
            try:
                reply = await target.ask()
            except Answered as answered:
                reply = answered.reply
            except Exception as error:
                reply = failed(unexpected.sentence(error).rstrip("."), "")
        self.replies.put((target, reply))

    def cancel(self) -> None:
        """Stop asking. What is done already stays done."""
        loop, scope = self._started.get()
        # Nobody waits for it: a loop that is about to end anyway would not answer.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(scope.cancel)


def _too_slow(limit: float) -> Reply:
    return failed(
        Sentence("no answer within {seconds} seconds", seconds=f"{limit:g}"),
        Sentence("Does it run, and does a firewall or a network policy let you through?"),
    )


def _told(target: Target, reply: Reply, secrets: Sequence[str]) -> Outcome:
    seen, cure = (_without(text, secrets, _SHORTEST_IN_OUR_WORDS) for text in (reply.seen, reply.cure))
    if reply.quoted:
        quoted = "".join(character if character.isprintable() else " " for character in reply.quoted)
        quoted = " ".join(_without(quoted, secrets, 1).split())[:_LONGEST_QUOTE].rstrip(".")
        seen = Sentence("{seen}: {quoted}", seen=seen, quoted=quoted)
    tried = _without(target.tried, secrets, _SHORTEST_IN_OUR_WORDS)
    question = reply.question or target.question
    return Outcome(target.service, reply.state, tried, seen, cure, question, reply.nameless)


def _without(text: str, secrets: Sequence[str], shortest: int) -> str:
    for secret in secrets:
        masked = masked_text(text, secret) if len(secret) >= shortest else text
        # A sentence that holds no secret stays one that can be said in another language.
        text = text if masked == text else masked
    return text

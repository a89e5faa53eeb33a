"""Many at once: nobody waits for another, everybody is told of, one can stop, and no secret comes out."""

import threading

import anyio
import pytest

from aeterna_nb.probes import Answered, Outcome, Reply, Target, allowed, failed, reached
from aeterna_nb.probes.running import asked, probe
from tests.probes.asking import outcome_of

SECRET = "canary-secret-1234"


async def well() -> Reply:
    return reached("well")


def test_twenty_are_asked_at_once_and_told_in_order() -> None:
    meeting = anyio.Event()
    arrived: list[int] = []

    async def ask() -> Reply:
        arrived.append(1)
        if len(arrived) == 20:
            meeting.set()
        await meeting.wait()  # nobody gets past this alone
        return reached("well")

    targets = [Target(f"service {number}", ask=ask) for number in range(20)]
    outcomes = probe([*targets, Target("away", "redis_host", elsewhere="far")])
    assert [item.service for item in outcomes] == [*(target.service for target in targets), "away"]
    assert [item.state for item in outcomes] == ["reached"] * 20 + ["not tried"]
    assert (outcomes[-1].seen, outcomes[-1].question) == ("far", "redis_host")


def test_who_answers_first_is_told_first_and_who_is_missing_is_named() -> None:
    slow = anyio.Event()

    async def last() -> Reply:
        await slow.wait()
        return reached("late")

    async def first() -> Reply:
        return reached("soon")

    async def second() -> Reply:
        slow.set()
        return reached("then")

    waiting: list[list[str]] = []
    targets = [Target("last", ask=last), Target("first", ask=first), Target("second", ask=second)]
    probe(targets, waiting=lambda services: waiting.append(list(services)))
    assert waiting == [["last", "second"], ["last"], []]


def test_whoever_stops_listening_stops_the_asking() -> None:
    cancelled = threading.Event()

    async def endless() -> Reply:
        try:
            await anyio.sleep_forever()
        finally:
            cancelled.set()
        raise AssertionError

    outcomes = asked([Target("well", ask=well), Target("endless", ask=endless)], limit=600)
    assert next(outcomes)[1].service == "well"
    outcomes.close()
    assert cancelled.wait(30)


def test_what_never_answers_costs_no_more_than_the_limit() -> None:
    async def endless() -> Reply:
        await anyio.sleep_forever()
        raise AssertionError

    outcome = outcome_of(endless, limit=0.2)
    assert (outcome.state, outcome.seen) == ("failed", "no answer within 0.2 seconds")
    assert outcome.cure


def test_a_fault_of_ours_is_one_service_and_no_secret() -> None:
    async def broken() -> Reply:
        raise ValueError(SECRET)

    broken_one, well_one = probe([Target("broken", ask=broken), Target("well", ask=well)])
    assert (broken_one.state, well_one.state) == ("failed", "reached")
    assert "Something went wrong that should not have" in broken_one.seen
    assert SECRET not in repr(broken_one)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"user u with {SECRET} is unknown", "it refuses: user u with *** is unknown"),
        ("bad  token\r\n\x1b[31mof yours.", "it refuses: bad token [31mof yours"),
        ("x" * 1000, f"it refuses: {'x' * 300}"),
        ("the pin 12 is wrong", "it refuses: the pin *** is wrong"),
    ],
)
def test_what_the_other_side_says_is_quoted_without_secrets(said: str, shown: str) -> None:
    async def ask() -> Reply:
        raise Answered(failed("it refuses", "Mend it.", "openai_api_key", said))

    outcome = outcome_of(ask, [SECRET, "12", ""])
    assert outcome == Outcome("Service", "failed", "what is tried", shown, "Mend it.", "openai_api_key")


def test_a_secret_in_our_own_words_is_hidden_as_well() -> None:
    async def ask() -> Reply:
        return reached(f"it knows {SECRET}")

    (outcome,) = probe([Target("a", tried=f"GET https://h/{SECRET}", ask=ask)], [SECRET])
    assert SECRET not in repr(outcome)


def test_nothing_to_ask_is_no_trouble() -> None:
    assert probe([]) == []


@pytest.mark.parametrize(
    ("environ", "for_visitors", "expected"),
    [
        ({}, False, True),
        ({}, True, False),
        ({"AETERNA_ALLOW_PROBES": "0"}, True, False),
        ({"AETERNA_ALLOW_PROBES": "1"}, True, True),
    ],
)
def test_visitors_may_ask_only_where_the_operator_says_so(
    environ: dict[str, str], for_visitors: bool, expected: bool
) -> None:
    assert allowed(environ, for_visitors=for_visitors) is expected

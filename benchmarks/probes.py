"""Twenty services asked at once, against the slowest of them asked alone."""

import anyio

from aeterna_nb.probes import Ask, Reply, Target, reached
from aeterna_nb.probes.running import probe
from benchmarks.harness import Comparison, timed

SLOWEST_SECONDS = 1.0
SERVICES = 20


def answering_after(seconds: float) -> Ask:
    async def ask() -> Reply:
        await anyio.sleep(seconds)
        return reached("it answers")

    return ask


def twenty_against_the_slowest() -> Comparison:
    slowest = Target("slowest", ask=answering_after(SLOWEST_SECONDS))
    others = [
        Target(f"service {number}", ask=answering_after(SLOWEST_SECONDS * number / SERVICES))
        for number in range(1, SERVICES)
    ]
    return Comparison(
        "twenty probes at once / the slowest alone",
        product=timed(lambda: probe([*others, slowest])),
        plain=timed(lambda: probe([slowest])),
        target=1.2,
        rounds=5,
    )

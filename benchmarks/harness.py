"""Measure two ways of doing something side by side, and say how many times longer the first takes."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """How a cost is written: the unit's name, and how many of it make one second or one byte."""

    name: str
    per_one: float

    def written(self, cost: float) -> str:
        return f"{cost * self.per_one:9.1f} {self.name}"


MILLISECONDS = Unit("ms", 1e3)
MEGABYTES = Unit("MB", 1e-6)


@dataclass(frozen=True)
class Comparison:
    """The product's way against a plain way: each callable does it once and returns what it cost.

    Costs are seconds, or bytes where `unit` says so. `target` is the ratio that the product keeps below.
    """

    name: str
    product: Callable[[], float]
    plain: Callable[[], float]
    target: float
    rounds: int
    unit: Unit = MILLISECONDS


@dataclass(frozen=True)
class Result:
    """Medians of the costs."""

    name: str
    product: float
    plain: float
    target: float
    unit: Unit = MILLISECONDS

    @property
    def ratio(self) -> float:
        return self.product / self.plain

    def __str__(self) -> str:
        verdict = "met" if self.ratio <= self.target else "missed"
        costs = f"{self.unit.written(self.product)} {self.unit.written(self.plain)}"
        return f"{self.name:<58} {costs} {self.ratio:7.2f}x {self.target:7.1f}x  {verdict}"


HEADING = f"{'comparison':<58} {'product':>12} {'plain':>12} {'ratio':>8} {'target':>8}"


def timed(action: Callable[[], object]) -> Callable[[], float]:
    """Return a callable that runs `action` and returns the seconds it took."""

    def run() -> float:
        start = time.perf_counter()
        action()
        return time.perf_counter() - start

    return run


def measure(comparison: Comparison) -> Result:
    """Run both ways in turn, so that what else the machine does falls on both, and return the medians.

    One round before the first is not counted: it fills caches.
    """
    rounds = [(comparison.product(), comparison.plain()) for _ in range(comparison.rounds + 1)][1:]
    product, plain = (statistics.median(times) for times in zip(*rounds, strict=True))
    return Result(comparison.name, product, plain, comparison.target, comparison.unit)

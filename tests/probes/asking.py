"""Asks one service, as everything that asks does."""

from collections.abc import Sequence

from aeterna_nb.probes import Ask, Outcome, Target
from aeterna_nb.probes.running import probe


def outcome_of(ask: Ask, secrets: Sequence[str] = (), limit: float = 30) -> Outcome:
    (outcome,) = probe([Target("Service", "question", "what is tried", ask)], secrets, limit)
    return outcome

"""The central server, asked as soon as its own questions are answered, when there is no configuration yet."""

import os
from collections.abc import Callable, Mapping
from functools import partial

from pydantic import SecretStr, ValidationError

from aeterna_nb.answers import Answers
from aeterna_nb.config.central import Central
from aeterna_nb.probes import Outcome, Target
from aeterna_nb.questions import by_name, questions

NO_PROBE = "AETERNA_NO_PROBE"
"""The variable that does what the flag `--no-probe` does, for the page as well."""

AskCentral = Callable[[Answers], Outcome | None]


def wanted(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the central server may be asked while somebody answers."""
    return environ.get(NO_PROBE, "") in ("", "0")


def central_of(answers: Answers) -> Central | None:
    """What is answered about the central server; None where that does not apply, or is not enough to ask it."""
    try:
        return Central.model_validate(answers.nested().get("central"))
    except ValidationError:
        return None


def ask_central(answers: Answers) -> Outcome | None:
    """What came of asking the central server that the answers name; None where they name none."""
    given = central_of(answers)
    if given is None:
        return None
    from aeterna_nb.probes.central import NAME, server
    from aeterna_nb.probes.running import probe

    target = Target(NAME, "central_url", f"GET {given.url.rstrip('/')}/health", partial(server, given))
    (outcome,) = probe([target], _secrets(answers))
    return outcome


def question_to_change(outcome: Outcome) -> str:
    """The question whose answer an outcome calls wrong."""
    return outcome.question if outcome.question in by_name() else "central_url"


def _secrets(answers: Answers) -> list[str]:
    found = [answers.lookup(question.name) for question in questions() if question.path[0] == "central"]
    return [value.get_secret_value() for value in found if isinstance(value, SecretStr)]

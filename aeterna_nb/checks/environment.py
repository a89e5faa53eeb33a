"""Variables that somebody gives the server besides: none that another answer decides, and none that looks secret."""

from collections.abc import Iterator, Mapping

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.pods import looks_secret
from aeterna_nb.config.sentence import Heading, Sentence
from aeterna_nb.findings import Finding
from aeterna_nb.generate.environment.backing import CACHE, DATABASE
from aeterna_nb.generate.environment.llm import LLM
from aeterna_nb.generate.environment.server import BESIDES, CENTRAL, KEY, SERVER, TRACING, is_set
from aeterna_nb.generate.environment.vector import VECTOR
from aeterna_nb.questions import by_name

CHECK = "extra-environment"
QUESTION = "extra_environment"
_GROUPS = (
    (DATABASE, "postgresql"),
    (CACHE, "cache"),
    (VECTOR, "vector_backend"),
    (LLM, "llm"),
    (KEY, "kms"),
    (TRACING, "tracing"),
    (CENTRAL, "central_url"),
)
DECIDED_BY: Mapping[str, str] = {
    **{row.name: question for rows, question in reversed(_GROUPS) for row in rows},
    **{row.name: row.secret or row.question for row in SERVER if row.secret or row.question},
    **BESIDES,
}
"""By variable, the question that decides it, or the choice that leads there."""


def check_environment(config: SetupConfig) -> list[Finding]:
    """An error for each variable that is decided elsewhere, a warning for each that looks secret."""
    given = config.operations.extra_environment if config.operations else None
    return [finding for name in given or () for finding in _about(name, config.target)]


def _about(name: str, target: str) -> Iterator[Finding]:
    decided = by_name().get(DECIDED_BY.get(name, ""))
    if is_set(name, target) and decided is not None:
        yield Finding(
            "error",
            Sentence('{name} follows from the answer to "{question}".', name=name, question=Heading(decided.label)),
            QUESTION,
            Sentence("Take it out here, and answer that question."),
            check=CHECK,
        )
    elif is_set(name, target):
        yield Finding(
            "error",
            Sentence("{name} is set already, and no question asks for it.", name=name),
            QUESTION,
            Sentence("Take it out here."),
            check=CHECK,
        )
    elif looks_secret(name):
        yield Finding(
            "warning",
            Sentence("{name} looks like a secret, and what is written here stands in plain files.", name=name),
            QUESTION,
            Sentence(
                "Take it out if it is one. In a cluster, name a Secret of your own as `extra.envFrom` in "
                "values.own.yaml; under Compose, give it in a docker-compose.override.yaml."
            ),
            check=CHECK,
        )

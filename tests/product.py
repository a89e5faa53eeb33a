"""The whole space of discrete choices, and a sample of it in which every two values of two choices meet."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from allpairspy import AllPairs

from aeterna_nb.answers import Answers
from aeterna_nb.questions import Question, questions
from tests.samples import DETAILS, HYBRID, answers, asked

Choice = Mapping[str, Any]

VECTOR_STORES: Mapping[str, Choice] = {
    "qdrant": {"vector_backend": "qdrant"},
    "qdrant-external": {"vector_backend": "qdrant", "qdrant_host": "qdrant.example.com", "qdrant_api_key": "q-1"},
    "pgvector": {"vector_backend": "pgvector"},
    "pinecone": {"vector_backend": "pinecone"},
    "weaviate": {"vector_backend": "weaviate"},
    "weaviate-external": {"vector_backend": "weaviate", "weaviate_host": "weaviate.example.com"},
    "mongodb": {"vector_backend": "mongodb"},
    "mongodb-external": {"vector_backend": "mongodb", "mongodb_uri": "mongodb+srv://u:p@c.example.com"},
    "vertex-ai": {"vector_backend": "vertex-ai"},
    "vertex-ai-key": {"vector_backend": "vertex-ai", "vertex_ai_credentials": "service-account"},
    "databricks": {"vector_backend": "databricks"},
}
SPACE: Mapping[str, Mapping[str, Choice]] = {
    "mode": {mode: {"mode": mode} for mode in ("local", "hybrid")},
    "central": {method: {"central_auth": method} for method in ("api-key", "oauth2", "service-account")},
    "vector": VECTOR_STORES,
    "cache": {kind: {"cache": kind} for kind in ("dragonfly", "valkey", "external")},
    "postgresql": {kind: {"postgresql": kind} for kind in ("cloudnative-pg", "external")},
    "opal": {"opal": {"opal": True}, "no-opal": {"opal": False}},
    "llm": {kind: {"llm": kind} for kind in ("none", "openai", "anthropic", "ollama", "google", "bedrock")},
}
TARGETS = ("kubernetes", "docker-compose")
COMMON: Choice = {**DETAILS, "central_url": "https://central.example.com", "central_api_key": "central-key"}


def every_pair() -> Iterator[tuple[str, Choice]]:
    """Name and answers, for each target, of as few configurations as hold every pair of values."""
    for target, names in itertools.product(TARGETS, AllPairs([list(options) for options in SPACE.values()])):
        yield _configuration(target, tuple(names))


def every_value(target: str) -> Iterator[tuple[str, Choice]]:
    """Name and answers of as few configurations as hold every value of every choice: the n-th holds each n-th value."""
    options = [list(values) for values in SPACE.values()]
    for number in range(max(map(len, options))):
        yield _configuration(target, tuple(names[number % len(names)] for names in options))


def everything() -> Iterator[tuple[str, Choice]]:
    """Name and answers of every combination; sign-in at the central server matters in hybrid mode alone."""
    for target, names in itertools.product(TARGETS, itertools.product(*SPACE.values())):
        if names[0] == "hybrid" or names[1] == "api-key":
            yield _configuration(target, names)


def every_option() -> Iterator[tuple[str, Answers]]:
    """Name and answers, in a cluster, with each option of each question but its default.

    Those that contradict themselves are left out.
    """
    for question in questions():
        for option in _options(question):
            leading = {name: value for layer in asked(question.name).layers.values() for name, value in layer.items()}
            given = answers({**HYBRID, **DETAILS, **leading, question.name: option})
            if given.lookup("target") == "kubernetes" and given.config()[0] is not None:
                yield f"{question.name}={option}", given


def _options(question: Question) -> list[Any]:
    default = question.default_for(lambda name: None)
    if question.options:
        return [option.value for option in question.options if option.value != default]
    if isinstance(default, bool):
        return [not default]
    given = default + 1 if isinstance(default, int) else DETAILS.get(question.name)
    return [given] if given is not None else []


def _configuration(target: str, names: tuple[str, ...]) -> tuple[str, Choice]:
    values: dict[str, Any] = {**COMMON, "target": target}
    for options, name in zip(SPACE.values(), names, strict=True):
        values |= options[name]
    return "-".join((target, *names)), values

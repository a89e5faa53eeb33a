"""A node of a file or object depends on an answer if and only if another admissible value changes it or takes it away.

The judge here reads documents in its own way: by the names of items, and a list without names as a whole.
"""

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aeterna_nb.answers import Answers, Origin, Rejected
from aeterna_nb.answers.secret_values import MADE_NAMES
from aeterna_nb.answers.secret_values import complete as secrets_of
from aeterna_nb.chart import ChartError, templates
from aeterna_nb.chart.helm import read_manifests
from aeterna_nb.chart.rendering import chosen_engine, target_of
from aeterna_nb.editing import jsonc
from aeterna_nb.generate.files import generate_files
from aeterna_nb.generate.helm_secret_values import helm_secret_values
from aeterna_nb.generate.helm_values import helm_values, merge
from aeterna_nb.origins import Causes, Subject, Tracer, identity
from aeterna_nb.origins.alternatives import alternatives, stand_in, without_secrets
from aeterna_nb.origins.trees import NodePath
from aeterna_nb.presets import PRESETS
from aeterna_nb.questions import Question
from tests.samples import DETAILS, LOCAL, complete

pytestmark = pytest.mark.untraced

Judged = Mapping[tuple[str, ...], tuple[NodePath, Any]]
"""By a place of the judge's own: the node's path in the document, and its value."""

MADE = {name: stand_in(name) for name in MADE_NAMES}
STARTS: list[Mapping[str, Any]] = [
    *({**preset.values, "central_url": "https://central.example.com"} for preset in PRESETS.values()),
    {**LOCAL, "target": "docker-compose"},
    {**LOCAL, "target": "docker-compose", "cache": "external", "redis_password": "hidden", "llm": "ollama"},
    {**LOCAL, "ingress": True, "ingress_tls": "cert-manager", "opal_policy_source": "git", "tracing": True},
    {
        **LOCAL,
        "vector_backend": "mongodb",
        "postgresql": "external",
        "llm": "openai",
        "hpa": True,
        "network_policy": True,
    },
]
TYPED = st.one_of(
    st.from_regex(r"[a-z][a-z0-9]{0,8}(\.[a-z]{2,5}){0,2}", fullmatch=True),
    st.from_regex(r"https?://[a-z]{1,8}(\.[a-z]{2,4}){1,2}(:[1-9][0-9]{3})?", fullmatch=True),
    st.from_regex(r"[1-9][0-9]{0,2}(Mi|Gi)", fullmatch=True),
    st.from_regex(r"10\.[1-9]\.[1-9]\.[1-9]", fullmatch=True),
    st.sampled_from(["0 4 * * 1", "example.com/team: search", "registry.example.com/a:1", "localhost", "a b"]),
)


def other_value(draw: st.DrawFn, question: Question) -> Any:
    match question.kind:
        case "boolean":
            return draw(st.booleans())
        case "choice":
            return draw(st.sampled_from([option.value for option in question.options]))
        case "choices":
            return tuple(draw(st.lists(st.sampled_from([option.value for option in question.options]), unique=True)))
        case "integer":
            return draw(st.integers(question.minimum, question.maximum))
        case _:
            return draw(TYPED)


@st.composite
def changes(draw: st.DrawFn) -> tuple[Answers, Question, Answers]:
    """Answers, one of their questions, and the same answers but for another admissible value of it."""
    answers = without_secrets(complete(draw(st.sampled_from(STARTS))))
    assert answers.config()[0] is not None
    question = draw(st.sampled_from(answers.active()))
    changed = answers.with_values(Origin.TYPED, {question.name: other_value(draw, question)})
    assume(not isinstance(changed.layers[Origin.TYPED][question.name], Rejected))
    while missing := [other.name for other in changed.missing()]:
        assume(not any(answers.applies(name) for name in missing))
        changed = changed.with_values(
            Origin.TYPED, {name: DETAILS.get(name, "https://c.example.com") for name in missing}
        )
        changed = without_secrets(changed)
    assume(changed.config()[0] is not None)
    return answers, question, changed


def files(answers: Answers) -> dict[str, Any]:
    config, _ = answers.config()
    assert config is not None
    texts = generate_files(config, answers.decided(), secrets_of(config, MADE), {})
    read: dict[str, Callable[[str], Any]] = {".toml": tomllib.loads, ".json": jsonc.parse, ".yaml": yaml.safe_load}
    found = {name: read[end](text) for name, text in texts.items() for end in read if name.endswith(end)}
    if ".env" in texts:
        found[".env"] = dict(line.split("=", 1) for line in texts[".env"].splitlines() if not line.startswith("#"))
    return found


def objects(answers: Answers) -> dict[str, Any]:
    config, _ = answers.config()
    assert config is not None
    if config.target != "kubernetes":
        return {}
    values = helm_values(config)
    merge(values, helm_secret_values(secrets_of(config, MADE)))
    try:
        texts = templates(values, target_of(config), engine=chosen_engine())
    except ChartError:
        assume(False)
    return {identity(item): item for text in texts.values() for item in read_manifests(text)}


def named_apart(items: list[Any]) -> bool:
    """Whether every item bears a name of its own; mounts of one volume share theirs."""
    names = {item["name"] for item in items if isinstance(item, dict) and "name" in item}
    return len(names) == len(items)


def judged(
    tree: Any, place: tuple[str, ...] = (), path: NodePath = ()
) -> Iterator[tuple[tuple[str, ...], tuple[NodePath, Any]]]:
    if isinstance(tree, dict) and tree:
        for key, value in tree.items():
            yield from judged(value, (*place, str(key)), (*path, key))
    elif isinstance(tree, list) and tree and named_apart(tree):
        for index, item in enumerate(tree):
            yield from judged(item, (*place, f"[{item['name']}]"), (*path, index))
    else:
        yield place, (path, json.dumps(tree, sort_keys=True, default=str))


def changed_places(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[tuple[str, NodePath]]:
    """Document and path of every node of `before` that `after` has with another value, or has not."""
    found = set()
    for document, tree in before.items():
        others = dict(judged(after[document])) if document in after else {}
        found |= {
            (document, path)
            for place, (path, value) in judged(tree)
            if place not in others or others[place][1] != value
        }
    return found


def reported(causes: Causes, document: str, path: NodePath) -> bool:
    """Whether the node depends on the answer; a list that is one value for the judge, when any part of it does."""
    at = len(path)
    effects = causes.effects.get(document, {})
    return any(other[:at] == path for other in (*effects, *causes.appears.get(document, ())))


def assert_if_and_only_if(change: tuple[Answers, Question, Answers], subject: Subject) -> None:
    answers, question, changed = change
    made = files if subject == "files" else objects
    causes = Tracer(answers).causes(question, subject)
    before = made(answers)
    wrong = {place for place in changed_places(before, made(changed)) if not reported(causes, *place)}
    assert wrong == set(), f"{question.name}={changed.lookup(question.name)!r} changes what is not said to depend on it"
    witnessed = set()
    for other in alternatives(answers, question):
        witnessed |= changed_places(before, made(other.answers))
    said = {
        (document, path)
        for document, tree in before.items()
        for _, (path, _) in judged(tree)
        if reported(causes, document, path)
    }
    assert said <= witnessed, "something is said to depend on the answer and never changes with it"


@settings(deadline=None, max_examples=30)
@given(changes())
def test_a_line_of_a_file_depends_on_an_answer_if_and_only_if_another_value_changes_it(
    change: tuple[Answers, Question, Answers],
) -> None:
    assert_if_and_only_if(change, "files")


@settings(deadline=None, max_examples=8)
@given(changes())
def test_a_line_of_an_object_depends_on_an_answer_if_and_only_if_another_value_changes_it(
    change: tuple[Answers, Question, Answers],
) -> None:
    assert_if_and_only_if(change, "manifests")

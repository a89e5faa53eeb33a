"""Comments in the answers file: wherever they stand, they survive a change of any other answer."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.file import answers_in, parse_answers
from aeterna_nb.generate.setup_yaml import kept_setup_yaml, setup_yaml
from tests.samples import HYBRID, LOCAL, OPENCODE_ONLY, REMOTE, answers

STARTS: tuple[Mapping[str, Any], ...] = (
    {**LOCAL, "replicas": 3, "log_level": "debug", "namespace": "team-a", "opal": False},
    {**HYBRID, "sync_layers": ["working", "episodic"], "sync_interval": 60, "qdrant_replicas": 3},
    {**LOCAL, "ingress": True, "ingress_host": "a.example.com", "ingress_annotations": "a/b: c\nd/e: f\n"},
    {**REMOTE, "namespace": "clients"},
    {**OPENCODE_ONLY, "opencode_tenant": "t"},
)
CHANGES: tuple[Mapping[str, Any], ...] = (
    {},
    {"replicas": 5},
    {"replicas": 1},
    {"namespace": "aeterna"},
    {"namespace": "other"},
    {"cache": "valkey", "vector_backend": "pgvector"},
    {"log_level": "trace", "size": "large", "hpa": True},
    {"ingress": False},
    {"ingress_annotations": "x/y: z\n"},
    {"ingress_annotations": {"d/e": "g", "a/b": "c", "x/y": "true"}},
    {"sync_layers": ["session"]},
    {"target": "docker-compose"},
    {"opencode": False},
)
WORDS = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=20)
KINDS = st.sampled_from(["above", "behind", "apart"])


@st.composite
def files(draw: st.DrawFn) -> tuple[Answers, str, dict[str, tuple[str, str]]]:
    """Answers, their file with comments of a person's own, and for each comment's mark its kind and its line."""
    start = answers(draw(st.sampled_from(STARTS)))
    lines: list[str] = []
    marks: dict[str, tuple[str, str]] = {}
    plain = setup_yaml(start.decided()).splitlines()
    for line in plain:
        indent = " " * (len(line) - len(line.lstrip()))
        kind = draw(KINDS) if not line.startswith("#") and draw(st.booleans()) else ""
        comment = f"#{draw(WORDS)} <{len(lines)}>" if kind else ""
        if kind == "above":
            lines += [indent + comment, line]
        elif kind == "behind":
            lines += [f"{line}{draw(st.sampled_from([' ', '   ']))}{comment}"]
        elif kind == "apart":
            lines += ["", indent + comment, "", line]
        else:
            lines.append(line)
        if comment:
            marks[comment] = kind, line
    return start, "\n".join(lines) + "\n", marks


@settings(deadline=None, max_examples=100)
@given(files(), st.sampled_from(CHANGES))
def test_comments_survive_every_change_of_another_answer(
    file: tuple[Answers, str, dict[str, tuple[str, str]]], change: Mapping[str, Any]
) -> None:
    start, text, marks = file
    changed = start.with_values(Origin.TYPED, change)
    config, _ = changed.config()
    if config is None:
        return
    after = kept_setup_yaml(changed.decided(), config, text)
    plain = setup_yaml(changed.decided())
    values, found = answers_in(parse_answers(after, "setup.yaml"), Answers())
    assert found == []
    assert Answers().with_values(Origin.FILE, values).decided() == changed.decided()
    if changed.decided() == start.decided():
        assert after == text
    if not marks:
        assert after == plain
    lines, fresh = after.splitlines(), plain.splitlines()
    for comment, (kind, line) in marks.items():
        if kind == "behind" and line.endswith(":"):
            # It moves above its key where the list behind it changes.
            assert comment in after or line not in fresh
        elif kind == "behind" and line in fresh:
            assert any(there.startswith(line) and there.endswith(comment) for there in lines), comment
        if kind == "above" and line in fresh:
            assert lines[[there.strip() for there in lines].index(comment) + 1].startswith(line)


@settings(deadline=None, max_examples=40)
@given(files(), st.sampled_from(CHANGES), st.sampled_from(CHANGES))
def test_a_change_taken_back_gives_the_answers_and_the_remaining_comments_back(
    file: tuple[Answers, str, dict[str, tuple[str, str]]], one: Mapping[str, Any], other: Mapping[str, Any]
) -> None:
    start, text, _ = file
    for change in (one, other, {}):
        changed = start.with_values(Origin.TYPED, change)
        config, _ = changed.config()
        if config is None:
            return
        text = kept_setup_yaml(changed.decided(), config, text)
        assert kept_setup_yaml(changed.decided(), config, text) == text
        values, _ = answers_in(parse_answers(text, "setup.yaml"), Answers())
        assert Answers().with_values(Origin.FILE, values).decided() == changed.decided()

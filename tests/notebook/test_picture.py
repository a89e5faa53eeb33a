"""The picture: what stands inside and outside, what is missing, who talks to whom."""

import itertools
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.notebook.picture import ALONE, HEIGHT, in_words, picture
from aeterna_nb.notebook.topology import Topology, topology
from aeterna_nb.presets import PRESETS
from aeterna_nb.questions import by_name

LOCAL = Answers().with_values(Origin.PRESET, PRESETS["local"].values)
SVG = "{http://www.w3.org/2000/svg}"


def answers(**typed: Any) -> Answers:
    return LOCAL.with_values(Origin.TYPED, typed)


def values(name: str) -> list[Any]:
    return [option.value for option in by_name()[name].options]


EVERY = list(
    itertools.product(*(values(name) for name in ["target", "mode", "vector_backend", "cache", "postgresql", "llm"]))
)


def assert_nothing_overlaps(seen: Topology) -> None:
    drawn = ElementTree.fromstring(picture(seen))
    boxes = [rect for rect in drawn.iter(f"{SVG}rect") if rect.get("class") != "zone"]
    assert len(boxes) == len(seen.boxes)
    places = [(int(box.get("x", 0)), int(box.get("y", 0)), int(box.get("width", 0))) for box in boxes]
    for (x, y, width), (other_x, other_y, other_width) in itertools.combinations(places, 2):
        apart = x + width <= other_x or other_x + other_width <= x or y + HEIGHT <= other_y or other_y + HEIGHT <= y
        assert apart, seen
    right, lower = map(int, drawn.get("viewBox", "").split()[2:])
    assert all(x + width <= right and y + HEIGHT <= lower for x, y, width in places)


@pytest.mark.parametrize("target", values("target"))
@pytest.mark.parametrize("mode", values("mode"))
def test_every_choice_has_a_picture_in_which_nothing_overlaps(target: str, mode: str) -> None:
    for choice in EVERY:
        if choice[:2] != (target, mode):
            continue
        names = ["target", "mode", "vector_backend", "cache", "postgresql", "llm"]
        seen = topology(answers(**dict(zip(names, choice, strict=True))))
        assert_nothing_overlaps(seen)


@pytest.mark.parametrize(
    ("typed", "key", "kind", "note"),
    [
        ({}, "store", "inside", "1 pod, 10Gi"),
        ({"qdrant_host": "vectors.example.com"}, "store", "outside", "vectors.example.com"),
        ({"vector_backend": "vertex-ai", "vertex_ai_project": "project-1"}, "store", "outside", "a service outside"),
        ({"vector_backend": "pinecone"}, "store", "outside", "answer missing"),
        ({"llm": "openai"}, "model", "outside", "answer missing"),
        ({"backup": True}, "backup", "outside", "place missing"),
        ({"cache": "valkey", "valkey_replicas": 2}, "cache", "inside", "3 pods"),
        ({"cache": "external"}, "cache", "outside", "host missing"),
        ({"postgresql_instances": 3}, "postgresql", "inside", "3 pods, 10Gi"),
        (
            {"postgresql": "external", "postgresql_host": "db.example.com", "postgresql_password": "p"},
            "postgresql",
            "outside",
            "db.example.com",
        ),
        ({"postgresql": "external", "postgresql_host": "db.example.com"}, "postgresql", "outside", "answer missing"),
        ({"target": "docker-compose"}, "store", "inside", "container"),
        ({"target": "docker-compose"}, "postgresql", "inside", "container"),
        ({"target": "docker-compose", "cache": "valkey"}, "cache", "inside", "container"),
        ({"mode": "hybrid"}, "central", "outside", "address missing"),
        (
            {"mode": "remote", "central_url": "https://memory.example.com:8443", "central_auth": "service-account"},
            "central",
            "outside",
            "memory.example.com",
        ),
        ({"llm": "ollama"}, "model", "outside", "localhost"),
        ({"replicas": 3}, "server", "own", "3 pods, port 8080"),
    ],
)
def test_boxes_stand_where_the_answers_put_them(typed: dict[str, Any], key: str, kind: str, note: str) -> None:
    box = topology(answers(**typed)).box(key)
    assert box is not None
    assert (box.kind, box.note) == (kind, note)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ({"vector_backend": "pinecone", "opencode": True}, "Pinecone, answer missing"),
        ({"cache": "external"}, "Redis, host missing"),
        ({"postgresql": "external"}, "PostgreSQL, host missing"),
        ({"mode": "hybrid", "central_auth": "api-key"}, "Central server, address missing"),
    ],
)
def test_whatever_lacks_an_answer_is_red_and_nothing_else(typed: dict[str, Any], name: str) -> None:
    drawn = ElementTree.fromstring(picture(topology(answers(**typed))))
    red = [group.find(f"{SVG}title") for group in drawn.iter(f"{SVG}g") if "lacks" in group[1].get("class", "")]
    assert [title.text for title in red if title is not None] == [name]


def test_what_is_still_to_be_chosen_stands_in_the_picture() -> None:
    begun = Answers().with_values(Origin.TYPED, {"target": "kubernetes", "mode": "local", "cache": "valkey"})
    drawn = topology(begun)
    open_boxes = {box.key for box in drawn.boxes if box.missing}
    assert open_boxes == {"store", "postgresql", "model"}
    assert {("server", key) for key in open_boxes} <= set(drawn.links)
    assert_nothing_overlaps(drawn)


def test_remote_draws_no_place_in_which_nothing_runs() -> None:
    assert topology(answers(mode="remote", central_url="https://memory.example.com")).place == ""


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ({"vector_backend": "pgvector"}, "store"),
        ({"opal": False}, "opal"),
        ({"opencode": False}, "opencode"),
        ({"mode": "remote"}, "server"),
        ({"llm": "none"}, "model"),
    ],
)
def test_what_was_not_chosen_is_not_drawn(typed: dict[str, Any], key: str) -> None:
    assert topology(answers(**typed)).box(key) is None


EVERYTHING_OUTSIDE = {
    "mode": "hybrid",
    "vector_backend": "pinecone",
    "cache": "external",
    "llm": "openai",
    "ingress": True,
    "ingress_host": "aeterna.example.com",
    "ingress_tls": "cert-manager",
    "opal_policy_source": "git",
    "opal_policy_repo_url": "git@git.example.com:policies.git",
    "opal_data_source": "url",
    "tracing": True,
    "backup": True,
    "backup_target": "gcs",
    "backup_gcs_bucket": "memories",
}


def test_a_picture_with_everything_outside_overlaps_nowhere() -> None:
    seen = topology(answers(**EVERYTHING_OUTSIDE))
    assert len(seen.boxes) == 13
    assert_nothing_overlaps(seen)


@pytest.mark.parametrize(
    "sentence",
    [
        "OpenCode talks to Ingress on port 443.",
        "Ingress talks to Aeterna on port 8080.",
        "OPAL and Cedar talks to Policy repository on port 22.",
        "Aeterna talks to OpenTelemetry on port 4317.",
        "PostgreSQL talks to Cloud Storage on port 443.",
        "People and groups: address missing.",
    ],
)
def test_what_else_is_needed_is_in_the_picture(sentence: str) -> None:
    assert sentence in in_words(topology(answers(**EVERYTHING_OUTSIDE)))


def test_the_words_say_who_talks_to_whom_and_what_is_missing() -> None:
    words = in_words(topology(answers(mode="hybrid", cache="valkey")))
    assert "Aeterna talks to Valkey on port 6379" in words
    assert "OpenCode talks to Aeterna on port 8080" in words
    assert "Central server: address missing" in words


@pytest.mark.parametrize("typed", [{}, {"postgresql": "external", "postgresql_host": "db.example.com"}])
def test_a_title_that_is_too_long_for_a_line_is_broken_and_not_cut(typed: dict[str, Any]) -> None:
    drawn = ElementTree.fromstring(picture(topology(answers(vector_backend="pgvector", **typed))))
    (box,) = [group for group in drawn.iter(f"{SVG}g") if "pgvector" in (group.findtext(f"{SVG}title") or "")]
    *title, note = box.findall(f"{SVG}text")
    assert " ".join(str(line.text) for line in title) == "PostgreSQL with pgvector"
    rows = [int(line.get("y", 0)) for line in (*title, note)]
    assert all(lower - upper >= 14 for upper, lower in itertools.pairwise(rows))
    (rect,) = box.findall(f"{SVG}rect")
    assert int(rect.get("y", 0)) + HEIGHT - rows[-1] >= 4


def test_a_name_is_text_in_the_picture_and_a_picture_alone_brings_its_style() -> None:
    seen = topology(answers(postgresql="external", postgresql_host="db.example.com", namespace="memory"))
    alone = picture(seen, style=ALONE)
    assert "<style>" in alone
    assert "var(" not in alone
    assert "http" not in alone.replace("http://www.w3.org/2000/svg", "")

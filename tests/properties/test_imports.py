"""Whatever is taken out of a file of ours, renamed in it or altered: an import never says what does not stand there."""

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aeterna_nb.editing.yaml_text import yaml_text
from aeterna_nb.generate.compose import docker_compose
from aeterna_nb.generate.helm_values import values_yaml
from aeterna_nb.imports import ImportRefused, read_files
from aeterna_nb.imports.projection import PROBES, helm
from aeterna_nb.questions import by_name
from tests.product import every_pair
from tests.samples import configured

pytestmark = pytest.mark.untraced

CHOICES = [choice for _, choice in every_pair()]
NAMED = {
    "kubernetes": {"cloudnative-pg": "cnpg"},
    "docker-compose": {
        "local": "local|aeterna_sync_enabled",
        "hybrid": "hybrid|sy_sync_interval_seconds|aeterna_remote_governance_url",
        "vertex-ai": "vertex_ai",
        "external": "host",
        "cloudnative-pg": "postgresql",
        "anthropic": "none",
        "ollama": "openai_base_url",
    },
}
"""The words that say an option where it does not stand there itself."""

Mutilation = tuple[str, int, str]
MUTILATIONS = st.lists(
    st.tuples(
        st.sampled_from(["delete", "rename", "alter", "list"]),
        st.integers(0, 10_000),
        st.sampled_from(["", "other", "localhost", "7", "https://else.example.com", "none", "true", "external"]),
    ),
    min_size=1,
    max_size=6,
)


def nodes(tree: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """Every key in a tree with the mapping that holds it."""
    for key, value in tree.items() if isinstance(tree, dict) else ():
        yield tree, key
        yield from nodes(value)


def mutilated(tree: dict[str, Any], mutilations: list[Mutilation]) -> dict[str, Any]:
    tree = copy.deepcopy(tree)
    for what, number, word in mutilations:
        every = list(nodes(tree))
        if not every:
            break
        holder, key = every[number % len(every)]
        match what:
            case "delete":
                del holder[key]
            case "rename":
                holder[f"{key}_{word}"] = holder.pop(key)
            case "alter" if not isinstance(holder[key], dict | list):
                holder[key] = word
            case "list" if isinstance(holder[key], dict):
                holder[key] = [f"{name}={value}" for name, value in holder[key].items()]
    return tree


def words(tree: Any) -> Iterator[str]:
    """Every key and every value in a tree, as text."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield key
            yield from words(value)
    elif isinstance(tree, list):
        for item in tree:
            yield from words(item)
    elif tree is not None:
        yield str(tree).lower() if isinstance(tree, bool) else str(tree)


def check_nothing_is_invented(target: str, tree: dict[str, Any]) -> bool:
    """Whether the file was read at all."""
    name = "values.yaml" if target == "kubernetes" else "docker-compose.yaml"
    try:
        imported = read_files({name: yaml_text(tree)})
    except ImportRefused:
        return False
    # An empty value means the default of the chart, as everywhere in Helm.
    there = "\n".join([*words(tree), *(words(list(helm().defaults.values())) if target == "kubernetes" else ())])
    there = there.replace("$$", "$")
    for question, value in ((by_name()[name], value) for name, value in imported.values.items()):
        if question.name == "target":
            assert value == target
        elif question.kind == "choice" and question.main:
            assert re.search(NAMED[target].get(value, value), there.lower()), (question.name, value)
        elif question.kind in ("text", "document"):
            stands = value.strip() in there or all(part in there for part in re.split(r"[/:@\s]+", value))
            assert stands, (question.name, value)
        elif question.kind == "integer":
            assert str(value) in there, (question.name, value)
        for probe in PROBES:
            # Shorter ones are words that stand anywhere.
            assert len(probe) < 8 or probe.strip() not in str(value)
    return True


def trees(choice: Any) -> tuple[str, dict[str, Any]]:
    config = configured(choice)
    text = values_yaml(config) if config.target == "kubernetes" else docker_compose(config)
    return config.target, yaml.safe_load(text)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(CHOICES), MUTILATIONS)
def test_nothing_is_invented_about_a_mutilated_file(choice: dict[str, Any], mutilations: list[Mutilation]) -> None:
    target, tree = trees(choice)
    check_nothing_is_invented(target, mutilated(tree, mutilations))


@pytest.mark.whole_product
@settings(max_examples=5000, deadline=None)
@given(st.sampled_from(CHOICES), MUTILATIONS)
def test_nothing_is_invented_about_thousands_of_mutilated_files(
    choice: dict[str, Any], mutilations: list[Mutilation]
) -> None:
    target, tree = trees(choice)
    check_nothing_is_invented(target, mutilated(tree, mutilations))


@pytest.mark.parametrize("missing", ["AETERNA_DEPLOYMENT_MODE", "VECTOR_BACKEND"])
@pytest.mark.parametrize("choice", [pytest.param(choice, id=name) for name, choice in every_pair() if "docker" in name])
def test_a_variable_that_is_gone_brings_no_other_choice(choice: dict[str, Any], missing: str) -> None:
    _, tree = trees(choice)
    del tree["services"]["aeterna"]["environment"][missing]
    imported = read_files({"docker-compose.yaml": yaml_text(tree)})
    for name in ("mode", "vector_backend"):
        assert imported.values.get(name, choice[name]) == choice[name]

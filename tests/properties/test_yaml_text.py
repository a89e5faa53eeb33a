"""Whatever is written as YAML is read back alike by Python and by Helm."""

from typing import Any

import helm_python
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aeterna_nb.editing.yaml_text import yaml_text
from tests.properties.texts import NASTY, WRITABLE

SCALARS = st.one_of(WRITABLE, st.booleans(), st.none(), st.integers(-(2**53), 2**53))
TREES = st.dictionaries(
    WRITABLE,
    st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WRITABLE, inner, max_size=4)),
    max_size=5,
)


@settings(deadline=None, max_examples=150)
@given(TREES)
def test_python_and_helm_read_what_was_written(tree: dict[str, Any]) -> None:
    text = yaml_text(tree)
    assert yaml.safe_load(text) == tree
    assert helm_python.values_from_yaml(text) == tree


@settings(deadline=None, max_examples=30)
@given(TREES)
def test_the_same_tree_gives_the_same_text_in_the_order_of_its_keys(tree: dict[str, Any]) -> None:
    text = yaml_text(tree)
    assert yaml_text(dict(tree)) == text
    assert list(yaml.safe_load(text)) == list(tree)
    assert text.endswith("\n")


def test_every_nasty_text_survives_as_value_and_as_key() -> None:
    texts = [text for text in NASTY if "\ud800" not in text]
    tree = {"values": texts, "keys": {text: index for index, text in enumerate(texts)}}
    text = yaml_text(tree)
    assert yaml.safe_load(text) == tree
    assert helm_python.values_from_yaml(text) == tree

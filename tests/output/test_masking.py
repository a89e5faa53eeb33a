"""What is shown of files and objects that hold secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aeterna_nb.generate.files import MASK
from aeterna_nb.generate.helm_secret_values import values_secret_yaml
from aeterna_nb.output.masking import masked_file, masked_manifest

CANARY = "canary-91ab"


@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=40))
def test_no_secret_value_survives_in_the_secret_values_file(tail: str) -> None:
    shown = masked_file("values.secret.yaml", values_secret_yaml({"openai_api_key": CANARY + tail}))
    assert CANARY not in shown
    assert MASK in shown


@pytest.mark.parametrize(
    "line",
    [
        f"KEY={CANARY}",
        f"KEY='{CANARY}'",
        f"KEY=a\n{CANARY}",
        f"export KEY={CANARY}",
        f'KEY="a\n{CANARY}"',
    ],
)
def test_no_value_survives_in_the_environment_file(line: str) -> None:
    shown = masked_file(".env", f"# made by the workbench\n{line}\n")
    assert CANARY not in shown
    assert "# made by the workbench" in shown


def test_other_files_are_shown_as_they_are() -> None:
    text = '# Made from the answers in .aeterna/setup.yaml.\nsecretName: "aeterna"\n'
    assert masked_file("values.yaml", text) == text


def test_a_secret_object_keeps_its_keys_and_loses_its_values() -> None:
    secret = {"kind": "Secret", "metadata": {"name": "a"}, "stringData": {"key": CANARY}, "data": {"other": CANARY}}
    assert masked_manifest(secret) == {**secret, "stringData": {"key": MASK}, "data": {"other": MASK}}
    other = {"kind": "ConfigMap", "data": {"key": "value"}}
    assert masked_manifest(other) == other

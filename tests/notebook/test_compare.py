"""Two configurations side by side."""

from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.commands.main import main
from aeterna_nb.notebook.compare import Comparison, answers_that_differ, consequences_that_differ, read_comparison
from aeterna_nb.notebook.parameters import ParameterError

FIRST = "canary-key-of-the-first"
SECOND = "canary-key-of-the-second"
MAIN = "--target kubernetes --mode local --vector-backend pgvector --postgresql cloudnative-pg --llm openai".split()


def write(folder: Path, cache: str, key: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AETERNA_SETUP_OPENAI_API_KEY", key)
    assert main(["setup", "--non-interactive", "--output", str(folder), *MAIN, "--cache", cache]) == 0
    monkeypatch.delenv("AETERNA_SETUP_OPENAI_API_KEY")
    return str(folder)


@pytest.fixture
def comparison(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Comparison:
    first = write(tmp_path / "one", "dragonfly", FIRST, monkeypatch)
    second = write(tmp_path / "two", "valkey", SECOND, monkeypatch)
    return read_comparison({"first": first, "second": second})


def test_answers_that_differ_are_listed_in_words(comparison: Comparison) -> None:
    rows = answers_that_differ(comparison).text.splitlines()
    assert "| Cache | Which cache? | Dragonfly | Valkey |" in rows
    assert "| Cache | Dragonfly pods | 1 | does not apply |" in rows
    assert not any("Which PostgreSQL?" in row for row in rows)


def test_secrets_differ_without_being_shown(comparison: Comparison) -> None:
    text = answers_that_differ(comparison).text
    assert "| OpenAI API key | given, not shown | given, not shown, another value |" in text
    everything = text + consequences_that_differ(comparison).html + repr(comparison)
    assert FIRST not in everything
    assert SECOND not in everything


def test_what_follows_shows_resources_objects_and_files(comparison: Comparison) -> None:
    document = consequences_that_differ(comparison)
    assert "Dragonfly/aeterna-dragonfly" in document.html
    assert 'class="diff"' in document.html
    assert "values.yaml" in document.text


def test_the_same_is_said_to_be_the_same() -> None:
    same = read_comparison({"first": "local", "second": "local"})
    assert "The answers are the same." in answers_that_differ(same).text
    assert consequences_that_differ(same).text == "The files are the same."


def test_a_side_that_is_incomplete_says_what_is_missing() -> None:
    comparison = read_comparison({"first": "remote", "second": "local"})
    assert "preset remote: The address of the central server is missing." in repr(comparison)
    assert "answers are still missing: preset remote" in consequences_that_differ(comparison).text


def test_a_path_cannot_write_markup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "<img src=x>", "valkey", FIRST, monkeypatch)
    html = consequences_that_differ(read_comparison({"first": folder, "second": "local"})).html
    assert "&lt;img src=x&gt;" in html
    assert "<img" not in html


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"frist": "local"}, "There is no parameter frist. Did you mean first?"),
        ({"first": 1}, "The parameter first must be the path of a folder"),
        ({"openai_api_key": FIRST}, "openai_api_key is a secret"),
        ({"first": "nowhere"}, "There is no answers file nowhere. Give a folder, an answers file, or a preset: local"),
    ],
)
def test_wrong_parameters_are_refused_with_a_sentence(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ParameterError) as caught:
        read_comparison(given)
    assert sentence in str(caught.value)
    assert FIRST not in str(caught.value)

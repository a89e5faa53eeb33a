"""The verdict is green only where everything was looked at, and every front end says the same."""

import json
from pathlib import Path

import pytest

from aeterna_nb.commands import setup, validate
from aeterna_nb.evaluate import evaluate
from aeterna_nb.notebook.seen import Seen
from tests.samples import LOCAL, REMOTE, answers, complete

FLAGS = [f"--{name.replace('_', '-')}={value}" for name, value in LOCAL.items()]


def test_parts_that_nobody_looked_at_are_counted() -> None:
    verdict = evaluate(answers(LOCAL)).verdict
    assert verdict.unseen == ("cloudnative-pg", "dragonfly-operator", "qdrant")
    assert not verdict.whole
    assert verdict.words == f"{verdict.objects} objects checked, 3 parts not"


def test_what_was_looked_at_as_a_whole_says_for_which_kubernetes() -> None:
    evaluation = evaluate(complete(REMOTE))
    assert evaluation.verdict.whole
    assert f"{len(evaluation.manifests)} objects valid for Kubernetes " in evaluation.verdict.words
    assert Seen().after(evaluation).verdict == evaluation.verdict


def test_setup_and_validate_say_it_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = evaluate(answers(LOCAL)).verdict.words
    assert setup.run([*FLAGS, "--non-interactive", f"--output={tmp_path}"]) == 0
    said = capsys.readouterr().out
    assert f"\n{words}.\n" in said
    assert "this is not possible: adding and finding memories" in said
    assert validate.run([f"--output={tmp_path}"]) == 0
    assert f"The configuration is valid; {words}." in capsys.readouterr().out
    assert validate.run([f"--output={tmp_path}", "--json"]) == 0
    checked = json.loads(capsys.readouterr().out)["checked"]
    assert checked["unseen"] == ["cloudnative-pg", "dragonfly-operator", "qdrant"]

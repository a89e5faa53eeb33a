"""`aeterna run`: papermill for real, and parameters that it never gets."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.commands.main import main
from aeterna_nb.questions import questions
from tests.notebooks.test_setup import AETERNA, CANARY, MAIN, NOTEBOOK, ROOT

SECRETS = [question for question in questions() if question.secret]


def nested(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """A value in as many mappings as its path has names."""
    for part in reversed(path):
        value = {part: value}
    return {"answers": value}


def encoded(tree: dict[str, Any]) -> str:
    return base64.b64encode(json.dumps(tree).encode()).decode()


def test_it_writes_what_papermill_writes_and_ends_with_the_sentence_of_a_cell_that_failed(tmp_path: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", AETERNA, "run", *words, "--no-progress-bar"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "AETERNA_SETUP_OPENAI_API_KEY": CANARY},
            capture_output=True,
            text=True,
            check=False,
        )

    (tmp_path / "given.yaml").write_text(json.dumps(dict(list(MAIN.items())[:3])), encoding="utf-8")
    flags = [word for name, value in list(MAIN.items())[3:] for word in ("-p", name, value)]
    done = run("setup", "ran.ipynb", "-f", "given.yaml", "-y", "{output_dir: out}", "-p", "write", "True", *flags)
    assert done.returncode == 0, done.stderr
    assert CANARY in (tmp_path / "out" / "values.secret.yaml").read_text(encoding="utf-8")
    ran = (tmp_path / "ran.ipynb").read_text(encoding="utf-8")
    assert "Wrote values.yaml" in ran
    assert CANARY not in ran + done.stdout + done.stderr

    failed = run(str(NOTEBOOK), "failed.ipynb", "-p", "preset", "none-such")
    assert failed.returncode == 1
    assert "error: There is no such preset." in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """What `aeterna run` says when it refuses; nothing of papermill's is there by then."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> str:
        assert main(["run", "setup", "out.ipynb", *words]) == 2
        printed = capsys.readouterr()
        assert not Path("out.ipynb").exists()
        assert CANARY not in printed.out + printed.err
        assert all(line.startswith("error: ") for line in printed.err.splitlines())
        return printed.err

    return run


@pytest.mark.parametrize("flag", ["-p", "-r", "--parameters", "--parameters_raw"])
def test_every_secret_by_its_name_is_refused_before_papermill_starts(refused: Any, flag: str) -> None:
    said = refused(*(word for question in SECRETS for word in (flag, question.name, CANARY)))
    assert len(said.splitlines()) == len(SECRETS)
    assert all(question.variable in said for question in SECRETS)


@pytest.mark.parametrize("by", ["-y", "-b", "-f"])
@pytest.mark.parametrize("question", SECRETS, ids=lambda question: question.name)
def test_a_secret_among_several_parameters_is_refused_before_papermill_starts(
    refused: Any, by: str, question: Any, tmp_path: Path
) -> None:
    for tree in ({question.name: CANARY, "write": True}, nested(question.path, CANARY)):
        (tmp_path / "given.yaml").write_text(json.dumps(tree), encoding="utf-8")
        word = {"-y": json.dumps(tree), "-b": encoded(tree), "-f": "given.yaml"}[by]
        assert "secret" in refused(by, word)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-p", "openai_apikey", CANARY], "There is no parameter openai_apikey. Did you mean openai_api_key?"),
        (["-y", f"[{CANARY}]"], "--parameters_yaml must hold names and values"),
        (["-y", f"{{{CANARY}"], "--parameters_yaml must hold names and values"),
        (["-b", CANARY], "--parameters_base64 must hold names and values"),
        (["-f", "none.yaml"], "--parameters_file: can't read the file"),
        (["-p", "answers", f'{{"llm": {{"openai_api_key": "{CANARY}"}}}}'], "answers must be nested answers"),
        (["-r", "answers", CANARY], "answers must be nested answers"),
        (["-p", "central_url", f"https://u:{CANARY}@c.example.com"], "central_url: Leave user name and password out"),
        (["-y", f"{{answers: {{central: {{url: 'https://u:{CANARY}@c'}}}}}}"], "Leave user name and password out"),
        ([f"--{CANARY}"], "not what papermill takes"),
        (["-p", CANARY], "not what papermill takes"),
        ([CANARY], "not what papermill takes"),
    ],
)
def test_what_cannot_be_handed_over_is_a_sentence_without_values(refused: Any, words: list[str], said: str) -> None:
    assert said in refused(*words)


def test_asking_for_help_is_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--help"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("Usage: aeterna run")
    assert told.err == ""

"""A canary for every secret question, through every provider and target, looked for in every place.

Each stands in the one file that is meant for it, and in its backups; in no other file, no output, no draft, no saved
widget and no argument of a process.
"""

import base64
import json
import os
import stat
import sys
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from ipywidgets import Widget

from aeterna_nb import unexpected
from aeterna_nb.answers import Answers, Origin
from aeterna_nb.commands import start
from aeterna_nb.commands.options import add_folder_flags, add_question_flags, read_answers
from aeterna_nb.commands.parser import Parser
from aeterna_nb.evaluate import evaluate
from aeterna_nb.notebook.page import Page
from aeterna_nb.notebook.review_view import packed
from aeterna_nb.questions import by_name, questions
from aeterna_nb.terminal.draft import DraftFile
from aeterna_nb.terminal.walk import Progress
from tests.commands.conftest import Aeterna

SECRETS = tuple(question.name for question in questions() if question.secret)
MAIN = "--target kubernetes --mode local --cache dragonfly --postgresql cloudnative-pg"
SETS: Mapping[str, str] = {
    "external": f"{MAIN} --mode hybrid --central-url http://127.0.0.1:9 --central-auth api-key --vector-backend qdrant "
    "--qdrant-host 127.0.0.1 --cache external --redis-host 127.0.0.1 --postgresql external "
    "--postgresql-host 127.0.0.1 --llm openai --opal-policy-source git "
    "--opal-policy-repo-url git@git.example.com:policies.git --backup --backup-target s3 --backup-s3-bucket b",
    "oauth2": f"{MAIN} --mode hybrid --central-url http://127.0.0.1:9 --central-auth oauth2 --central-client-id me "
    "--central-token-url http://127.0.0.1:9/t --vector-backend weaviate --weaviate-host 127.0.0.1 --llm anthropic "
    "--backup --backup-target gcs --backup-gcs-bucket b",
    "pinecone": f"{MAIN} --vector-backend pinecone --pinecone-index-name memories --pinecone-environment us-east-1-aws "
    "--llm none --backup --backup-target azure --backup-azure-account a",
    "mongodb": f"{MAIN} --vector-backend mongodb --llm none",
    "vertex": f"{MAIN} --vector-backend vertex-ai --vertex-ai-project p --vertex-ai-credentials service-account "
    "--llm none",
    "databricks": f"{MAIN} --vector-backend databricks --databricks-workspace-url https://dbc.example.com --llm none",
}
"""Choices by name that together ask for every secret."""

ASKS_LOOPBACK_ALONE = {"external", "oauth2"}

OPTIONAL = ",".join(str(option.value) for option in by_name()["existing_secret_keys"].options)

PROVIDERS: Mapping[str, tuple[str, str]] = {
    "helm": ("", "values.secret.yaml"),
    "compose": ("--target docker-compose", ".env"),
    "existing": (f"--secret-provider existing --existing-secret-keys {OPTIONAL}", ""),
    "external-secrets": (f"--secret-provider external-secrets --external-secrets-keys {OPTIONAL}", ""),
    "sops": ("--secret-provider sops --sops-age-recipient age1" + "q" * 58, "values.secret.sops.yaml"),
}
"""The flags of each, and the file that is meant for secrets, if any."""

STAND_IN_FOR_SOPS = """#!/bin/sh
# Encrypts for a test: what comes out says nothing of what went in, and comes back.
if [ "$1" = encrypt ]; then echo "sops: {}"; od -An -v -tx1 | tr 0-9a-f g-v | sed 's/^/# /'
else sed -n 's/^# //p' "$PWD/values.secret.sops.yaml" | tr g-v 0-9a-f | tr -d ' \\n' | xxd -r -p; fi
"""

_processes: list[str] = []
sys.addaudithook(lambda event, given: _processes.append(repr(given)) if event == "subprocess.Popen" else None)


def canaries(generation: int) -> dict[str, str]:
    """A text to be looked for, for every secret question."""
    made = {name: f"canary-{generation}-{name.replace('_', '-')}-7f3a" for name in SECRETS}
    return made | {"kms_key": base64.b64encode(f"canary-{generation}-kms".ljust(32, "k").encode()).decode()}


CANARIES = {generation: canaries(generation) for generation in (1, 2)}


def found(text: str) -> set[str]:
    """The names of the secrets that are in a text, as they are or in base64."""
    return {
        name
        for made in CANARIES.values()
        for name, canary in made.items()
        if canary in text or base64.b64encode(canary.encode()).decode() in text
    }


class Places:
    """What was looked at: how many texts, and in which of them which canary was."""

    def __init__(self) -> None:
        self.texts = dict[str, int]()
        self.last: tuple[str, ...] = ()
        self.wrong = list[tuple[str, set[str]]]()

    def look(self, place: str, *texts: str) -> None:
        self.texts[place] = self.texts.get(place, 0) + len(texts)
        self.last = texts
        self.wrong += [(place, names) for text in texts if (names := found(text))]


def answers_of(words: list[str], variables: Mapping[str, str]) -> Answers:
    parser = Parser("setup", "")
    add_folder_flags(parser)
    add_question_flags(parser)
    environ = {f"AETERNA_SETUP_{name.upper()}": value for name, value in variables.items()}
    answers, _ = read_answers(parser.read(words), environ, None)
    typed = {name: value for layer in answers.layers.values() for name, value in layer.items()}
    return Answers({Origin.TYPED: typed})


def files_below(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8", errors="replace")


def walk(
    aeterna: Aeterna, choices: str, provider: str, monkeypatch: pytest.MonkeyPatch, root: Path
) -> tuple[Places, set[str]]:
    """Do everything that can be done with secrets, and look everywhere; the second are those in the file for them."""
    flags, meant = PROVIDERS[provider]
    given = [*SETS[choices].split(), *flags.split()]
    setup = ["setup", "--non-interactive", "--output", "out", *given]
    places, kept = Places(), set[str]()
    _processes.clear()

    def run(place: str, *words: str, generation: int = 0) -> None:
        ran = aeterna(*words, **CANARIES.get(generation, {}))
        places.look(place, ran.out, ran.err)

    for generation in (1, 2):  # the second replaces what the first wrote
        run("setup", *setup, generation=generation)
        assert Path("out").exists(), places.last
        for name, text in files_below(Path("out")):
            if meant and name.startswith(meant):
                private = stat.S_IMODE((Path("out") / name).stat().st_mode) == 0o600
                assert private or provider == "sops", name
                kept |= found(text)
            else:
                places.look("files", text)
    run("setup --json", *setup, "--json", "--debug", generation=1)
    for words in (["--replicas", "0"], ["--redis-port", "none"], ["--openai-api-key", CANARIES[1]["openai_api_key"]]):
        run("errors", *setup, *words, "--debug", generation=1)
        run("errors", *setup, *words, "--json", generation=1)
    for command in ("show", "validate", "diff", "render"):
        run(command, command, "--output", "out")
        run(command, command, "--output", "out", "--log-level", "debug", *given, generation=2)
    for command in ("show", "validate", "diff"):
        run(f"{command} --json", command, "--output", "out", "--json", generation=1)
    run("render", "render", "--output", "out", "--output-dir", "rendered", "--debug")
    if choices in ASKS_LOOPBACK_ALONE:
        run("status", "status", "--output", "out", "--debug")
        run("status", "status", "--output", "out", "--json", generation=2)

    with monkeypatch.context() as scope:

        def stumble(*_: Any) -> Any:
            raise ValueError(f"could not take {CANARIES[1]}")

        scope.setattr(start, "evaluate", stumble)
        for flag in ([], ["--debug"]):
            ran = aeterna("diff", "--output", "out", *flag, **CANARIES[2])
            assert ran.status == unexpected.BUG
            places.look("faults", ran.out, ran.err)

    answers = answers_of(given, CANARIES[1])
    DraftFile(Path("out"), root / "drafts").keep(Progress(answers))
    places.look("drafts", *(text for _, text in files_below(root / "drafts")))
    page = Page(answers, None)
    page.change(lambda: page.session.undo())
    page.go_to("secret_provider")
    places.look("page and its draft", page.session.draft(), repr(page.session), repr(answers))
    places.look("saved widgets", json.dumps(Widget.get_manager_state(drop_defaults=False), default=repr))
    evaluation = evaluate(answers)
    if evaluation.config is not None and provider != "sops":
        with zipfile.ZipFile(BytesIO(packed(evaluation))) as archive:
            for member in archive.infolist():
                if member.filename == meant:
                    assert member.external_attr >> 16 & 0o777 == 0o600
                else:
                    places.look("zip", member.filename, archive.read(member).decode())
    places.look("processes", *_processes, " ".join(sys.argv))
    return places, kept


@pytest.fixture
def sops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for the program sops, and no cluster and no probes of anything elsewhere."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "sops").write_text(STAND_IN_FOR_SOPS, encoding="utf-8")
    (tmp_path / "bin" / "sops").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    monkeypatch.setenv(unexpected.DEBUG, "")


EVERY = [
    pytest.param(choices, provider, marks=() if choices == "external" else pytest.mark.whole_product)
    for choices in SETS
    for provider in PROVIDERS
]


@pytest.mark.usefixtures("sops")
@pytest.mark.parametrize(("choices", "provider"), EVERY)
def test_a_canary_is_in_the_file_that_is_meant_for_it_and_nowhere_else(
    aeterna: Aeterna, choices: str, provider: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    places, kept = walk(aeterna, choices, provider, monkeypatch, tmp_path)
    assert places.wrong == []
    asked = {question.name for question in answers_of(SETS[choices].split(), {}).active() if question.secret}
    if provider == "helm":
        assert kept == asked
    elif provider == "compose":
        assert kept <= asked
        assert kept
    else:
        assert kept == set()
    texts = sum(places.texts.values())
    print(f"{choices}, {provider}: {len(SECRETS)} canaries, {len(places.texts)} places, {texts} texts, 0 found in them")


def test_the_sets_ask_for_every_secret() -> None:
    asked = [{question.name for question in answers_of(words.split(), {}).active()} for words in SETS.values()]
    assert set(SECRETS) <= set().union(*asked)

"""The questions in a terminal: a person at a scripted one, and a little at a real one."""

import os
import pty
import select
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.questions import STAGES, by_name
from aeterna_nb.terminal import INTRO, questionnaire, written
from tests.samples import HYBRID, LOCAL, OPENCODE_ONLY, answers, configured

CANARY = "Canary-7f3a"


class Person:
    """Types an answer for each question by its label, one for each time it is asked, and Enter where none is left."""

    def __init__(self, typed: Mapping[str, Any], details: tuple[str, ...] = ()) -> None:
        self.typed = {label: list(texts) if isinstance(texts, list) else [texts] for label, texts in typed.items()}
        self.details = details
        self.said: list[str] = []
        self.asked: list[str] = []
        self.prompts: list[str] = []
        self.hidden: list[str] = []
        self.stage = ""
        self.labels = {question.label for question in by_name().values()}

    def say(self, text: str = "") -> None:
        self.said.append(text)
        stripped = text.strip("\n")
        self.stage = next((s.title for s in STAGES if stripped.startswith(f"{s.title}\n---")), self.stage)
        if stripped in self.labels and text.startswith("\n"):
            self.asked.append(stripped)

    def ask(self, prompt: str) -> str:
        self.prompts.append(prompt)
        assert len(self.prompts) < 300, "the questions do not end"
        if prompt.startswith("Change any"):
            return "yes" if self.stage in self.details else ""
        left = self.typed.get(self.asked[-1], [])
        return left.pop(0) if left else ""

    def ask_secret(self, prompt: str) -> str:
        typed = self.ask(prompt)
        self.hidden.append(typed)
        return typed

    @property
    def page(self) -> str:
        return "\n".join([*self.said, *self.prompts])


def label(name: str) -> str:
    return by_name()[name].label


def typing(values: Mapping[str, Any], *details: str) -> Person:
    return Person({label(name): text for name, text in values.items()}, details)


def ask(values: Mapping[str, Any], *details: str, start: Answers | None = None) -> tuple[Answers, Person]:
    person = typing(values, *details)
    return questionnaire(start or Answers(), person), person


def test_the_main_choices_alone_give_a_configuration() -> None:
    given, person = ask(LOCAL)
    assert given.config()[0] == configured(LOCAL)
    assert given.origin("cache") is Origin.TYPED
    assert person.said[0] == INTRO


def test_choices_are_made_by_number_too() -> None:
    numbers = {"target": "2", "mode": "1", "vector_backend": "1", "cache": "1", "postgresql": "1", "llm": "1"}
    assert ask(numbers)[0].config()[0] == configured(LOCAL)


def test_several_choices_are_made_by_number_and_by_value() -> None:
    given, _ = ask({**HYBRID, "sync_layers": "3, working"}, "Central server")
    assert given.lookup("sync_layers") == ("working", "episodic")


@pytest.mark.parametrize(("typed", "count"), [("3", 3), ("2", 1)])
def test_where_the_choices_are_numbers_a_number_means_itself(typed: str, count: int) -> None:
    given, person = ask({**LOCAL, "vector_backend": "mongodb", "mongodb_replicas": typed}, "Vector store")
    assert given.lookup("mongodb_replicas") == count
    assert ("  Choose one of: 1, 3, 5." in person.said) is (typed == "2")


def test_details_are_closed_until_somebody_opens_them() -> None:
    closed, person = ask({**LOCAL, "replicas": "4"})
    assert closed.lookup("replicas") == 1
    assert label("replicas") not in person.asked
    opened, person = ask({**LOCAL, "replicas": "4"}, "Operations")
    assert opened.lookup("replicas") == 4
    assert label("dragonfly_memory") not in person.asked


def test_what_a_choice_requires_is_asked_without_opening_details() -> None:
    given, person = ask({**LOCAL, "cache": "external", "redis_host": "redis.example.com"})
    assert given.lookup("redis_host") == "redis.example.com"
    assert label("redis_port") not in person.asked


def test_questions_that_do_not_apply_are_not_asked() -> None:
    _, person = ask(OPENCODE_ONLY)
    assert person.asked == [label(name) for name in ("target", "central_url", "central_auth", "opencode")]


def test_enter_takes_what_stands_in_brackets() -> None:
    start = answers(LOCAL).with_values(Origin.FILE, {"cache": "valkey"})
    given, person = ask({}, start=start)
    assert given == start
    assert "Answer [dragonfly]: " in person.prompts
    assert "Answer [yes]: " in person.prompts


def test_a_wrong_answer_is_explained_and_asked_again() -> None:
    given, person = ask({**LOCAL, "target": ["", "mainframe", CANARY, "kubernetes"]})
    assert given.config()[0] == configured(LOCAL)
    assert "  This needs an answer." in person.said
    assert person.said.count("  Choose one of: docker-compose, kubernetes, opencode-only.") == 2
    assert CANARY not in person.page


@pytest.mark.parametrize("typed", ["\u00b2", "\u0663", "0", "4", "-1", "9" * 5000])
def test_a_number_that_names_no_choice_is_asked_again(typed: str) -> None:
    given, _ = ask({**LOCAL, "target": [typed, "kubernetes"]})
    assert given.lookup("target") == "kubernetes"


def test_back_asks_the_question_before_and_keeps_what_was_answered() -> None:
    given, person = ask({**LOCAL, "cache": ["valkey", "dragonfly"], "postgresql": ["<", "cloudnative-pg"]})
    # Between the two lie the details of the cache.
    assert person.asked.count(label("postgresql")) == 2
    assert given.lookup("cache") == "valkey"
    again, person = ask({**LOCAL, "mode": ["<", "local"], "target": ["docker-compose", "kubernetes"]})
    assert again.lookup("target") == "kubernetes"
    assert "Answer [docker-compose]: " in person.prompts


def test_back_at_the_first_question_says_so() -> None:
    given, person = ask({**LOCAL, "target": ["<", "kubernetes"]})
    assert "This is the first question." in person.said
    assert given.config()[0] == configured(LOCAL)


def test_going_back_and_choosing_otherwise_hides_what_was_answered_and_brings_it_back() -> None:
    targets = ["kubernetes", "opencode-only", "kubernetes"]
    # Local, then back to the first question; there the central server's address comes next, and back again.
    given, _ = ask(
        {**LOCAL, "target": targets, "mode": ["local", ""], "vector_backend": ["<", "qdrant"], "central_url": "<"}
    )
    assert given.config()[0] == configured(LOCAL)


@pytest.mark.parametrize("lower", [Origin.FILE, Origin.ENVIRONMENT, Origin.TYPED])
def test_an_answer_is_cleared_whichever_layer_gives_it(lower: Origin) -> None:
    start = answers(LOCAL).with_values(
        lower, {"ingress": True, "ingress_host": "a.example.com", "ingress_class": "nginx"}
    )
    given, person = ask({"ingress_class": "-"}, "Operations", start=start)
    assert "Answer [nginx]: " in person.prompts
    assert given.lookup("ingress_class") is None
    assert given.lookup("ingress_host") == "a.example.com"


def test_an_answer_that_has_to_be_given_can_not_be_cleared() -> None:
    given, _ = ask({"central_url": "-"}, start=answers(HYBRID).with_values(Origin.FILE, {}))
    assert given.lookup("central_url") == "https://central.example.com"


def test_a_refused_answer_from_elsewhere_is_shown_and_asked_again() -> None:
    start = answers(LOCAL).with_texts(Origin.ENVIRONMENT, {"replicas": CANARY, "log_level": CANARY})
    given, person = ask({"replicas": "2"}, start=start)
    assert given.lookup("replicas") == 2
    assert given.lookup("log_level") == "info"
    assert given.findings() == []
    assert "Write a whole number from 1 to 100." in person.page
    assert "From the environment" in person.page
    assert CANARY not in person.page


# Secrets


def test_a_secret_is_asked_for_unseen_and_never_printed() -> None:
    given, person = ask({**LOCAL, "llm": "openai", "openai_api_key": f" {CANARY} "})
    assert person.hidden == [f" {CANARY} "]
    assert given.lookup("openai_api_key").get_secret_value() == f" {CANARY} "
    again, person = ask({}, start=given)
    assert person.hidden == [""]
    assert "Answer [set, typed by you]: " in person.prompts
    assert again.lookup("openai_api_key") == given.lookup("openai_api_key")
    assert CANARY not in person.page


def test_back_and_clear_work_at_a_secret() -> None:
    start = answers({**LOCAL, "cache": "external", "redis_host": "redis.example.com"}, redis_password=CANARY)
    given, _ = ask({"redis_password": "-"}, "Cache", start=start)
    assert given.lookup("redis_password") is None
    given, person = ask({"redis_password": ["<", ""]}, "Cache", start=start)
    assert given.lookup("redis_password").get_secret_value() == CANARY
    assert person.asked.count(label("redis_database")) == 2


def test_a_key_file_is_read_from_its_path(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{CANARY}\n")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    paths = [str(tmp_path / "absent"), str(tmp_path), "nul\x00", str(tmp_path / "bytes"), str(tmp_path / "key")]
    git = {**LOCAL, "opal_policy_source": "git", "opal_policy_repo_url": "git@git.example.com:p.git"}
    given, person = ask({**git, "opal_policy_ssh_key": paths}, "Authorization")
    assert given.lookup("opal_policy_ssh_key").get_secret_value() == f"{CANARY}\n"
    assert [text.strip() for text in person.said if text.strip().endswith((" directory.", "plain text."))] == [
        "No such file or directory.",
        "Is a directory.",
        "That is no file of plain text.",
        "That is no file of plain text.",
    ]
    assert CANARY not in person.page


def test_a_document_that_is_there_is_not_printed_into_the_prompt() -> None:
    start = answers(
        {**LOCAL, "postgresql": "external", "postgresql_host": "db", "postgresql_password": "word"},
        postgresql_tls="verify-full",
        postgresql_root_certificate="-----BEGIN CERTIFICATE-----\nabc\n",
    )
    given, person = ask({}, "PostgreSQL", start=start)
    assert label("postgresql_root_certificate") in person.asked
    assert "abc" not in person.page
    assert given.lookup("postgresql_root_certificate") is not None


@pytest.mark.parametrize(
    ("value", "text"), [(True, "yes"), (False, "no"), (("a", "b"), "a,b"), ((), ""), (5, "5"), ("x", "x")]
)
def test_a_value_is_written_as_a_person_would_type_it(value: Any, text: str) -> None:
    assert written(value) == text


# A real terminal

SCRIPT = """
from aeterna_nb.answers import Answers
from aeterna_nb.terminal import StandardTerminal, questionnaire
given = questionnaire(Answers(), StandardTerminal())
print("TARGET", given.lookup("target"), "KEY", len(given.lookup("openai_api_key").get_secret_value()))
"""


class Screen:
    """A program in a terminal of its own: what it prints, piece by piece, and a keyboard."""

    def __init__(self, script: str) -> None:
        self.outer, inner = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", script], stdin=inner, stdout=inner, stderr=inner, start_new_session=True
        )
        os.close(inner)
        self.page = ""
        self.read = 0

    def wait_for(self, words: str) -> None:
        """Wait until the words stand behind those that were waited for before."""
        while words not in self.page[self.read :]:
            ready, _, _ = select.select([self.outer], [], [], 60)
            try:
                text = os.read(self.outer, 4096).decode() if ready else ""
            except OSError:  # what Linux says when the program has ended
                text = ""
            assert text, f"no {words!r} in {self.page[self.read :]!r}"
            self.page += text
        self.read = self.page.index(words, self.read) + len(words)

    def type(self, line: str) -> None:
        os.write(self.outer, f"{line}\n".encode())

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.outer)


def test_in_a_real_terminal_a_secret_is_not_echoed() -> None:
    typed = [
        ("Where will it run?", "docker-compose"),
        ("Which mode?", "local"),
        ("Change any", ""),
        ("Which vector store?", "qdrant"),
        ("Change any", ""),
        ("Which cache?", "dragonfly"),
        ("Change any", ""),
        ("Which PostgreSQL?", "cloudnative-pg"),
        ("Install OPAL?", ""),
        ("Change any", ""),
        ("Which language model?", "openai"),
        ("OpenAI API key", CANARY),
        ("Change any", ""),
        ("Connect OpenCode?", ""),
        ("Change any", ""),
        ("Change any", ""),
        ("Change any", ""),
    ]
    with closing(Screen(SCRIPT)) as screen:
        for words, answer in typed:
            screen.wait_for(words)
            screen.wait_for(": " if words == "Change any" else "Answer")
            screen.type(answer)
        screen.wait_for(f"TARGET docker-compose KEY {len(CANARY)}")
    assert "qdrant" in screen.page
    assert CANARY not in screen.page

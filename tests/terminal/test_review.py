"""The review: every answer with its source, what is wrong, what would be written, and a change of any of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.evaluate import evaluate
from aeterna_nb.output.writing import plan_files
from aeterna_nb.terminal.draft import DraftFile
from aeterna_nb.terminal.review import Changed, Decided, Judged, Review
from aeterna_nb.terminal.visit import Visited, visited
from aeterna_nb.terminal.walk import Progress
from tests.samples import OPENCODE_ONLY, REMOTE
from tests.terminal.person import LOOK, PICK, REVIEW, START, Person, label, typing

CANARY = "Canary-7f3a"


def visit(
    values: Mapping[str, Any], folder: Path, start: Answers | None = None, *, only_open: bool = False
) -> tuple[Visited, Person]:
    """A whole visit of a person who types these values."""
    person = typing(values)

    def judge(answers: Answers) -> Judged:
        evaluation = evaluate(answers)
        plans = [] if evaluation.errors else [plan_files(evaluation, folder / "out")]
        return Judged(evaluation, evaluation.findings, plans)

    def review(answers: Answers, judged: Judged) -> Changed | Decided:
        return Review(answers, judged, person, "Write these files?").decided()

    begin = Progress(start or Answers(), only_open=only_open)
    return visited(begin, person, DraftFile(folder / "out", folder / "state"), judge, review), person


def file_layer(values: Mapping[str, Any], **more: Any) -> Answers:
    return Answers().with_values(Origin.FILE, {**values, **more})


def test_it_shows_every_stage_with_answers_and_sources_findings_and_files(tmp_path: Path) -> None:
    typed = {START: "remote", LOOK: "no", "central_url": "http://c.example.com", "central_api_key": CANARY}
    ended, person = visit({**typed, REVIEW: ["/api key of the central", "yes"], PICK: "1"}, tmp_path)
    assert ended.write
    page = person.page
    for words in (
        "Target and mode",
        "   1  Where will it run? Kubernetes (from the preset)",
        "   3  Address of the central server: http://c.example.com (typed by you)",
        "API key of the central server: given (typed by you)",
        "more at their defaults",
        "    Note: ",
        f"Files in {tmp_path / 'out'}",
        "    values.yaml: new",
        "    values.secret.yaml: new, with secrets: readable by you alone",
    ):
        assert words in page, page
    assert CANARY not in page
    told = ["\nCentral server", "\nOpenCode", "    Note: Address of the central server: plain http"]
    order = [text for text in person.said if text.startswith(tuple(told))]
    assert order[-3:] == [told[0], order[-2], told[1]]
    assert order[-2].startswith(told[2])


@pytest.mark.parametrize(
    "name", ["3", "central_url", "central-url", "--central-url", "Address of the central server", "central", "/address"]
)
def test_one_answer_is_changed_by_number_name_label_stage_or_word(tmp_path: Path, name: str) -> None:
    typed = {REVIEW: [name, "yes"], PICK: "1", "central_url": "https://other.example.com"}
    ended, person = visit(typed, tmp_path, file_layer(REMOTE), only_open=True)
    assert ended.answers.lookup("central_url") == "https://other.example.com"
    assert ended.write
    stage = name == "central"
    assert (len(person.asked) > 1) is stage
    assert person.asked[0] == label("central_url")


def test_what_a_change_newly_requires_is_asked_before_the_review_comes_back(tmp_path: Path) -> None:
    local = {"vector_backend": "pgvector", "cache": "valkey", "postgresql": "cloudnative-pg", "llm": "none"}
    typed = {REVIEW: ["mode", "yes"], "mode": "local", **local}
    ended, person = visit(typed, tmp_path, file_layer(REMOTE), only_open=True)
    assert person.asked == [label(name) for name in ("mode", *local)]
    assert ended.answers.lookup("cache") == "valkey"
    assert ended.judged.errors == []


def test_back_from_a_change_leaves_everything_as_it_was(tmp_path: Path) -> None:
    ended, _ = visit({REVIEW: ["mode", "no"], "mode": "<"}, tmp_path, file_layer(REMOTE), only_open=True)
    assert ended.answers == file_layer(REMOTE)
    assert not ended.write


def test_back_from_the_review_asks_the_last_question_again(tmp_path: Path) -> None:
    typed = {**OPENCODE_ONLY, REVIEW: ["<", "yes"], "central_url": ["https://c.example.com", "https://d.example.com"]}
    ended, person = visit({**typed, START: "scratch"}, tmp_path)
    assert person.asked[-2:] == [label("opencode")] * 2
    assert person.asked.count(label("central_auth")) == 1
    assert ended.write


def test_an_error_is_shown_at_its_stage_and_enter_mends_it(tmp_path: Path) -> None:
    wrong = {**REMOTE, "target": "docker-compose", "mode": "hybrid", "vector_backend": "pgvector", "llm": "none"}
    hybrid = {**wrong, "cache": "dragonfly", "postgresql": "cloudnative-pg", "local_cache_size": 64}
    typed = {REVIEW: ["", "yes"], "local_cache_size": "512", "cache": ""}
    ended, person = visit(typed, tmp_path, file_layer(hybrid), only_open=True)
    assert ended.write
    assert ended.judged.errors == []
    assert "    Error: Dragonfly needs a local cache of at least 256 MiB" in person.page
    assert any(prompt.startswith("Mend it?") for prompt in person.prompts)
    assert person.asked == [label("local_cache_size")]


def test_with_errors_nothing_is_ever_decided_to_be_written(tmp_path: Path) -> None:
    hybrid = {**REMOTE, "mode": "hybrid", "vector_backend": "pgvector", "llm": "none", "local_cache_size": 64}
    start = file_layer({**hybrid, "cache": "dragonfly", "postgresql": "cloudnative-pg"})
    ended, _ = visit({REVIEW: ["yes", "no"], "local_cache_size": "<"}, tmp_path, start, only_open=True)
    assert not ended.write


def test_nonsense_is_answered_with_a_sentence_and_all_and_help_show_more(tmp_path: Path) -> None:
    typed = {REVIEW: ["mainframe", "99", "?", "all", "diff", "/zeppelin", "no"]}
    _, person = visit(typed, tmp_path, file_layer(OPENCODE_ONLY), only_open=True)
    assert sum("is called that" in text for text in person.said) == 2
    assert any("show every answer" in text for text in person.said)
    assert sum("Review" in text for text in person.said) == 2
    assert sum("Tools to offer: Memory, Knowledge, Context, Sync (default)" in text for text in person.said) == 1
    assert "No file that is there changes." in person.said
    assert "  No question that is asked now has these words." in person.said


def test_the_diff_shows_what_changes(tmp_path: Path) -> None:
    (tmp_path / "out" / ".aeterna").mkdir(parents=True)
    (tmp_path / "out" / ".aeterna" / "setup.yaml").write_text("target: kubernetes\n")
    _, person = visit({REVIEW: ["diff", "no"]}, tmp_path, file_layer(OPENCODE_ONLY), only_open=True)
    assert '+target: "opencode-only"' in person.page
    assert "    .aeterna/setup.yaml: changes; what is there is kept as a backup" in person.said


# Interruption


class Leaves(Person):
    """Presses Ctrl-C, or loses the terminal, at the first prompt with these words."""

    def __init__(self, typed: Mapping[str, Any], at: str) -> None:
        super().__init__(typed)
        self.at = at

    def ask(self, prompt: str) -> str:
        if self.at in prompt or (self.asked and self.asked[-1] == self.at):
            raise KeyboardInterrupt
        return super().ask(prompt)


def leave(person: Person, draft: DraftFile) -> str:
    """What a visit that ends with an interruption says is kept."""
    with pytest.raises(KeyboardInterrupt) as caught:
        visited(
            Progress(Answers()),
            person,
            draft,
            lambda answers: Judged(evaluate(answers), ()),
            lambda answers, judged: Decided(True),
        )
    return str(caught.value)


def interrupted(values: Mapping[str, Any], at: str, draft: DraftFile) -> str:
    return leave(Leaves({START: "scratch", **{label(name): text for name, text in values.items()}}, at), draft)


def test_after_an_interruption_one_goes_on_where_one_was(tmp_path: Path) -> None:
    draft = DraftFile(tmp_path / "out", tmp_path / "state")
    typed = {"target": "docker-compose", "mode": "local", "vector_backend": "pgvector"}
    assert interrupted(typed, label("cache"), draft).startswith(
        "Nothing was written. Your answers are kept, without secrets"
    )
    assert draft.path.stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "out").exists()
    rest = {"cache": "valkey", "postgresql": "cloudnative-pg", "llm": "none"}
    ended, person = visit({**rest, "Go on": "yes"}, tmp_path)
    assert person.asked[0] == label("cache")
    assert ended.answers.lookup("vector_backend") == "pgvector"
    assert "after 3 answers" in person.page


def test_begun_anew_the_kept_answers_are_forgotten(tmp_path: Path) -> None:
    draft = DraftFile(tmp_path / "out", tmp_path / "state")
    interrupted({"target": "docker-compose"}, label("mode"), draft)
    assert leave(Leaves({"Go on": "no"}, START), draft) == "Nothing was written."
    assert draft.found() is None


def test_secrets_are_not_kept_and_are_asked_once_more_even_where_they_may_be_left_out(tmp_path: Path) -> None:
    draft = DraftFile(tmp_path / "out", tmp_path / "state")
    progress = Progress(file_layer(REMOTE).with_values(Origin.TYPED, {"central_api_key": CANARY, "namespace": "n"}))
    draft.keep(progress)
    assert CANARY not in draft.path.read_text()
    ended, person = visit({"Go on": "yes", "central_api_key": "again"}, tmp_path, file_layer(REMOTE), only_open=True)
    assert person.asked == [label("central_api_key")]
    assert ended.answers.lookup("central_api_key").get_secret_value() == "again"
    assert ended.answers.lookup("namespace") == "n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"saved": "2026-01-01T00:00"}',
        '{"saved": 1, "preset": 2, "typed": [], "past": 3}',
        "\xff",
    ],
)
def test_a_draft_that_can_not_be_read_is_as_none(tmp_path: Path, text: str) -> None:
    draft = DraftFile(tmp_path / "out", tmp_path / "state")
    draft.keep(Progress(file_layer(REMOTE)))
    draft.path.write_text(text, encoding="latin-1")
    assert draft.found() is None


def test_a_state_folder_that_can_not_be_written_costs_the_draft_only(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    draft = DraftFile(tmp_path / "out", tmp_path / "state")
    assert interrupted({"target": "docker-compose"}, label("mode"), draft) == "Nothing was written."


def test_two_folders_have_two_drafts(tmp_path: Path) -> None:
    one, other = (DraftFile(tmp_path / name, tmp_path / "state") for name in ("one", "other"))
    interrupted({"target": "docker-compose"}, label("mode"), one)
    assert one.found() is not None
    assert other.found() is None

"""`aeterna setup` in a real pseudo-terminal: typed at, interrupted, closed, narrow, plain."""

import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.evaluate import evaluate
from aeterna_nb.presets import PRESETS
from tests.terminal.screen import REVIEW, Screen

CANARY = "Canary-7f3a"
COLOUR = re.compile(r"\x1b\[(?:0;)?[1-9][0-9;]*m")
PASTE_BEGINS, PASTE_ENDS = "\x1b[200~", "\x1b[201~"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Screen]]:
    screens = []

    def open_screen(*words: str, columns: int = 80, shell: str = "", **variables: str) -> Screen:
        screens.append(Screen(tmp_path, *words, columns=columns, shell=shell, **variables))
        return screens[-1]

    yield open_screen
    for screen in screens:
        screen.close()


Opened = Callable[..., Screen]


def drafts(folder: Path) -> list[Path]:
    return list((folder / "state").rglob("*.json"))


def test_three_times_enter_gives_a_local_cluster(opened: Opened, tmp_path: Path) -> None:
    screen = opened()
    screen.answer("Answer [local]: ", "")
    screen.answer("Look at each? [no]: ", "")
    screen.answer(REVIEW, "")
    assert screen.ends() == 0
    assert "Wrote values.yaml" in screen.page
    assert "helm upgrade --install aeterna" in screen.page
    assert 'mode: "local"' in (tmp_path / "out" / "values.yaml").read_text()
    assert drafts(tmp_path) == []


def test_what_a_preset_installs_without_use_is_said_with_the_answers_that_leave_it_out(opened: Opened) -> None:
    screen = opened()
    screen.answer("Answer [local]: ", "production")
    screen.wait_for("Look at each? [no]: ")
    said = " ".join(screen.page.split())
    assert (
        "does not use Qdrant and OPAL yet. That is installed for a later version, so that nothing moves then." in said
    )
    assert "To leave it out, answer: Which vector store? pgvector; Install OPAL? no." in said


@pytest.mark.parametrize("everything", [True, False])
def test_what_has_a_default_that_suits_most_is_asked_on_request(everything: bool, opened: Opened) -> None:
    screen = opened(*["--everything"] * everything, "--target=kubernetes", "--mode=remote")
    screen.answer("Where will it run?", "")
    screen.answer("Which mode?", "")
    screen.wait_for("Change any of these? [no]: ")
    assert ("Kubernetes version" in screen.page) is everything
    assert ("all asks" in screen.page) is not everything
    screen.child.send("yes\r" if everything else "all\r")
    screen.answer("Kubernetes version", "")


def test_hybrid_from_scratch_with_a_secret_an_interruption_and_the_way_back_to_it(
    opened: Opened, tmp_path: Path
) -> None:
    screen = opened()
    screen.answer("Answer [local]: ", "scratch")
    for words, typed in [
        ("Where will it run?", "kubernetes"),
        ("Which mode?", "hybrid"),
        ("Change any of these?", ""),
        ("Address of the central server", "https://central.example.com"),
        ("How do we sign in there?", "api-key"),
        ("Change any of these?", "yes"),
        ("API key of the central server", CANARY),
    ]:
        screen.answer(words, typed)
    screen.wait_for("Answer")
    (draft,) = drafts(tmp_path)
    assert CANARY not in draft.read_text()
    assert screen.interrupt() == 130
    assert "Interrupted. Nothing was written. Your answers are kept, without secrets" in screen.page
    assert not (tmp_path / "out").exists()
    assert CANARY not in screen.page

    again = opened()
    again.answer("Go on with them? [yes]: ", "")
    again.answer("API key of the central server", CANARY)
    for words, typed in [
        ("Which vector store?", "/which vector"),
        ("Number to answer now [none]: ", "1"),
        ("Which vector store?", "pgvector"),
    ]:
        again.answer(words, typed)
    for words, typed in [
        ("Which cache?", "2"),
        ("Which PostgreSQL?", "1"),
        ("Install OPAL?", "n"),
        ("Which language model?", "none"),
        ("Connect OpenCode?", "yes"),
    ]:
        while again.child.expect_exact([words, "Change any of these? [no]: ", "Answer in ", "Answer ["]) != 0:
            again.page += again.child.before + again.child.after
            again.child.send("\r")
        again.page += again.child.before + again.child.after
        again.answer(": ", typed)
    while again.child.expect_exact([REVIEW, "Change any of these? [no]: "]) != 0:
        again.child.send("\r")
    again.page += again.child.before
    again.child.send("\r")
    assert again.ends() == 0
    assert CANARY not in again.page
    holding = {
        path.relative_to(tmp_path).as_posix()
        for path in tmp_path.rglob("*")
        if path.is_file() and CANARY in path.read_text()
    }
    assert holding == {"out/values.secret.yaml"}
    assert 'mode: "hybrid"' in (tmp_path / "out" / "values.yaml").read_text()


def test_remote_with_back_help_a_wrong_answer_and_one_edited_from_the_review(opened: Opened, tmp_path: Path) -> None:
    screen = opened()
    screen.answer("Answer [local]: ", "mainframe")
    screen.wait_for("Write a number from 1 to")
    screen.answer("Answer [local]: ", "remote")
    screen.answer("Look at each? [no]: ", "<")
    screen.answer("Answer [remote]: ", "?")
    screen.wait_for("explains")
    screen.answer("Answer [remote]: ", "")
    screen.answer("Look at each? [no]: ", "")
    screen.answer("Address of the central server", "central")
    screen.answer("Write the whole address", "?")
    screen.answer("AETERNA_SETUP_CENTRAL_URL", "https://central.example.com")
    screen.answer(REVIEW, "namespace")
    screen.answer("Answer [aeterna]: ", "team-b")
    screen.wait_for("Namespace: team-b (typed by you)")
    screen.answer(REVIEW, "yes")
    assert screen.ends() == 0
    assert 'namespace: "team-b"' in (tmp_path / "out" / ".aeterna" / "setup.yaml").read_text()


def write_first(folder: Path, *words: str) -> Path:
    screen = Screen(folder, "--non-interactive", *words)
    assert screen.ends() == 0
    return folder / "out" / ".aeterna" / "setup.yaml"


REMOTE = ["--preset", "remote", "--central-url", "https://central.example.com"]


def test_reconfigure_asks_only_what_is_picked_and_keeps_comments(opened: Opened, tmp_path: Path) -> None:
    file = write_first(tmp_path, *REMOTE)
    commented = (
        file.read_text().replace("mode:", "# until the cluster is there\nmode:").replace(".com", ".com # theirs")
    )
    file.write_text(commented.replace('.com # theirs"', '.com"  # theirs'))
    before = file.read_text()
    screen = opened("--reconfigure")
    screen.wait_for(".aeterna/setup.yaml: stays as it is")
    screen.answer(REVIEW, "release name")
    screen.answer("Answer [aeterna]: ", "memory")
    screen.answer(REVIEW, "diff")
    screen.wait_for('+  release_name: "memory"')
    screen.answer(REVIEW, "")
    assert screen.ends() == 0
    assert screen.page.count("\nAnswer") == 1
    after = file.read_text()
    assert after != before
    assert after.replace('cluster:\n  release_name: "memory"\n', "") == before
    assert (file.parent / "setup.yaml.1.bak").read_text() == before


def test_a_configuration_that_is_there_is_offered_to_start_from(opened: Opened, tmp_path: Path) -> None:
    file = write_first(tmp_path, *REMOTE)
    before = file.read_text()
    screen = opened()
    screen.answer("Start from it? [yes]: ", "")
    screen.answer(REVIEW, "")
    assert screen.ends() == 0
    assert "Everything is up to date" in screen.page
    assert file.read_text() == before


def test_yes_and_dry_run_ask_no_more_than_what_is_open(opened: Opened, tmp_path: Path) -> None:
    screen = opened("--preset", "remote", "--yes", "--dry-run")
    screen.answer("Look at each? [no]: ", "no")
    screen.answer("Address of the central server", "https://central.example.com")
    assert screen.ends() == 0
    assert "Nothing was written (--dry-run)" in screen.page
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("columns", [40, 24])
def test_in_a_narrow_terminal_every_line_fits(opened: Opened, columns: int) -> None:
    screen = opened("--preset", "remote", columns=columns, TERM="dumb")
    screen.answer("Look at each?", "")
    screen.answer("Answer (for example", "https://c.example.com")
    screen.wait_for("[yes], or")
    screen.answer("change", "no")
    assert screen.ends() == 0
    lines = [line for line in screen.page.splitlines() if len(line) > columns]
    assert [line for line in lines if len(line.split()[-1]) < columns // 2] == []
    assert "\r\n> " in screen.page


@pytest.mark.parametrize(
    ("words", "variables", "colour"),
    [
        ([], {"TERM": "xterm"}, True),
        (["--no-color"], {"TERM": "xterm"}, False),
        ([], {"TERM": "xterm", "NO_COLOR": "1"}, False),
        ([], {"TERM": "dumb"}, False),
    ],
)
def test_colour_only_where_it_is_wanted(
    opened: Opened, words: list[str], variables: dict[str, str], colour: bool
) -> None:
    screen = opened(*words, **variables)
    screen.wait_for("Answer [local]:")
    screen.child.send("nonsense\r")
    screen.wait_for("Write a number from 1 to", "Answer [local]:")
    screen.child.sendeof()
    assert screen.ends() == 130
    assert bool(COLOUR.search(screen.page)) is colour
    if variables.get("TERM") == "dumb":
        assert "\x1b" not in screen.page


def test_output_that_is_piped_is_plain(opened: Opened) -> None:
    screen = opened(shell='"$0" "$@" | cat', TERM="xterm")
    screen.answer("Answer [local]: ", "remote")
    screen.wait_for("Look at each? [no]: ")
    screen.interrupt()
    assert "\x1b" not in screen.page


@pytest.mark.parametrize("at", ["a question", "a secret", "the review"])
def test_the_end_of_the_input_writes_nothing(opened: Opened, tmp_path: Path, at: str) -> None:
    words = {
        "a question": [],
        "a secret": ["--preset", "local", "--llm", "openai"],
        "the review": ["--preset", "local"],
    }[at]
    screen = opened(*words)
    if words:
        screen.answer("Look at each? [no]: ", "")
    screen.wait_for({"a question": "Answer [local]: ", "a secret": "not shown: ", "the review": REVIEW}[at])
    screen.child.sendeof()
    assert screen.ends() == 130
    assert "Nothing was written" in screen.page
    assert "Traceback" not in screen.page
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("how", ["the terminal closes", "the process is told to end"])
def test_an_end_from_outside_costs_nothing_that_was_answered(how: str, opened: Opened, tmp_path: Path) -> None:
    screen = opened()
    screen.answer("Answer [local]: ", "scratch")
    screen.answer("Where will it run?", "docker-compose")
    screen.wait_for("Which mode?", "Answer")
    if how == "the terminal closes":
        screen.hang_up()
    else:
        screen.until_it_waits()
        screen.child.kill(signal.SIGTERM)
        assert screen.ends() == 130
    assert not (tmp_path / "out").exists()
    again = opened()
    again.answer("Go on with them? [yes]: ", "")
    again.wait_for("Which mode?")


def test_pasted_lines_answer_one_question_after_the_other_or_are_refused_as_one(opened: Opened) -> None:
    screen = opened(TERM="dumb")
    screen.wait_for("Answer [local]: ")
    screen.child.send("scratch\rkubernetes\rlocal\r\rpgvector\r\r")
    screen.wait_for("Which cache?", ": ")
    assert screen.interrupt() == 130
    at_once = opened(TERM="xterm")
    at_once.wait_for("Go on with them? [yes]:")
    at_once.child.send("no\r")
    at_once.wait_for("Answer [local]:")
    at_once.child.send(f"{PASTE_BEGINS}remote\rlocal{PASTE_ENDS}\r")
    at_once.wait_for("Write a number from 1 to")


def test_what_is_pasted_behind_a_secret_is_neither_shown_nor_taken_for_the_next_answer(opened: Opened) -> None:
    screen = opened("--preset", "local", "--llm", "openai")
    screen.answer("Look at each? [no]: ", "no")
    screen.answer("not shown: ", f"{CANARY}\r{CANARY}\r{CANARY}")
    screen.wait_for(REVIEW)
    screen.interrupt()
    assert CANARY not in screen.page
    assert "is called that" not in screen.page


def test_a_secret_is_not_shown_after_the_command_was_stopped_and_goes_on(opened: Opened, tmp_path: Path) -> None:
    # What an interactive shell does to its terminal between Ctrl-Z and `fg`.
    shell = 'set -m; "$0" "$@"; stty echo; echo stopped; fg'
    screen = opened("--preset", "local", "--llm", "openai", shell=shell)
    screen.answer("Look at each? [no]: ", "no")
    screen.wait_for("not shown: ")
    screen.child.send("\x1a")
    screen.wait_for("stopped")
    screen.answer("not shown: ", CANARY)
    screen.answer(REVIEW, "")
    assert screen.ends() == 0
    assert CANARY not in screen.page
    assert CANARY in (tmp_path / "out" / "values.secret.yaml").read_text()


def test_a_pasted_text_of_several_lines_is_one_answer_where_one_is_asked_for(opened: Opened, tmp_path: Path) -> None:
    screen = opened("--preset", "local")
    screen.answer("Look at each? [no]: ", "")
    screen.answer(REVIEW, "service_account_annotations")
    screen.wait_for("or paste it", "Answer")
    screen.child.send(f"{PASTE_BEGINS}a.example.com/b: c\rd.example.com/e: f{PASTE_ENDS}\r")
    screen.wait_for("2 lines (typed by you)")
    screen.answer(REVIEW, "")
    assert screen.ends() == 0
    assert 'd.example.com/e: "f"' in (tmp_path / "out" / "values.yaml").read_text()


def test_letters_of_every_script_come_through(opened: Opened, tmp_path: Path) -> None:
    screen = opened("--preset", "remote", "--central-url", "https://c.example.com")
    screen.answer("Look at each? [no]: ", "")
    screen.answer(REVIEW, "tenant")
    screen.answer("Answer [default]: ", "Grüße-日本-😀")
    screen.wait_for("Grüße-日本-😀 (typed by you)")
    screen.answer(REVIEW, "")
    assert screen.ends() == 0
    saved = yaml.safe_load((tmp_path / "out" / ".aeterna" / "setup.yaml").read_text(encoding="utf-8"))
    assert saved["opencode"]["tenant"] == "Grüße-日本-😀"


@pytest.mark.parametrize("how", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}])
def test_a_locale_without_utf_8_ends_in_no_traceback(opened: Opened, how: dict[str, str]) -> None:
    screen = opened("--preset", "remote", "--central-url", "https://c.example.com", **how)
    screen.answer("Look at each? [no]: ", "")
    screen.answer(REVIEW, "tenant")
    screen.answer("Answer [default]: ", "Grüße")
    screen.answer(": ", "")
    screen.answer(REVIEW, "no")
    screen.ends()
    assert "Traceback" not in screen.page


def test_in_german_the_same_answers_give_the_same_files(opened: Opened, tmp_path: Path) -> None:
    screen = opened(AETERNA_LANGUAGE="de")
    screen.answer("Antwort [local]: ", "")
    screen.answer("Jede ansehen? [nein]: ", "j")
    screen.answer("Wo soll es laufen?", "?")
    screen.answer("Eine der Nummern oder einen der Namen eingeben.", "<")
    screen.answer("Jede ansehen? [nein]: ", "nein")
    screen.answer("Diese Dateien schreiben? [ja], oder was zu ändern ist: ", "ja")
    assert screen.ends() == 0
    assert "values.yaml geschrieben" in screen.page
    files = evaluate(Answers().with_values(Origin.PRESET, PRESETS["local"].values)).files
    for name in ("values.yaml", ".aeterna/config.toml", ".aeterna/setup.yaml"):
        assert (tmp_path / "out" / name).read_text() == files[name]

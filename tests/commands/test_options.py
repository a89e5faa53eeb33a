"""Flags and variables: one of each for every question, and what is said about a wrong one."""

import argparse
import contextlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.commands.options import add_folder_flags, add_question_flags, read_answers
from aeterna_nb.commands.parser import Parser, UsageError
from aeterna_nb.commands.reports import exit_status, line
from aeterna_nb.findings import Finding
from aeterna_nb.questions import Question, by_name, questions
from tests.samples import DETAILS, KEY, LOCAL, OPENCODE_ONLY, REMOTE, asked

CANARY = "Canary-7f3a"
NOTHING: Mapping[str, str] = {}


def parser() -> Parser:
    made = Parser("setup", "Ask, check, and write the files.")
    add_folder_flags(made)
    add_question_flags(made)
    return made


PARSER = parser()


def options(*words: str) -> argparse.Namespace:
    return PARSER.read(words)


def read(*words: str, environ: Mapping[str, str] = NOTHING, file: Path | None = None) -> tuple[Answers, list[Finding]]:
    return read_answers(options(*words), environ, file)


def flags(values: Mapping[str, Any]) -> list[str]:
    """Plain answers as words of a command line."""
    words: list[str] = []
    for name, value in values.items():
        flag = by_name()[name].flag
        words += [flag if value else flag.replace("--", "--no-", 1)] if isinstance(value, bool) else [flag, str(value)]
    return words


def good_value(question: Question) -> Any:
    """An answer to a question that is not its default."""
    if question.kind == "boolean":
        return not question.default
    if question.kind == "integer":
        return question.maximum
    if question.kind == "choice":
        return next(option.value for option in reversed(question.options) if option.value != question.default)
    if question.kind == "choices":
        return tuple(option.value for option in question.options)
    special = {
        "server_version": "v9",
        "kms_key": KEY,
        "backup_schedule": "5 4 * * 1",
        "opencode_tenant": "12e3456",
        "ollama_host": "http://ollama.example.com:11434",
        "tracing_endpoint": "http://collector.example.com:4317",
        "backup_s3_endpoint": "https://s3.example.com",
        "postgresql_root_certificate": "-----BEGIN CERTIFICATE-----\n",
        "ingress_annotations": {"example.com/team": "search"},
        "node_selector": {"example.com/disk": "ssd"},
        "tolerations": {"example.com/disk": "ssd:NoExecute"},
        "host_aliases": {"192.0.2.7": "db.example.com"},
        "extra_environment": {"HTTPS_PROXY": "http://proxy.example.com:3128"},
        "service_account_annotations": {"example.com/role": "reader"},
        "backup_service_account_annotations": {"example.com/role": "writer"},
    }
    other = question.name.endswith("_storage") and "77Gi"
    return special.get(question.name) or DETAILS.get(question.name) or other or question.example or "other"


def wrong_value(question: Question) -> str:
    if question.kind in {"text", "secret", "document"}:
        return f"{CANARY}\x07"
    return CANARY


def words_for(question: Question, value: Any, folder: Path) -> list[str]:
    if question.kind == "boolean":
        return flags({question.name: value})
    text = ",".join(value) if isinstance(value, tuple) else str(value)
    if question.secret:
        file = folder / "answer"
        file.write_text(text + "\n")
        return [question.flag + "-file", str(file)]
    return [question.flag, text]


def plain(value: Any) -> Any:
    return value.get_secret_value() if hasattr(value, "get_secret_value") else value


ALL = pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
SECRETS = pytest.mark.parametrize("question", [q for q in questions() if q.secret], ids=lambda q: q.name)
PLAIN = pytest.mark.parametrize("question", [q for q in questions() if not q.secret], ids=lambda q: q.name)


def reaching(question: Question) -> list[str]:
    return flags({k: v for k, v in asked(question.name).layers[Origin.TYPED].items() if k != question.name})


# The table over every flag


@ALL
def test_a_good_value_is_taken(question: Question, tmp_path: Path) -> None:
    value = good_value(question)
    answers, findings = read(*reaching(question), *words_for(question, value, tmp_path))
    assert findings == []
    assert answers.rejected(question.name) == ""
    taken = plain(answers.lookup(question.name))
    assert taken == (f"{value}\n" if question.multiline and question.secret else value)
    assert answers.origin(question.name) is Origin.GIVEN


@pytest.mark.parametrize("question", [q for q in questions() if q.kind != "boolean"], ids=lambda q: q.name)
def test_a_wrong_value_is_an_error_that_names_the_field_and_not_the_value(question: Question, tmp_path: Path) -> None:
    answers, _ = read(*reaching(question), *words_for(question, wrong_value(question), tmp_path))
    (error,) = [finding for finding in answers.findings() if finding.question == question.name]
    assert error.severity == "error"
    assert error.message.startswith(question.label.rstrip("?"))
    shown = line(error)
    assert question.flag in shown
    assert CANARY not in shown
    assert "\n" not in shown
    assert exit_status(answers, [error]) == 2


@pytest.mark.parametrize("question", [q for q in questions() if q.kind == "boolean"], ids=lambda q: q.name)
def test_yes_and_no_have_a_flag_each_that_takes_no_value(question: Question) -> None:
    for value in (True, False):
        assert read(*reaching(question), *flags({question.name: value}))[0].lookup(question.name) is value
    with pytest.raises(UsageError) as caught:
        options(f"{question.flag}={CANARY}")
    assert question.flag in str(caught.value)
    assert CANARY not in str(caught.value)


@PLAIN
def test_an_unknown_flag_is_refused_with_the_nearest_and_without_its_value(question: Question) -> None:
    wrong = question.flag[:-1] + "qq"
    for words in ([wrong, CANARY], [f"{wrong}={CANARY}"]):
        with pytest.raises(UsageError) as caught:
            options(*words)
        assert str(caught.value).startswith(f"There is no flag {wrong}. Did you mean --")
        assert CANARY not in str(caught.value)


@ALL
def test_an_answer_that_does_not_apply_gives_a_warning_and_changes_nothing(question: Question, tmp_path: Path) -> None:
    places = [start for start in (OPENCODE_ONLY, REMOTE, LOCAL) if not start.keys() & {question.name}]
    start = next((s for s in places if not Answers().with_values(Origin.GIVEN, s).applies(question.name)), None)
    if start is None:
        assert question.name in {
            "target",
            "opencode",
            "opencode_tenant",
            "opencode_toolsets",
            "central_url",
            "central_auth",
        }
        return
    before, _ = read(*flags(start))
    after, findings = read(*flags(start), *words_for(question, good_value(question), tmp_path))
    (warning,) = after.findings()
    assert findings == []
    assert warning.severity == "warning"
    assert warning.question == question.name
    assert question.flag in warning.message
    assert after.config()[0] == before.config()[0] is not None
    assert after.decided() == before.decided()
    assert exit_status(after, [warning]) == 0


# Secrets


@SECRETS
@pytest.mark.parametrize("style", ["two words", "equals sign", "alone"])
def test_a_secret_on_the_command_line_is_refused_and_not_repeated(question: Question, style: str) -> None:
    words = {
        "two words": [question.flag, CANARY],
        "equals sign": [f"{question.flag}={CANARY}"],
        "alone": [question.flag],
    }
    with pytest.raises(UsageError) as caught:
        options(*words[style])
    sentence = str(caught.value)
    assert CANARY not in sentence
    assert f"{question.flag}-file" in sentence
    assert question.variable in sentence


@SECRETS
def test_a_secret_comes_from_standard_input(question: Question, monkeypatch: pytest.MonkeyPatch) -> None:
    value = good_value(question)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{value}\n"))
    answers, _ = read(*reaching(question), f"{question.flag}-file", "-")
    assert plain(answers.lookup(question.name)).strip() == value


@SECRETS
def test_a_secret_comes_from_its_variable_or_from_the_file_that_a_variable_names(
    question: Question, tmp_path: Path
) -> None:
    value = good_value(question)
    (tmp_path / "secret").write_text(value)
    for environ in ({question.variable: value}, {f"{question.variable}_FILE": str(tmp_path / "secret")}):
        answers, findings = read(*reaching(question), environ=environ)
        assert findings == []
        assert plain(answers.lookup(question.name)).strip() == value
        assert answers.origin(question.name) is Origin.ENVIRONMENT


def test_a_secret_put_where_its_file_should_be_named_is_not_repeated() -> None:
    for words, environ in (
        (["--openai-api-key-file", CANARY], {}),
        ([], {"AETERNA_SETUP_OPENAI_API_KEY_FILE": CANARY}),
    ):
        with pytest.raises(UsageError) as caught:
            read(*words, environ=environ)
        assert CANARY not in str(caught.value)
        assert "No such file" in str(caught.value)


def test_only_the_last_line_break_of_a_file_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_bytes("\ufeff pass word \r\n".encode())
    answers, _ = read(*flags({**LOCAL, "postgresql": "external"}), "--postgresql-password-file", str(file))
    assert plain(answers.lookup("postgresql_password")) == " pass word "


@pytest.mark.parametrize(("content", "reason"), [(b"\xff\xfe\x00", "not UTF-8"), (b"x" * 70000, "larger than 64 KiB")])
def test_a_file_that_holds_no_secret_is_refused(content: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(UsageError, match=reason):
        read("--openai-api-key-file", str(tmp_path / "file"))


def test_an_empty_secret_file_is_an_error_at_its_question(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    answers, _ = read(*flags({**LOCAL, "llm": "openai"}), "--openai-api-key-file", str(tmp_path / "empty"))
    assert answers.rejected("openai_api_key") == "Write something, or leave the answer out."


def test_a_document_comes_as_a_file(tmp_path: Path) -> None:
    file = tmp_path / "root.pem"
    file.write_text("-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n")
    given = flags({**LOCAL, "postgresql": "external", "postgresql_tls": "verify-full"})
    answers, _ = read(*given, "--postgresql-root-certificate-file", str(file))
    assert answers.lookup("postgresql_root_certificate") == file.read_text()


# The command line as a whole


def test_an_abbreviation_is_not_guessed() -> None:
    with pytest.raises(UsageError, match=r"There is no flag --target-"):
        options("--target-", "kubernetes")
    with pytest.raises(UsageError, match=r"There is no flag --names. Did you mean --namespace\?"):
        options("--names", "x")


def test_all_unknown_flags_are_named() -> None:
    with pytest.raises(UsageError) as caught:
        options("--vectr-backend", CANARY, "--cahce", CANARY, "--modus", f"-{CANARY}")
    assert all(flag in str(caught.value) for flag in ("--vectr-backend", "--cahce", "--modus"))
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "words", [[CANARY], [f"-{CANARY}"], ["--target"], ["--target", "--mode"], ["--json=" + CANARY], ["--preset"]]
)
def test_a_word_too_many_or_too_few_is_refused_without_repeating_it(words: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        options(*words)
    assert CANARY not in str(caught.value)


def test_an_unknown_preset_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="local, production, hybrid, remote"):
        read("--preset", "huge")


def test_an_answers_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no answers file"):
        read(file=tmp_path / "absent.yaml")


def help_of(*words: str) -> str:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), pytest.raises(SystemExit) as ended:
        PARSER.read(words)
    assert ended.value.code == 0
    return shown.getvalue()


def test_help_tells_label_and_help_apart() -> None:
    text = " ".join(help_of("--help-all").split())
    assert "Connection URI of MongoDB Atlas. Leave it empty" in text
    assert "Which vector store? " in text


def test_all_help_names_every_flag_once_and_no_secret_takes_a_value() -> None:
    text = help_of("--help-all")
    words = text.split()
    for question in questions():
        shown = question.flag + "-file" if question.secret else question.flag
        assert shown in text
        assert not question.secret or question.flag not in words


def test_help_is_short_has_the_main_questions_and_leads_to_the_rest() -> None:
    text = help_of("--help")
    assert len(text.splitlines()) < 60
    assert "--vector-backend" in text
    assert "--qdrant-port" not in text
    assert "--help-all" in text
    assert "vector, cache" in " ".join(text.split())


def test_help_on_a_stage_has_its_flags_and_no_other_s() -> None:
    text = help_of("--help", "vector")
    assert "--qdrant-port" in text
    assert "--redis-host" not in text
    assert help_of("-h", "vector") == text


def test_help_on_a_stage_that_does_not_exist_names_those_that_do() -> None:
    with pytest.raises(UsageError, match="target, central, vector"):
        PARSER.read(["--help", "colour"])


# Layers


def test_a_flag_beats_the_environment_beats_the_file_beats_the_preset(tmp_path: Path) -> None:
    file = tmp_path / "setup.yaml"
    file.write_text("operations: {replicas: 4}\n")
    preset = ["--preset", "production"]
    environ = {"AETERNA_SETUP_REPLICAS": "5"}

    def seen(answers: Answers) -> tuple[int, Origin]:
        return answers.lookup("replicas"), answers.origin("replicas")

    assert seen(read(*preset)[0]) == (3, Origin.PRESET)
    assert seen(read(*preset, file=file)[0]) == (4, Origin.FILE)
    assert seen(read(*preset, file=file, environ=environ)[0]) == (5, Origin.ENVIRONMENT)
    assert seen(read(*preset, "--replicas", "6", file=file, environ=environ)[0]) == (6, Origin.GIVEN)


@PLAIN
def test_every_question_has_its_variable(question: Question) -> None:
    value = good_value(question)
    text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    text = ",".join(value) if isinstance(value, tuple) else text
    answers, findings = read(*reaching(question), environ={question.variable: text})
    assert findings == []
    assert answers.lookup(question.name) == value
    assert answers.origin(question.name) is Origin.ENVIRONMENT


def test_a_wrong_value_in_a_variable_is_an_error_of_the_configuration() -> None:
    answers, _ = read(*flags(LOCAL), environ={"AETERNA_SETUP_REPLICAS": CANARY})
    (error,) = answers.findings()
    assert CANARY not in line(error)
    assert exit_status(answers, [error]) == 1


def test_an_unknown_variable_gives_a_warning_with_the_nearest() -> None:
    _, (finding,) = read(environ={"AETERNA_SETUP_VECTOR_BACKED": CANARY})
    assert finding.severity == "warning"
    assert finding.message == "The variable AETERNA_SETUP_VECTOR_BACKED is not known."
    assert finding.cure == "Did you mean AETERNA_SETUP_VECTOR_BACKEND?"
    assert CANARY not in line(finding)


@pytest.mark.parametrize(
    "environ", [{}, {"HOME": "/home/x"}, {"AETERNA_SETUP_MODE": ""}, {"AETERNA_SETUP_OPENAI_API_KEY_FILE": ""}]
)
def test_empty_and_foreign_variables_say_nothing(environ: dict[str, str]) -> None:
    answers, findings = read(environ=environ)
    assert (answers.layers[Origin.ENVIRONMENT], findings) == ({}, [])


def test_a_variable_that_does_not_apply_gives_a_warning_that_names_it() -> None:
    answers, _ = read(*flags(REMOTE), environ={"AETERNA_SETUP_CACHE": "valkey"})
    (warning,) = answers.findings()
    assert warning.severity == "warning"
    assert "AETERNA_SETUP_CACHE" in warning.message


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--target"], "--target: a value must follow."),
        (["--output"], "--output: a value must follow."),
        (["--opal=yes"], "--opal/--no-opal does not take that value."),
        (["--output", __file__], f"--output: {__file__} is a file. Name a folder; one that is not there yet is made."),
        ([CANARY], "There is a word too many on the command line; every value follows its flag."),
    ],
)
def test_a_wrong_command_line_is_explained_in_words(words: list[str], sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        options(*words)
    assert str(caught.value) == sentence

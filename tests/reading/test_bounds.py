"""Every reader takes so much and no more, says the limit, and fails with nothing but its own sentence."""

import contextlib
import io
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from aeterna_nb.answers import Answers
from aeterna_nb.answers.file import AnswersFileError, read_answers_file
from aeterna_nb.answers.sources import ValueFileError, read_value_file
from aeterna_nb.bridge.settings import SettingsError, read_settings
from aeterna_nb.editing import toml_edit
from aeterna_nb.generate.foreign import ForeignFileError
from aeterna_nb.generate.opencode import masked, mcp_entry, merged
from aeterna_nb.imports import ImportRefused, configuration_files, read_files, read_folder
from aeterna_nb.kubernetes.connection import ClusterError, find_context
from aeterna_nb.notebook.session import Session
from aeterna_nb.output.folder import existing_files, kept_secrets
from aeterna_nb.output.gitignore import ignoring
from aeterna_nb.output.workspace import WorkspaceError, plan
from aeterna_nb.reading.bounds import Unreadable
from aeterna_nb.reading.toml_tree import toml_tree
from aeterna_nb.reading.yaml_tree import documents, mapping
from aeterna_nb.terminal.draft import DraftFile
from tests.properties.texts import NASTY, TYPED

SENTENCES: tuple[type[Exception], ...] = (
    AnswersFileError,
    ImportRefused,
    ForeignFileError,
    SettingsError,
    Unreadable,
    ValueFileError,
    WorkspaceError,
    ClusterError,
)
ENTRY = mcp_entry("https://a.example.com", tenant="t")
Reader = Callable[[Path, bytes], Any]


def written(folder: Path, name: str, content: bytes) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def reads_answers(folder: Path, content: bytes) -> Any:
    return read_answers_file(written(folder, "setup.yaml", content), Answers())


def reads_secrets(folder: Path, content: bytes) -> Any:
    written(folder, "values.secret.yaml", content)
    return kept_secrets(folder)


def reads_env(folder: Path, content: bytes) -> Any:
    written(folder, ".env", content)
    return kept_secrets(folder)


def reads_opencode(folder: Path, content: bytes) -> Any:
    written(folder, "opencode.json", content)
    text = existing_files(folder)["opencode.json"]
    return merged(text, ENTRY), masked(text, "***")


def reads_gitignore(folder: Path, content: bytes) -> Any:
    written(folder, ".gitignore", content)
    return plan(folder, {".env": "A=1\n"}, {".env"})


def reads_profile(folder: Path, content: bytes) -> Any:
    written(folder, ".aeterna/config.toml", content)
    return read_settings({"AETERNA_SERVER_URL": "https://a.example.com"}, folder, folder / "user")


def reads_value(folder: Path, content: bytes) -> Any:
    return read_value_file("--x-file", str(written(folder, "value", content)))


def reads_kubeconfig(folder: Path, content: bytes) -> Any:
    return find_context("", {"KUBECONFIG": str(written(folder, "config", content))})


def reads_draft(folder: Path, content: bytes) -> Any:
    draft = DraftFile(folder, folder)
    written(folder, draft.path.name, content)
    return draft.found()


def reads_browser_draft(folder: Path, content: bytes) -> Any:
    return Session(Answers()).take_draft(content.decode("utf-8", "surrogateescape"))


def imports(name: str) -> Reader:
    def read(folder: Path, content: bytes) -> Any:
        return read_files({name: content.decode("utf-8", "replace")})

    return read


def reads_folder(name: str) -> Reader:
    def read(folder: Path, content: bytes) -> Any:
        written(folder, name, content)
        return configuration_files(folder) and read_folder(folder)

    return read


READERS: dict[str, Reader] = {
    "answers file": reads_answers,
    "values.secret.yaml": reads_secrets,
    ".env": reads_env,
    "opencode.json": reads_opencode,
    ".gitignore": reads_gitignore,
    "config.toml of the bridge": reads_profile,
    "file of a secret": reads_value,
    "kubeconfig": reads_kubeconfig,
    "draft of the terminal": reads_draft,
    "draft of the page": reads_browser_draft,
    **{f"import of {name}": imports(name) for name in ("values.yaml", "config.toml", "docker-compose.yaml", ".env")},
    **{f"folder with {name}": reads_folder(name) for name in ("values.yaml", ".aeterna/setup.yaml")},
}
SILENT = ("draft of the terminal", "draft of the page")
"""Readers that take what they can't read for nothing."""

LIMITED = [name for name in READERS if name not in SILENT and name != "file of a secret"]
NESTED = dict.fromkeys(READERS, b"a: [" + b"[" * 1400) | {
    "opencode.json": b'{"a":' * 1400,
    "config.toml of the bridge": b"a = " + b"[" * 1400,
    "import of config.toml": b"a." * 1400 + b"a = 1\n",
}
BOMB = b"a: &a [x, x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (98 + n, 98 + n, b", ".join([b"*%c" % (97 + n)] * 10)) for n in range(9)
)


def refused(reader: str, folder: Path, content: bytes) -> str:
    with pytest.raises(SENTENCES) as error:
        READERS[reader](folder, content)
    return str(error.value)


@pytest.mark.parametrize("reader", LIMITED)
def test_a_file_that_is_too_large_is_refused_at_once_with_the_limit(reader: str, tmp_path: Path) -> None:
    started = time.process_time()
    assert "larger than 2 MB, and no more is read." in refused(reader, tmp_path, b"# a line of a comment\n" * 500_000)
    assert time.process_time() - started < 2


def test_a_file_of_a_secret_is_smaller(tmp_path: Path) -> None:
    assert refused("file of a secret", tmp_path, b"x" * 65_537) == (
        "--x-file: the file is larger than 64 KiB, and no more is read."
    )


@pytest.mark.parametrize("reader", [name for name in LIMITED if name not in (".env", "import of .env", ".gitignore")])
def test_what_is_too_deep_is_refused_with_the_limit(reader: str, tmp_path: Path) -> None:
    assert "more than 100 levels deep" in refused(reader, tmp_path, NESTED[reader])


@pytest.mark.parametrize("reader", SILENT)
def test_a_draft_that_is_too_deep_or_too_large_is_none(reader: str, tmp_path: Path) -> None:
    assert not READERS[reader](tmp_path, b"[" * 100_000)
    assert not READERS[reader](tmp_path, b" " * 2_000_001)


@pytest.mark.parametrize("reader", ["values.secret.yaml", "import of values.yaml", "import of docker-compose.yaml"])
def test_aliases_that_repeat_too_much_are_refused(reader: str, tmp_path: Path) -> None:
    assert "its aliases repeat more than is read" in refused(reader, tmp_path, BOMB)


LONG = {
    "import of values.yaml": b"".join(b"key%d: 1\n" % n for n in range(60_000)),
    "answers file": b"a: [" + b"1, " * 300_000 + b"]\n",
    "values.secret.yaml": b"a:\n" + b"  - b: c\n" * 100_000,
    "opencode.json": b'{"a": [' + b",".join([b'{"b":[1,"c"]}'] * 50_000) + b"]}",
    ".gitignore": b"".join(b"*.x%d\n" % n for n in range(200_000)),
    ".env": b"".join(b"NAME%d=${NAME%d:-x}\n" % (n, n) for n in range(60_000)),
    "import of docker-compose.yaml": b"services:\n  a:\n    environment:\n" + b"".join(
        b"      K%d: '${K%d:-1}'\n" % (n, n) for n in range(50_000)
    ),
    "config.toml of the bridge": b"".join(b"key%d = [1, 2]\n" % n for n in range(40_000)),
}  # fmt: skip


@pytest.mark.parametrize("reader", LONG)
def test_the_longest_text_that_is_read_takes_seconds_and_not_minutes(reader: str, tmp_path: Path) -> None:
    content = LONG[reader]
    assert len(content) <= 2_000_000
    started = time.process_time()
    with contextlib.suppress(*SENTENCES):
        READERS[reader](tmp_path, content)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("2024-99-99", {"openai_api_key": "2024-99-99"}),
        ("9" * 6000, {"openai_api_key": "9" * 6000}),
        ("0123", {"openai_api_key": "0123"}),
        ("yes", {"openai_api_key": "yes"}),
        ("!!str 5", {"openai_api_key": "5"}),
        ("!!int x", "values.secret.yaml, line 4: the tag there"),
        ("!secret x", "values.secret.yaml, line 4: the tag there"),
        ("!!python/object:os.system x", "values.secret.yaml, line 4: the tag there"),
        ("x\n      value: y", "values.secret.yaml, line 5: the key 'value' stands there twice."),
        ("a\0b", "values.secret.yaml: it is not YAML"),
        ("*none", "values.secret.yaml, line 4: an alias stands there without its anchor before it."),
        ("[" * 1400, "values.secret.yaml is nested more than 100 levels deep, and no more is read."),
    ],
)
def test_a_file_of_secrets_gives_each_as_it_is_written_or_a_sentence(
    text: str, secrets: dict[str, str] | str, tmp_path: Path
) -> None:
    content = f"llm:\n  openai:\n    apiKey:\n      value: {text}\n"
    for form in (content, f"\ufeff{content}", content.replace("\n", "\r\n")):
        if isinstance(secrets, str):
            assert refused("values.secret.yaml", tmp_path, form.encode()).startswith(secrets)
        else:
            assert reads_secrets(tmp_path, form.encode()) == secrets


def test_an_alias_is_followed_and_a_merge_laid_below() -> None:
    text = "a: &a {b: 1, c: 2}\nd: {<<: [*a], c: 3}\ne: *a\n"
    assert mapping(text, "x") == {"a": {"b": "1", "c": "2"}, "d": {"b": "1", "c": "3"}, "e": {"b": "1", "c": "2"}}


def test_levels_behind_aliases_count() -> None:
    text = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 120))
    with pytest.raises(Unreadable, match="more than 100 levels"):
        documents(text, "x")


def test_a_key_of_many_parts_is_refused_before_it_takes_long() -> None:
    started = time.process_time()
    text = "a." * 900_000 + "a = 1"
    with pytest.raises(Unreadable, match="more than 100 levels"):
        toml_tree(text, "config.toml")
    with pytest.raises(toml_edit.TomlError, match="more than 100 levels"):
        toml_edit.parse(text)
    assert time.process_time() - started < 2


RULES = (
    ".env",
    "!.env",
    "*",
    "/.e*",
    ".env.*",
    "[.]env",
    "**/.env",
    "!*.bak",
    "a/",
    "!/.env",
    ".env/",
    "\\.env",
    ".*v ",
)


def is_rule(line: str) -> bool:
    try:
        return bool(GitIgnoreSpec.from_lines([line]))
    except ValueError:
        return False


def test_a_line_that_is_no_rule_hinders_nothing() -> None:
    assert ignoring(b"\\\n", [".env"]) == b"\\\n/.env\n/.env.*.bak\n"


@settings(deadline=None)
@given(st.lists(st.sampled_from([*NASTY, *RULES]), max_size=8))
def test_the_rules_that_are_left_out_would_have_changed_nothing(lines: list[str]) -> None:
    present = "\n".join(line for line in lines if line != "\ud800").encode() + b"\n"
    added = ignoring(present, [".env"]).removeprefix(present).decode().splitlines()
    rules = GitIgnoreSpec.from_lines(filter(is_rule, present.decode("latin-1").splitlines()))
    patterns = {"/.env": ".env", "/.env.*.bak": ".env.1.bak"}
    assert added == [pattern for pattern, example in patterns.items() if not rules.match_file(example)]


MARKS = ("a: ", "services: ", "- ", "\n", "  ", "[", "{", "}", "${", "=", "!!int ", "&a ", "*a", "\0", "<<: ")
ANYTHING = st.one_of(
    st.binary(max_size=60),
    TYPED.map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.lists(st.sampled_from([*NASTY, *MARKS])).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass")),
)  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=ANYTHING)
def test_whatever_stands_in_a_file_only_the_readers_own_errors_come_out(
    reader: str, content: bytes, tmp_path: Path
) -> None:
    with contextlib.suppress(*SENTENCES):
        READERS[reader](tmp_path, content)


def test_a_stream_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    with open(os.devnull.replace("null", "zero"), encoding="utf-8") as endless:
        monkeypatch.setattr("sys.stdin", endless)
        with pytest.raises(ValueFileError, match="larger than 64 KiB"):
            read_value_file("--x-file", "-")
    monkeypatch.setattr("sys.stdin", io.StringIO("\ufeffvalue\n"))
    assert read_value_file("--x-file", "-") == "value"

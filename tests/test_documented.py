"""The commands of the documentation: those that need nothing but this machine are run, and all are known."""

import contextlib
import functools
import io
import itertools
import re
import shlex
import shutil
from pathlib import Path

import pytest

from aeterna_nb.commands.main import COMMANDS, main
from tests.documented import DOCS, examples, follow, guides
from tests.subchart_servers import stand_ins

ROOT = DOCS.parent
# The facts are about other programs, the server's own command `aeterna` among them.
GUIDES = (page for page in DOCS.rglob("*.md") if page.parent.name != "facts")
README = ROOT / "README.md"
CHARTS = sorted((ROOT / "charts").glob("*/*.md"))
PAGES = [README, *GUIDES, *CHARTS]
PROGRAMS = {"sops": ("sops", "age-keygen", "gpg", "jq"), "nginx": ("nginx", "openssl")}
"""What guides need besides an engine or a node: the programs, by what stands at the pages' heads."""
ELSEWHERE = re.compile(r"\d?[|&<>;]")
FLAG = re.compile(r"(?<![\w-])--[a-z][\w-]*")


@pytest.mark.parametrize("guide", [README, *guides()], ids=lambda guide: guide.stem)
def test_a_guide_does_what_it_says(guide: Path, tmp_path: Path) -> None:
    assert follow(guide, tmp_path, {"AETERNA_NO_PROBE": "1"})


def test_a_guide_with_subcharts_does_what_it_says(tmp_path: Path) -> None:
    stand_ins(tmp_path / "cache" / "aeterna" / "charts")
    for guide in guides("subcharts"):
        assert follow(guide, tmp_path, {"AETERNA_NO_PROBE": "1", "XDG_CACHE_HOME": str(tmp_path / "cache")})


@pytest.mark.parametrize("needs", PROGRAMS)
def test_a_guide_with_other_programs_does_what_it_says(needs: str, tmp_path: Path) -> None:
    for program in PROGRAMS[needs]:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not on the PATH")
    for guide in guides(needs):
        assert follow(guide, tmp_path, {"AETERNA_NO_PROBE": "1"})


def test_every_page_with_commands_is_followed_somewhere() -> None:
    followed = [guide for needs in ("", "subcharts", *PROGRAMS, "engine", "image", "node") for guide in guides(needs)]
    written = [
        page for page in DOCS.rglob("*.md") if page.parent.name != "facts" and "```sh" in page.read_text("utf-8")
    ]
    assert set(written) <= set(followed)


def test_what_the_charts_guides_tell_to_type_is_typed_in_a_page_that_is_followed() -> None:
    followed = {line for page in DOCS.rglob("*.md") for line in typed(page)}
    told = [line for page in CHARTS for line in typed(page)]
    assert told
    assert [line for line in told if line not in followed] == []


def typed(page: Path) -> list[str]:
    """The lines of a page's commands, each as a shell reads it."""
    commands = "".join(example.commands for example in examples(page))
    return re.sub(r"\s*\\\n\s*", " ", commands).splitlines()


def test_a_guide_that_lies_is_seen(tmp_path: Path) -> None:
    guide = tmp_path / "guide.md"
    for text in (
        '```sh title="file"\none\n```\n```sh\ngrep two file\n```\n',
        "```sh\necho one\n```\n```text\ntwo\n```\n",
        "```sh\nfalse\n```\n",
        "```sh\necho b; echo a\n```\n```text\na\nb\n```\n",
    ):
        guide.write_text(text)
        with pytest.raises(AssertionError):
            follow(guide, tmp_path, {})


def calls() -> list[tuple[str, list[str]]]:
    """Every call of `aeterna` in a block or between backticks, by the page that it stands on."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = "\n".join(re.findall(r"^```(?:sh|console)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)).replace(
            "\\\n", " "
        )
        lines = [line for line in blocks.splitlines() if line.startswith("aeterna ")]
        lines += re.findall(r"`(aeterna [^`]+)`", text.replace("\n", " "))
        found += [(page.relative_to(ROOT).as_posix(), words_of(line)) for line in lines]
    return found


def words_of(line: str) -> list[str]:
    """The words after `aeterna`, up to where the shell sends what it prints elsewhere."""
    return list(itertools.takewhile(lambda word: not ELSEWHERE.match(word), shlex.split(line, comments=True)[1:]))


@functools.cache
def flags_of(command: str) -> set[str]:
    """The flags that a command says it has."""
    told = io.StringIO()
    for words in (["--help"], ["--help-all"], *([action, "--help"] for action in COMMANDS[command].actions)):
        with contextlib.redirect_stdout(told), contextlib.suppress(SystemExit):
            main([command, *words])
    return {"--help", *FLAG.findall(told.getvalue())}


def wrong(words: list[str]) -> list[str]:
    """The words of a call that name no command, or no flag of it."""
    command, *rest = words
    if command in ("COMMAND", "--help"):
        return []
    if command not in COMMANDS:
        return [command]
    # What papermill understands by itself is not ours to know.
    given = [] if command == "run" else [word.partition("=")[0] for word in rest if word.startswith("--")]
    return [flag for flag in given if flag not in flags_of(command)]


def test_every_command_and_flag_that_the_documentation_names_is_there() -> None:
    assert len(calls()) > 40
    assert [f"{page}: aeterna {' '.join(words)}: {bad}" for page, words in calls() if (bad := wrong(words))] == []
    assert wrong(["deploy", "--outptu", "x"]) == ["--outptu"]
    assert wrong(["deplyo"]) == ["deplyo"]

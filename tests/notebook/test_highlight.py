"""Highlighting and diffs: nothing is lost, nothing is live markup, changes are marked."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aeterna_nb.notebook.diff import side_by_side
from aeterna_nb.notebook.highlight import changed, language, lines, page, split


def words_of(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("values.yaml", "yaml"),
        (".env", "bash"),
        (".aeterna/config.toml", "toml"),
        ("opencode.json", "json"),
        ("NOTES", "text"),
    ],
)
def test_the_language_follows_the_name(name: str, known: str) -> None:
    assert language(name) == known


@pytest.mark.parametrize("known", ["yaml", "bash", "toml", "json", "text"])
@given(st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=30), min_size=1))
def test_every_line_keeps_its_words_and_closes_its_elements(known: str, content: list[str]) -> None:
    rendered = lines("\n".join(content) + "\n", known)
    assert [words_of(line) for line in rendered] == content
    assert all(line.count("<span") == line.count("</span>") for line in rendered)


def test_what_looks_like_markup_is_shown_as_text() -> None:
    shown = page('key: "<script>alert(1)</script>"\n', "values.yaml")
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


def test_changed_lines_are_those_of_the_new_text() -> None:
    assert changed("a\nb\nc\n", "a\nB\nc\nd\n") == {1, 3}
    assert changed("a\n", "a\n") == frozenset()


def test_a_changed_line_says_so_in_words() -> None:
    shown = page("a: 1\nb: 2\n", "values.yaml", {1})
    first, second = re.findall(r'<span class="l.*?\n</span>', shown, flags=re.S)
    assert "changed" not in first
    assert "changed: " in words_of(second)


def test_a_diff_shows_both_sides_with_signs_and_leaves_out_what_is_far_away() -> None:
    before = "".join(f"line{number}\n" for number in range(30))
    after = before.replace("line15\n", "line15b\nline15c\n")
    table = side_by_side(before, after, "x.txt", ("On disk", "New"))
    text = words_of(table)
    assert "On disk" in text
    assert "-line15" in text
    assert "+line15b" in text
    assert "+line15c" in text
    assert "line12" in text
    assert "line11" not in text


def test_equal_texts_have_no_diff() -> None:
    assert side_by_side("a\n", "a\n", "x.yaml") == ""


@pytest.mark.parametrize(("before", "after"), [("", "a: 1\n"), ("a: 1\n", "")])
def test_a_new_or_removed_file_has_one_empty_side(before: str, after: str) -> None:
    table = side_by_side(before, after, "x.yaml")
    assert table.count('class="text none"') == 1
    assert words_of(table).count("a: 1") == 1


@given(st.text(st.sampled_from("ab\n")), st.text(st.sampled_from("ab\n")))
def test_the_new_side_of_a_diff_with_all_lines_marked_covers_every_change(before: str, after: str) -> None:
    table = side_by_side(before, after, "x.txt")
    assert table.count('class="text added"') == len(changed(before, after))
    assert all(number < len(split(after)) for number in changed(before, after))

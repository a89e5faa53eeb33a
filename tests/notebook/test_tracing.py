"""Where lines come from and what answers cause, on the page: picked, shown, dropped when the answers change."""

import re
from typing import Any

import pytest

from aeterna_nb.answers import Answers
from aeterna_nb.notebook.page import Page
from tests.notebook.showing import act, tab
from tests.notebook.test_highlight import words_of
from tests.samples import REMOTE, complete

CANARY = "canary-55aa-secret"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Page:
    return Page(complete(REMOTE, central_api_key=CANARY), tmp_path_factory.mktemp("out"))


@pytest.fixture
def page(opened: Page) -> Page:
    """A page on which nothing is picked, with the answers that it began with: few, so that tracing takes no time."""
    while opened.session.can_undo:
        opened.change(opened.session.undo)
    act(opened.consequences.card, "close", "")
    act(opened.consequences.view, "line", "")
    tab(opened, "Files")
    act(opened.consequences.view, "file", "", "values.yaml")
    return opened


def pick(page: Page, words: str) -> str:
    """Pick the first line in sight with these words, and return the card."""
    found = re.findall(r'role="option"[^>]*data-on="([^"]*)"[^>]*>(.*?)\n</span>', page.consequences.view.html, re.S)
    act(page.consequences.view, "line", next(on for on, line in found if words in words_of(line)))
    return page.consequences.card.html


def test_nothing_is_traced_before_somebody_looks(page: Page) -> None:
    assert page.consequences.card.html == ""
    fresh = Page(Answers(), None)
    assert fresh.consequences._tracing.found("files").causes == {}


def test_a_picked_line_names_its_answers_with_values_and_ways(page: Page) -> None:
    card = pick(page, "url: ")
    assert "Line 4 of values.yaml comes from" in words_of(card)
    value, presence = card.split("That it is there")
    assert 'data-on="central_url"' in value
    assert "https://central.example.com" in words_of(value)
    assert 'data-on="mode"' in presence
    assert 'data-on="target"' in presence
    assert 'data-on="namespace"' not in card
    assert "Traced" not in card
    assert page.consequences.view.html.count('aria-selected="true"') == 1


def test_the_way_from_the_card_leads_to_the_question(page: Page) -> None:
    pick(page, "url: ")
    act(page.consequences.card, "jump", "central_url")
    assert page.stage_view.rows["central_url"].focus


def test_the_picked_line_is_followed_when_the_answers_change(page: Page) -> None:
    pick(page, "qdrant")
    page.change(lambda: page.session.choose("central_auth", "service-account"))
    (line,) = re.findall(r'aria-selected="true".*?\n</span>', page.consequences.view.html, re.S)
    assert "qdrant" in words_of(line)
    assert "Line 11" in page.consequences.card.html
    page.change(lambda: page.session.choose("target", "docker-compose"))
    assert "not there any more" in page.consequences.card.html


def test_a_comment_belongs_to_the_file(page: Page) -> None:
    assert 'data-on="target"' in pick(page, "# Values of the chart")
    act(page.consequences.view, "file", "", "opencode.json")
    assert 'data-on="opencode"' in pick(page, "$schema")


def test_what_never_changes_comes_from_no_answer(page: Page) -> None:
    act(page.consequences.view, "file", "", ".aeterna/config.toml")
    assert 'data-on="mode"' in pick(page, "[profiles.remote]")
    assert "No answer" in pick(page, "# The aeterna command")


def test_picking_elsewhere_shows_no_card(page: Page) -> None:
    pick(page, "url: ")
    tab(page, "Checks")
    assert page.consequences.card.html == ""
    tab(page, "Files")
    assert page.consequences.card.html != ""
    act(page.consequences.card, "line", "")
    assert page.consequences.card.html == ""
    assert 'aria-selected="true"' not in page.consequences.view.html


@pytest.mark.parametrize("on", ["", "99999 values.yaml", "x values.yaml", "3 no-such-file", "-1 values.yaml", "3"])
def test_a_line_that_does_not_exist_picks_nothing(page: Page, on: str) -> None:
    act(page.consequences.view, "line", on)
    assert page.consequences.card.html == ""
    assert page.message.html == ""


def test_a_secret_line_names_its_answer_and_shows_no_value(page: Page) -> None:
    act(page.consequences.view, "file", "", "values.secret.yaml")
    card = pick(page, "value: ")
    assert 'data-on="central_api_key"' in card
    assert "not shown" in words_of(card)
    act(page.consequences.card, "causes", "central_api_key")
    assert CANARY not in card + page.consequences.view.html + page.consequences.card.html + tab(page, "Changes")


def test_a_question_leads_to_what_its_answer_causes_and_from_there_to_the_line(page: Page) -> None:
    page.rail.current = [stage.id for stage in page.session.stages()].index("central")
    row: Any = page.stage_view.rows["central_url"]
    assert row.ways[-1] == ["causes", "What it causes"]
    drawn: list[str] = []
    page.consequences.card.observe(lambda event: drawn.append(event["new"]), "html")
    row._handle_custom_msg({"way": "causes"}, [])
    assert ["data-arrive" in html for html in drawn] == [True, *[False] * (len(drawn) - 1)]
    words = words_of(page.consequences.card.html)
    assert "Address of the central server: https://central.example.com" in words
    changes, there = words.split("Is there because of it")
    assert 'url: "https://central.example.com"' in changes
    assert "externalName" in there + changes
    act(page.consequences.card, "show", "0 Service/aeterna-central")
    assert 'aria-pressed="true">Manifests' in page.consequences.view.html
    assert page.consequences.view.html.count('aria-selected="true"') == 1
    # What was opened stays while its lines are looked at, and a line that is picked itself says where it comes from.
    assert "Address of the central server: https" in words_of(page.consequences.card.html)
    tab(page, "Manifests")
    assert 'data-on="central_url"' in pick(page, "externalName")


def test_what_an_answer_causes_is_shown_from_a_line_and_closed(page: Page) -> None:
    pick(page, "url: ")
    act(page.consequences.card, "causes", "mode")
    assert "Which mode: Remote" in words_of(page.consequences.card.html)
    act(page.consequences.card, "close", "")
    assert "Line 4 of values.yaml comes from" in words_of(page.consequences.card.html)


def test_what_an_answer_causes_follows_the_stage(page: Page) -> None:
    page.show_stage("central")
    page.consequences.show_causes("central_url")
    page.show_stage("opencode")
    assert "Connect OpenCode: yes" in words_of(page.consequences.card.html)
    page.go_to("namespace")
    assert "Namespace: aeterna" in words_of(page.consequences.card.html)
    page.show_stage("review")
    assert "Namespace: aeterna" in words_of(page.consequences.card.html)


def test_another_answer_can_be_chosen_there(page: Page) -> None:
    page.consequences.show_causes("central_url")
    act(page.consequences.card, "causes", "", "central_auth")
    would_come = words_of(page.consequences.card.html).split("Would come with another answer")[1]
    assert "central.auth.oauth2" in would_come
    assert "data-arrive" not in page.consequences.card.html
    act(page.consequences.card, "causes", "", "no_such_question")
    assert page.message.html == ""


def test_while_something_is_open_it_says_so_and_traces_nothing(page: Page) -> None:
    pick(page, "url: ")
    page.change(lambda: page.session.type_text("central_url", ""))
    assert "as soon as nothing is open" in page.consequences.card.html
    page.consequences.show_causes("mode")
    assert "as soon as nothing is open" in page.consequences.card.html
    assert page.message.html == ""


def test_the_values_are_compared_with_the_defaults_of_the_chart(page: Page) -> None:
    tab(page, "Changes")
    act(page.consequences.view, "compare", "", "defaults")
    shown = page.consequences.view.html
    (row,) = [row for row in shown.split("<tr>") if "opal.enabled" in row]
    assert re.findall(r"<td>(.*?)</td>", row) == ["yes", "no"]
    assert "https://central.example.com" in shown
    assert "central.auth.method" not in shown
    act(page.consequences.view, "compare", "", "disk")
    assert "values.yaml is new" in page.consequences.view.html


def test_a_visitor_without_a_folder_sees_the_defaults_compared() -> None:
    shown = tab(Page(complete(REMOTE), None), "Changes")
    assert "from the defaults of the chart" in shown
    assert "the files on disk" not in shown

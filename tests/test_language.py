"""The languages: every catalogue is complete, current and fits its texts; what programs read never changes."""

import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from gettext import NullTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from aeterna_nb import language
from aeterna_nb.answers import Answers, Origin
from aeterna_nb.config.sentence import Heading, Sentence
from aeterna_nb.evaluate import evaluate
from aeterna_nb.language import ENGLISH, LANGUAGES, number, say, say_many, speak, wanted
from aeterna_nb.notebook.page import Page
from aeterna_nb.notebook.review_view import packed
from aeterna_nb.presets import PRESETS
from aeterna_nb.questions import questions
from tests.notebook.showing import tab
from tools.texts import every_text

FOLDER = Path(language.__file__).parent
OTHERS = [code for code in LANGUAGES if code != ENGLISH]
FIELD = re.compile(r"\{(\w+)\}")
ELEMENT = re.compile(r"</?\w+>")


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    yield
    speak(ENGLISH)


def catalogue(code: str) -> Catalog:
    with open(FOLDER / f"{code}.po", "rb") as file:
        return read_po(file)


def messages(code: str) -> list[Message]:
    return [item for item in catalogue(code) if item.id]


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ("",))


@pytest.mark.release
@pytest.mark.parametrize("code", OTHERS)
def test_every_text_is_translated_and_nothing_else(code: str) -> None:
    translated = [item.id if isinstance(item.id, str) else tuple(item.id) for item in messages(code) if item.string]
    assert sorted(map(str, translated)) == sorted(map(str, every_text()))
    assert [item.id for item in messages(code) if not all(forms(item.string)) or item.fuzzy] == []


@pytest.mark.parametrize("code", OTHERS)
def test_translations_have_the_fields_elements_and_blanks_of_their_texts(code: str) -> None:
    for item in messages(code):
        for index, said in enumerate(forms(item.string)):
            english = forms(item.id)[min(index, 1) if isinstance(item.id, list | tuple) else 0]
            assert set(FIELD.findall(said)) == set(FIELD.findall(english)), said
            assert sorted(ELEMENT.findall(said)) == sorted(ELEMENT.findall(english)), said
            assert said.startswith(" ") is english.startswith(" "), said
            assert said.endswith(" ") is english.endswith(" "), said


def test_a_text_is_said_in_the_present_language_with_its_values() -> None:
    assert say("Next: {stage}", stage="Cache") == "Next: Cache"
    speak("de")
    assert say("Next: {stage}", stage=say("Cache")) == "Weiter: Zwischenspeicher"
    assert [say_many(number, "{number} line", "{number} lines") for number in (1, 2)] == ["1 Zeile", "2 Zeilen"]
    assert say("no text of ours") == "no text of ours"
    assert say("") == ""


def test_a_sentence_stays_english_until_it_is_said() -> None:
    sentence = Sentence("Next: {stage}", stage=Sentence("Cache"))
    speak("de")
    assert sentence == "Next: Cache"
    assert say(sentence) == "Weiter: Zwischenspeicher"


def test_a_heading_has_no_question_mark_in_any_language() -> None:
    heading = Heading("Where will it run?")
    speak("de")
    assert (heading, say(heading)) == ("Where will it run", "Wo soll es laufen")


def test_a_value_in_a_sentence_is_never_translated_or_read_as_a_template() -> None:
    speak("de")
    assert say(Sentence("Next: {stage}", stage="Cache")) == "Weiter: Cache"
    assert say(Sentence("Next: {stage}", stage="{secret}")) == "Weiter: {secret}"


def test_an_unknown_language_is_left_alone() -> None:
    speak("de")
    speak("../de")
    assert language.language() == "de"


@pytest.mark.parametrize(
    ("environ", "terminal", "code"),
    [
        ({}, True, "en"),
        ({"AETERNA_LANGUAGE": "de"}, False, "de"),
        ({"LANG": "de_DE.UTF-8"}, True, "de"),
        ({"LANG": "de_DE.UTF-8"}, False, "en"),
        ({"LC_ALL": "C", "LANG": "de_DE.UTF-8"}, True, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "de_AT", "LANG": "en_US.UTF-8"}, True, "de"),
        ({"AETERNA_LANGUAGE": "en", "LANG": "de_DE.UTF-8"}, True, "en"),
        ({"AETERNA_LANGUAGE": "tlh", "LANG": "de"}, True, "de"),
    ],
)
def test_the_environment_chooses_the_language(environ: dict[str, str], terminal: bool, code: str) -> None:
    assert wanted(environ, terminal=terminal) == code


@pytest.mark.parametrize(
    "code", ["import aeterna_nb.config", "from aeterna_nb.commands.main import main; main(['--help'])"]
)
def test_what_says_nothing_to_a_person_loads_no_catalogue(code: str) -> None:
    program = f"import sys\ntry:\n  {code}\nexcept SystemExit: pass\nassert 'babel' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL, timeout=60)


@pytest.mark.parametrize("preset", ["local", "remote", "sops"])
def test_the_files_are_the_same_in_every_language(preset: str) -> None:
    answers = Answers().with_values(Origin.PRESET, PRESETS[preset].values)
    answers = answers.with_values(Origin.TYPED, {"central_url": "https://memory.example.com"})
    secrets = dict.fromkeys(evaluate(answers).secrets, "fixed")
    files = []
    for code in LANGUAGES:
        speak(code)
        files.append(evaluate(answers, {}, secrets).files)
    assert files[0] == files[1]
    assert files[0]


def test_the_page_changes_its_language_and_keeps_everything_else(tmp_path: Path) -> None:
    page = Page(Answers(), tmp_path)
    page.show_stage("target")
    page.stage_view.rows["namespace"].value = "Not A Name"
    page.stage_view.rows["namespace"].value = "memory"
    tab(page, "Manifests")
    page.languages._handle_custom_msg({"speak": "de"}, [])
    assert page.rail.language == "de"
    assert [stage["title"] for stage in page.rail.stages][:3] == ["Start", "Ziel und Betriebsart", "Vektorspeicher"]
    assert "<h1" in page.heading.html
    assert "Ziel und Betriebsart" in page.heading.html
    assert page.stage_view.rows["target"].label == "Wo soll es laufen?"
    assert page.stage_view.rows["namespace"].value == "memory"
    assert 'aria-pressed="true">Manifeste (' in page.consequences.view.html
    assert "Was installiert wird" in page.consequences.summary.html
    assert page.rail.words["Stages"] == "Schritte"
    assert "Betriebsart <b>lokal</b>" in page.consequences.summary.html
    page.stage_view.rows["namespace"].value = "Not A Name"
    assert page.stage_view.rows["namespace"].error.startswith("Kleinbuchstaben, Ziffern und Bindestriche")
    page.languages._handle_custom_msg({"speak": "en"}, [])
    assert page.stage_view.rows["target"].label == "Where will it run?"
    assert page.rail.words == {}


def test_what_is_said_about_a_draft_stays_when_the_language_changes(tmp_path: Path) -> None:
    before = Page(Answers(), tmp_path)
    before.change(partial(before.session.type_text, "namespace", "memory"))
    page = Page(Answers(), tmp_path)
    page.draft._handle_custom_msg({"draft": before.draft.content}, [])
    page.languages._handle_custom_msg({"speak": "de"}, [])
    assert page.session.value("namespace") == "memory"
    assert "Dies sind die Antworten von vorher." in page.start.news.html


def test_what_was_given_beside_the_questions_stays_when_the_language_changes(tmp_path: Path) -> None:
    page = Page(Answers(), tmp_path)
    tab(page, "Overview")
    page.consequences.view._handle_custom_msg({"act": "cores", "on": "", "value": "6"}, [])
    tab(page, "Compare")
    page.consequences.view._handle_custom_msg({"act": "hold", "on": "", "value": ""}, [])
    page.languages._handle_custom_msg({"speak": "de"}, [])
    assert "Vergleich beenden" in page.consequences.view.html
    page.consequences.tabs.current = 0
    assert 'value="6"' in page.consequences.view.html


def test_amounts_are_written_as_the_language_does(tmp_path: Path) -> None:
    assert [number(Decimal(amount)) for amount in ("0.625", "1234.5", "16")] == ["0.62", "1,234.5", "16"]
    speak("de")
    assert [number(Decimal(amount)) for amount in ("0.625", "1234.5", "16")] == ["0,62", "1.234,5", "16"]


def test_a_question_is_found_in_either_language(tmp_path: Path) -> None:
    page = Page(Answers(), tmp_path)
    page.languages._handle_custom_msg({"speak": "de"}, [])
    for words in ("Vektorspeicher", "vector store"):
        page.find.search(words)
        assert "Welcher Vektorspeicher?" in page.find.sheet.html


def test_the_zip_of_the_page_is_the_same_in_every_language(tmp_path: Path) -> None:
    zips = []
    for code in LANGUAGES:
        page = Page(Answers(), None)
        page.change(partial(page.session.take_preset, "remote"))
        page.change(partial(page.session.type_text, "central_url", "https://memory.example.com"))
        page.languages._handle_custom_msg({"speak": code}, [])
        assert page.evaluation is not None
        zips.append(packed(page.evaluation))
    assert zips[0] == zips[1]


class Unknown(NullTranslations):
    """Notes what a catalogue is asked for and does not have."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: set[str] = set()

    def gettext(self, message: str) -> str:
        self.texts.add(message)
        return message


def test_nothing_that_a_person_reads_on_the_page_stays_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = Unknown()
    language._catalogue.cache_clear()
    language._catalogue("de").add_fallback(unknown)
    speak("de")
    monkeypatch.setenv("PATH", "")  # Where sops is not.
    for preset in ("production", "remote", "sops", "external-secrets"):
        page = Page(Answers(), tmp_path)
        page.session.everything = True
        page.session.unfolded = {question.group for question in questions()}
        page.change(partial(page.session.take_preset, preset))
        for stage in page.session.stages():
            page.show_stage(stage.id)
        for at, _ in enumerate(page.consequences.tabs.names):
            page.consequences.tabs.current = at
        page.change(partial(page.session.choose, "ingress", True))
        page.change(partial(page.session.choose, "ingress_tls", "cert-manager"))
        page.show_stage("operations")
    language._catalogue.cache_clear()
    names = {str(option.value) for question in questions() for option in question.options}
    assert unknown.texts - names - {"aeterna mcp --check"} == set()

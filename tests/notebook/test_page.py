"""The page without a browser: its widgets are driven as a browser drives them, and read as it shows them."""

import html
import json
import re
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from ipywidgets import Widget

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.findings import Finding
from aeterna_nb.generate.files import SECRET_FILES
from aeterna_nb.notebook import page as page_module
from aeterna_nb.notebook.asked import in_sight
from aeterna_nb.notebook.page import Page
from aeterna_nb.notebook.parts.rows import ChoiceRow, MenuRow, Row, SecretRow, TextRow
from aeterna_nb.notebook.voila import served_by_voila
from aeterna_nb.presets import PRESETS
from tests.notebook.showing import tab

CANARY = "canary-7d1c-secret"
ROWS = {TextRow, ChoiceRow, MenuRow, SecretRow}


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(Answers(), tmp_path)


def row(page: Page, name: str) -> Any:
    """The row of a question on the stage that is shown."""
    return next(child for child in page.questions.children if getattr(child, "name", None) == name)


def go(page: Page, stage: str) -> None:
    """Press the stage's button in the rail."""
    page.rail.current = [known.id for known in page.session.stages()].index(stage)


def pick(page: Page, files: dict[str, str]) -> None:
    """Pick files in the browser."""
    page.start.sheet._handle_custom_msg({"files": [{"name": name, "text": text} for name, text in files.items()]}, [])


def note(page: Page, title: str) -> str:
    return next(stage["note"] for stage in page.rail.stages if stage["title"] == title)


def test_it_opens_on_the_first_stage_with_consequences_to_see(page: Page) -> None:
    assert "<h1" in page.heading.html
    assert row(page, "preset").value == "local"
    assert "Kubernetes" in page.consequences.summary.html
    assert "mode</span>" in tab(page, "Files")
    assert "Deployment" in tab(page, "Manifests")


def test_given_answers_are_not_covered_by_the_preset_that_an_empty_page_begins_with(tmp_path: Path) -> None:
    page = Page(Answers().with_values(Origin.GIVEN, {"target": "docker-compose"}), tmp_path)
    assert page.session.value("target") == "docker-compose"
    assert page.session.value("cache") is None
    assert note(page, "Target and mode") == "To do: 1 answer"


def test_a_stage_that_nobody_opened_is_not_done_and_says_where_its_answers_come_from(page: Page) -> None:
    states = {stage["title"]: (stage["state"], stage["note"]) for stage in page.rail.stages}
    assert states["Start"] == ("given", "Preset: Local")
    assert states["Vector store"] == ("given", "Preset: Qdrant")
    assert states["OpenCode"] == ("given", "Default: OpenCode")
    assert states["Authorization"][0] == "given"
    assert states["Review and write"] == ("ready", "Ready")
    assert not [note for _, note in states.values() if note.startswith("Done")]
    go(page, "vector")
    assert note(page, "Start") == "Done: Local"
    assert note(page, "Vector store") == "Done: Qdrant"
    assert note(page, "Cache") == "Preset: Dragonfly"


def test_yes_and_no_are_said_by_what_they_are_about(page: Page) -> None:
    page.change(lambda: page.session.choose("opal", False))
    page.change(lambda: page.session.choose("opencode", False))
    assert note(page, "Authorization") == "Done: no OPAL"
    assert note(page, "OpenCode") == "Done: no OpenCode"


def test_what_was_clicked_was_chosen_and_what_was_typed_was_typed(page: Page) -> None:
    page.change(lambda: page.session.choose("cache", "valkey"))
    page.change(lambda: page.session.type_text("namespace", "memories"))
    assert page.session.origin("cache") == "Chosen by you."
    assert page.session.origin("namespace") == "Typed by you."


def test_a_question_that_comes_up_in_a_stage_seen_before_is_not_wrong_before_it_is_touched(page: Page) -> None:
    go(page, "postgresql")
    go(page, "cache")
    go(page, "postgresql")
    row(page, "postgresql").value = "external"
    assert row(page, "postgresql_host").tone == "todo"
    assert note(page, "PostgreSQL").startswith("To do")
    row(page, "postgresql_host").value = "db.example.com"
    row(page, "postgresql_host").value = ""
    assert row(page, "postgresql_host").tone == "bad"
    assert row(page, "postgresql_password").tone == "todo"
    go(page, "cache")
    go(page, "postgresql")
    assert row(page, "postgresql_password").tone == "bad"


def test_compose_speaks_of_no_operator_and_of_no_pod(page: Page) -> None:
    page.change(lambda: page.session.choose("target", "docker-compose"))
    assert note(page, "PostgreSQL") == "Preset: Bundled PostgreSQL"
    go(page, "postgresql")
    (bundled, _) = row(page, "postgresql").options
    assert (bundled["title"], bundled["note"]) == ("Bundled PostgreSQL", "A container of PostgreSQL 17.")
    said = "".join([*(tab(page, name) for name in ("Overview", "Files")), str(page.rail.stages)])
    page.find.sheet._handle_custom_msg({"act": "find", "on": "", "value": "which postgresql"}, [])
    said += page.find.sheet.html
    page.consequences.show_causes("postgresql")
    said += page.consequences.card.html
    assert "CloudNativePG" not in said
    assert " pod" not in said


def test_what_lags_behind_the_answers_says_so(page: Page) -> None:
    page.change(lambda: page.session.choose("postgresql", "external"))
    assert "Files, manifests and resources: of your last complete answers" in page.consequences.summary.html
    assert "tag ok" not in page.consequences.summary.html
    page.change(lambda: page.session.undo())
    assert "of your last complete answers" not in page.consequences.summary.html


def test_files_of_another_target_or_mode_are_not_shown_as_if_they_followed(page: Page) -> None:
    assert "Deployment" in tab(page, "Manifests")
    page.change(lambda: page.session.choose("mode", "remote"))
    assert "Deployment" not in tab(page, "Manifests")
    assert "values.yaml" not in tab(page, "Files")


def test_the_summary_says_what_it_will_not_be_able_to_do_and_leads_to_the_cure(page: Page) -> None:
    assert "this is not possible: adding and finding memories" in page.consequences.summary.html
    assert 'data-act="jump" data-on="llm"' in page.consequences.summary.html
    page.consequences.summary._handle_custom_msg({"act": "jump", "on": "llm"}, [])
    assert row(page, "llm").focus
    row(page, "llm").value = "openai"
    assert "embeddings" not in page.consequences.summary.html


def test_a_preset_says_why_it_installs_what_the_server_does_not_use_and_leaves_it_out_on_a_click(page: Page) -> None:
    (spare,) = [child for child in page.questions.children if child is page.start.spare]
    assert "does not use Qdrant and OPAL yet" in spare.html
    assert "for a later version" in spare.html
    spare._handle_custom_msg({"act": "spare"}, [])
    assert (page.session.value("vector_backend"), page.session.value("opal")) == ("pgvector", False)
    assert page.start.spare not in page.questions.children
    page.undo.click()
    assert (page.session.value("vector_backend"), page.session.value("opal")) == ("qdrant", True)


def copied(shown: str) -> list[str]:
    """The commands that can be copied in a piece of the page."""
    return [
        html.unescape(re.sub(r"<[^>]+>", "", line)) for line in re.findall(r'<pre class="command">(.*?)</pre>', shown)
    ]


def ending(page: Page) -> str:
    (card,) = re.findall(r'<section class="card ending".*?</section>', page.review.sheet.html)
    return str(card)


def test_after_writing_the_page_says_what_where_and_the_first_three_commands(page: Page, tmp_path: Path) -> None:
    page.change(lambda: page.session.choose("target", "docker-compose"))
    go(page, "review")
    assert "card ending" not in page.review.sheet.html
    page.review.write.click()
    assert f"files written into {tmp_path.resolve()}" in ending(page)
    assert copied(ending(page)) == [
        f"cd {tmp_path.resolve()}",
        "aeterna deploy",
        "aeterna mcp --check",
    ]
    assert note(page, "Review and write") == "Done: written"
    page.change(lambda: page.session.choose("opencode", False))
    assert "card ending" not in page.review.sheet.html
    assert note(page, "Review and write") == "Ready"


def test_after_a_download_the_page_says_so_and_the_rail_is_done() -> None:
    page = Page(Answers(), None)
    go(page, "review")
    page.review.download._handle_custom_msg({"want": True}, [])
    assert "aeterna-setup.zip is in the downloads of your browser" in ending(page)
    first, second, third = copied(ending(page))
    assert first == "unzip aeterna-setup.zip -d aeterna && cd aeterna"
    assert second == "pipx install aeterna-nb"
    assert third == "aeterna chart export chart"
    assert note(page, "Review and write") == "Done: downloaded"
    assert not page.review.download.primary


def test_entries_for_other_editors_are_folded_one_by_one_with_their_file(page: Page) -> None:
    go(page, "review")
    folded = re.findall(
        r"<details data-name=\"client-[^>]*><summary>(.*?)</summary>(.*?)</details>", page.review.sheet.html
    )
    assert [summary for summary, _ in folded] == [
        "VS Code: <code>.vscode/mcp.json</code>",
        "Cursor: <code>.cursor/mcp.json</code>",
        "Zed: <code>its settings.json</code>",
    ]
    assert all(json.loads(copied(entry)[0]) for _, entry in folded)


def test_hybrid_without_an_address_shows_the_sentence_at_that_field(page: Page) -> None:
    go(page, "target")
    row(page, "mode").value = "hybrid"
    assert note(page, "Central server") == "To do: 2 answers"
    go(page, "central")
    field = row(page, "central_url")
    assert (field.error, field.tone) == ("The address of the central server is missing.", "todo")
    go(page, "target")
    assert note(page, "Central server") == "Needs attention (2)"
    go(page, "central")
    assert row(page, "central_url").tone == "bad"


def test_a_wrong_value_shows_a_sentence_at_once_and_keeps_what_was_typed(page: Page) -> None:
    go(page, "target")
    field = row(page, "namespace")
    field.value = "Not A Name"
    assert field.error
    assert field.tone == "bad"
    assert field.value == "Not A Name"
    assert note(page, "Target and mode").startswith("Needs attention")
    field.value = "memory"
    assert field.error == ""
    assert field.origin == "Typed by you."


def test_questions_come_and_go_with_what_they_depend_on_and_keep_their_widgets(page: Page) -> None:
    page.depth.everything = True
    go(page, "vector")
    storage = row(page, "qdrant_storage")
    storage.value = "77Gi"
    row(page, "vector_backend").value = "pgvector"
    names = [getattr(child, "name", "") for child in page.questions.children]
    assert "pgvector_table" in names
    assert "qdrant_storage" not in names
    row(page, "vector_backend").value = "qdrant"
    assert row(page, "qdrant_storage") is storage
    assert storage.value == "77Gi"


def test_a_change_shows_in_the_files_and_is_marked(page: Page) -> None:
    go(page, "cache")
    row(page, "cache").value = "valkey"
    shown = tab(page, "Files")
    assert "valkey" in shown
    assert "changed: " in shown


def test_a_way_back_puts_the_former_value_into_the_field(page: Page) -> None:
    go(page, "target")
    field = row(page, "namespace")
    field.value = "memory"
    assert field.ways[0] == ["DEFAULT", "Use the default, aeterna"]
    field._handle_custom_msg({"way": "DEFAULT"}, [])
    assert (field.value, field.origin) == ("aeterna", "Default.")


def test_undo_takes_back_the_last_change(page: Page) -> None:
    go(page, "cache")
    assert page.undo.disabled
    row(page, "cache").value = "valkey"
    page.undo.click()
    assert row(page, "cache").value == "dragonfly"
    assert page.undo.disabled


def test_back_and_next_walk_through_every_stage_that_applies(page: Page) -> None:
    seen = [page.heading.html]
    while page.next in page.actions.children:
        page.next.click()
        seen.append(page.heading.html)
    assert len(set(seen)) == len(page.rail.stages)
    for before in reversed(seen[:-1]):
        page.back.click()
        assert page.heading.html == before
    assert page.back.disabled


def test_a_finding_leads_to_its_question(page: Page) -> None:
    page.change(lambda: page.session.choose("mode", "hybrid"))
    shown = tab(page, "Checks")
    assert 'data-on="central_url"' in shown
    page.consequences.view._handle_custom_msg({"act": "jump", "on": "central_url"}, [])
    assert "Central server" in page.heading.html
    assert row(page, "central_url").focus


def test_every_kind_of_question_has_a_widget_with_a_label(page: Page) -> None:
    kinds: set[type[Row]] = set()
    page.depth.everything = True
    for preset in PRESETS:
        page.change(partial(page.session.take_preset, preset))
        for stage in page.session.stages():
            go(page, stage.id)
            for child in page.questions.children:
                if isinstance(child, Row):
                    assert child.label
                    kinds |= {kind for kind in ROWS if isinstance(child, kind)}
    assert kinds == ROWS


def test_typed_secrets_stand_in_no_widget(page: Page) -> None:
    page.change(lambda: page.session.choose("llm", "openai"))
    go(page, "llm")
    row(page, "openai_api_key")._handle_custom_msg({"secret": CANARY}, [])
    assert row(page, "openai_api_key").given
    assert page.evaluation is not None
    assert page.evaluation.config is not None
    for name in ["Files", "Manifests", "Checks", "Changes"]:
        tab(page, name)
    go(page, "review")
    secrets = [CANARY, *page.evaluation.secrets.values()]
    state = json.dumps(Widget.get_manager_state(drop_defaults=False), default=repr)
    assert [secret for secret in secrets if secret in state] == []


def test_without_a_folder_nothing_can_be_written_and_all_can_be_downloaded() -> None:
    page = Page(Answers(), None)
    go(page, "review")
    assert "On disk" not in tab(page, "Changes")
    assert page.actions.children == (page.review.download,)


def test_writing_writes_what_the_preview_shows(page: Page, tmp_path: Path) -> None:
    go(page, "review")
    page.review.write.click()
    assert page.evaluation is not None
    for name, text in page.evaluation.files.items():
        assert (tmp_path / name).read_text(encoding="utf-8") == text
    assert "written" in page.review.sheet.html
    assert "Writing would change nothing" in tab(page, "Changes")


def test_nothing_is_written_while_something_is_open(page: Page, tmp_path: Path) -> None:
    page.change(lambda: page.session.choose("mode", "hybrid"))
    go(page, "review")
    assert page.review.write.disabled
    page.review.write.click()
    assert list(tmp_path.iterdir()) == []
    assert "to do first" in page.review.sheet.html


def test_nothing_of_former_answers_is_handed_over_while_the_new_files_are_being_made(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go(page, "review")
    monkeypatch.setattr(page._work, "ask", lambda answers: None)  # A render of the chart that takes its time.
    page.change(lambda: page.session.choose("cache", "valkey"))
    assert page.review.write.disabled
    page.review.write.click()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="still being worked out"):
        page.review.download._pack()


def test_an_unexpected_error_becomes_a_sentence_and_the_page_goes_on(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError(CANARY)

    with monkeypatch.context() as broken:
        broken.setattr(page_module, "evaluate", fail)
        page.change(lambda: page.session.choose("cache", "valkey"))
    assert "Your answers are kept" in page.message.html
    assert CANARY not in page.message.html
    page.change(lambda: page.session.choose("cache", "dragonfly"))
    assert page.message.html == ""


def test_a_draft_is_taken_by_a_page_that_was_given_nothing_and_is_not_yet_used(page: Page, tmp_path: Path) -> None:
    page.change(lambda: page.session.choose("cache", "valkey"))
    draft = page.draft.content
    later = Page(Answers(), tmp_path)
    later.draft._handle_custom_msg({"draft": draft}, [])
    assert later.session.value("cache") == "valkey"
    assert "answers of before" in later.start.news.html
    later.start.news._handle_custom_msg({"act": "anew", "on": "", "value": ""}, [])
    assert later.session.value("cache") == "dragonfly"
    later.draft._handle_custom_msg({"draft": draft}, [])
    assert later.session.value("cache") == "dragonfly"
    given = Page(Answers().with_values(Origin.GIVEN, {"target": "docker-compose"}), tmp_path)
    given.draft._handle_custom_msg({"draft": draft}, [])
    assert given.session.value("cache") is None


def test_an_answers_file_is_taken_over_and_what_is_not_known_is_listed(page: Page) -> None:
    text = "target: kubernetes\nmode: local\ncache: {type: valkey}\ncolour: red\n"
    pick(page, {"mine.yaml": text})
    assert page.session.value("cache") == "valkey"
    assert "3 answers taken over from <code>mine.yaml</code>" in page.start.news.html
    assert "no answer called colour" in page.start.news.html


@pytest.mark.parametrize("text", ["", "a: [", "- a\n- b\n", "a: 1\na: 2\n"])
def test_a_file_that_is_none_changes_nothing_and_says_why(page: Page, text: str) -> None:
    before = page.session.answers
    pick(page, {"mine.yaml": text})
    assert page.session.answers is before
    assert 'role="alert"' in page.start.news.html
    assert page.start.news in page.questions.children


def test_the_configuration_of_the_folder_is_continued_with_its_secrets(page: Page, tmp_path: Path) -> None:
    assert "Continue with it" not in page.start.there.html
    page.change(lambda: page.session.choose("llm", "openai"))
    page.change(lambda: page.session.type_text("openai_api_key", CANARY))
    page.change(lambda: page.session.type_text("namespace", "memory"))
    go(page, "review")
    page.review.write.click()
    later = Page(Answers(), tmp_path)
    assert "Continue with it" in later.start.there.html
    later.start.there._handle_custom_msg({"act": "folder", "on": "", "value": ""}, [])
    assert later.session.value("namespace") == "memory"
    assert later.session.value("openai_api_key").get_secret_value() == CANARY
    assert "Writing would change nothing" in tab(later, "Changes")
    assert CANARY not in later.draft.content


def test_a_folder_that_cannot_be_read_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "values.secret.yaml").write_text("a: [", encoding="utf-8")
    page = Page(Answers(), tmp_path)
    assert "values.secret.yaml, line 2: it is not YAML" in page.message.html


def test_findings_that_came_with_the_start_are_shown_and_forbid_writing(tmp_path: Path) -> None:
    given = Finding("error", "There is no answer called colour.", check="answers")
    page = Page(Answers(), tmp_path, findings=[given])
    assert given.message in tab(page, "Checks")
    page.change(lambda: page.session.choose("cache", "valkey"))
    assert tab(page, "Checks").count(given.message) == 1
    go(page, "review")
    assert page.review.write.disabled


@pytest.mark.parametrize(
    ("environ", "answer"), [({"VOILA_PREHEAT": "True"}, True), ({"VOILA_PREHEAT": "False"}, True), ({}, False)]
)
def test_a_kernel_of_voila_is_known_by_its_environment(environ: dict[str, str], answer: bool) -> None:
    assert served_by_voila(environ) is answer


def test_secret_files_are_masked_in_the_preview_and_whole_in_what_is_written(page: Page, tmp_path: Path) -> None:
    page.change(lambda: page.session.choose("llm", "openai"))
    page.change(lambda: page.session.type_text("openai_api_key", CANARY))
    assert page.evaluation is not None
    secret = SECRET_FILES & set(page.evaluation.files)
    for name in secret:
        page.consequences.view._handle_custom_msg({"act": "file", "on": "", "value": name}, [])
        assert CANARY not in page.consequences.view.html
    go(page, "review")
    page.review.write.click()
    assert [name for name in secret if CANARY not in (tmp_path / name).read_text(encoding="utf-8")] == []


@pytest.mark.parametrize(
    ("words", "label"),
    [("namespace", "Namespace"), ("--qdrant-storage", "Disk for each Qdrant node"), ("VALKEY", "Which cache?")],
)
def test_search_finds_a_question_and_leads_to_it(page: Page, words: str, label: str) -> None:
    page.find.sheet._handle_custom_msg({"act": "find", "on": "", "value": words}, [])
    assert label in page.find.sheet.html


def test_search_finds_what_does_not_apply_with_the_reason_and_the_way_there(page: Page) -> None:
    page.find.sheet._handle_custom_msg({"act": "find", "on": "", "value": "pinecone index"}, [])
    shown = page.find.sheet.html
    assert "Not asked now" in shown
    assert "Asked when &quot;Which vector store?&quot; is answered with Pinecone." in shown
    assert 'data-on="vector_backend"' in shown
    assert "vector.<wbr>pinecone.<wbr>indexName" in shown


def test_search_says_when_it_finds_nothing(page: Page) -> None:
    page.find.sheet._handle_custom_msg({"act": "find", "on": "", "value": "zebra"}, [])
    assert "No question and no value of the chart has these words" in page.find.sheet.html
    page.find.sheet._handle_custom_msg({"act": "find", "on": "", "value": " "}, [])
    assert "status" not in page.find.sheet.html


def test_an_impossible_option_is_shown_with_its_reason(page: Page) -> None:
    page.change(lambda: page.session.choose("cache", "valkey"))
    page.change(lambda: page.session.choose("mode", "hybrid"))
    page.change(lambda: page.session.choose("central_auth", "service-account"))
    page.change(lambda: page.session.type_text("central_url", "https://memory.example.com"))
    go(page, "cache")
    assert [option["reason"] for option in row(page, "cache").options] == ["", "", ""]
    page.change(lambda: page.session.type_text("local_cache_size", "64"))
    reasons = {option["value"]: option["reason"] for option in row(page, "cache").options}
    assert "at least 256 MiB" in reasons["dragonfly"]
    assert reasons["valkey"] == ""


def test_what_if_shows_what_differs_from_the_answers_that_are_held(page: Page) -> None:
    tab(page, "Compare")
    page.consequences.view._handle_custom_msg({"act": "hold", "on": "", "value": ""}, [])
    assert "nothing differs" in page.consequences.view.html
    page.change(lambda: page.session.choose("cache", "valkey"))
    shown = page.consequences.view.html
    assert "Dragonfly/aeterna-dragonfly" in shown
    assert "values.yaml" in shown
    assert 'class="text added"' in shown
    page.change(lambda: page.session.choose("cache", "dragonfly"))
    assert "nothing differs" in page.consequences.view.html
    page.consequences.view._handle_custom_msg({"act": "release", "on": "", "value": ""}, [])
    assert "Hold the answers" in page.consequences.view.html


def test_nothing_is_handed_out_that_was_made_from_other_answers(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page._work, "ask", lambda _answers: None)
    page.change(lambda: page.session.choose("cache", "valkey"))
    go(page, "review")
    assert page.review.write.disabled
    with pytest.raises(ValueError, match="still being worked out"):
        page.review._pack()


def test_a_question_with_more_to_read_leads_there(page: Page) -> None:
    page.change(lambda: page.session.choose("postgresql", "external"))
    go(page, "postgresql")
    assert row(page, "postgresql_tls").link == "https://www.postgresql.org/docs/current/libpq-ssl.html"
    assert row(page, "postgresql_host").link == ""


def test_a_question_is_called_optional_only_where_it_is(page: Page) -> None:
    page.change(lambda: page.session.choose("postgresql", "external"))
    page.change(lambda: page.session.choose("postgresql_tls", "verify-full"))
    go(page, "postgresql")
    assert row(page, "postgresql_root_certificate").label == "Root certificate (PEM)"
    page.change(lambda: page.session.choose("target", "docker-compose"))
    go(page, "postgresql")
    assert row(page, "postgresql_root_certificate").label == "Root certificate (PEM) (optional)"


def test_only_what_is_to_be_copied_stands_in_a_command(page: Page) -> None:
    page.change(lambda: page.session.choose("postgresql", "external"))
    page.change(lambda: page.session.type_text("postgresql_host", "db.example.com"))
    page.change(lambda: page.session.type_text("postgresql_password", "canary-8"))
    go(page, "review")
    assert "<p>Prepare the database, as a superuser:</p>" in page.review.sheet.html
    commands = re.findall(r'<pre class="command">(.*?)</pre>', re.sub("</?span>", "", page.review.sheet.html))
    assert any(line.startswith("CREATE ROLE") for line in commands)
    assert [line for line in commands if re.match(r"[A-Z][a-z]", line)] == []


def test_what_is_typed_while_the_page_is_drawn_in_another_thread_is_taken(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    go(page, "target")
    namespace = row(page, "namespace")
    draws, heard = Event(), Event()

    def slowly(*given: Any) -> Any:
        draws.set()
        heard.wait(1)
        return in_sight(*given)

    monkeypatch.setattr("aeterna_nb.notebook.stage_view.in_sight", slowly)
    drawing = Thread(target=page.change, args=(lambda: None,))
    drawing.start()
    assert draws.wait(60)
    # As it comes from a browser.
    namespace._handle_msg({"content": {"data": {"method": "update", "state": {"value": "typed"}}}, "buffers": []})
    heard.set()
    drawing.join()
    assert page.session.text("namespace") == "typed"
    assert namespace.value == "typed"

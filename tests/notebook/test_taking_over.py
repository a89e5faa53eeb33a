"""Where the page's answers come from: presets as a diff, files, earlier configurations, made secrets, clearing."""

import json
from pathlib import Path

import pytest
from ipywidgets import Widget

from aeterna_nb.answers import Answers
from aeterna_nb.notebook.page import Page
from tests.notebook.showing import act, tab
from tests.notebook.test_page import CANARY, go, note, pick, row


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(Answers(), tmp_path)


def offered(page: Page) -> str:
    """What the card says that asks whether to take something."""
    return page.start.offered.html if page.start.offered in page.questions.children else ""


def test_a_preset_is_taken_at_once_says_what_it_changed_and_is_taken_back(page: Page) -> None:
    page.change(lambda: page.session.type_text("replicas", "2"))
    go(page, "start")
    row(page, "preset").value = "production"
    assert (page.session.preset, page.session.value("size")) == ("production", "medium")
    assert "<td>Small</td><td>Medium</td>" in offered(page)
    assert "Your own answer stays: Server pods 2 (Production has 3)" in offered(page)
    changed = offered(page).count("<tr>") - 1
    assert f"Production is taken: {changed} answers changed" in offered(page)
    page.start.offered._handle_custom_msg({"act": "undo"}, [])
    assert (page.session.preset, row(page, "preset").value) == ("local", "local")
    assert (page.session.value("size"), page.session.value("replicas")) == ("small", 2)
    assert offered(page) == ""


def test_presets_one_after_the_other_are_taken_back_one_by_one(page: Page) -> None:
    before = page.session.answers
    row(page, "preset").value = "production"
    row(page, "preset").value = "remote"
    assert "Address of the central server" in offered(page)
    page.undo.click()
    assert row(page, "preset").value == "production"
    page.undo.click()
    assert page.session.answers is before


def test_what_a_preset_changed_is_told_until_the_answers_become_others(page: Page) -> None:
    row(page, "preset").value = "production"
    page.change(lambda: page.session.choose("cache", "valkey"))
    assert offered(page) == ""
    assert row(page, "preset").value == "production"


def test_from_the_start_one_click_leads_to_the_review(page: Page) -> None:
    page.at_once.click()
    assert page.review.sheet in page.questions.children


def test_presets_are_shown_in_their_groups(page: Page) -> None:
    groups = {option["value"]: option["group"] for option in row(page, "preset").options}
    assert groups["local"] == groups[""] == "How to begin"
    assert groups["large"] == "By size"
    assert groups["aks"] == "For a cloud"


def test_values_with_secrets_are_imported_and_the_secrets_stand_in_no_widget(page: Page, tmp_path: Path) -> None:
    pick(
        page,
        {
            "values.yaml": f"mode: local\ncolour: red\ncache: {{type: external, external: {{host: r.example.com}}, "
            f"password: {{value: {CANARY}}}}}\nopal: {{auth: {{masterToken: {{value: {CANARY}-token}}}}}}\n"
        },
    )
    news = page.start.news.html
    assert "7 answers taken over from <code>values.yaml</code>" in news
    assert "2 secrets found there" in news
    assert "<code>colour</code> The chart has no such value." in news
    assert (page.session.preset, row(page, "preset").value) == ("", None)
    assert note(page, "Start") == "Done: from files"
    go(page, "cache")
    assert row(page, "redis_password").given
    assert row(page, "redis_host").origin == "From values.yaml."
    state = json.dumps(Widget.get_manager_state(drop_defaults=False), default=repr)
    assert CANARY not in state + page.draft.content
    go(page, "review")
    page.review.write.click()
    secrets = (tmp_path / "values.secret.yaml").read_text(encoding="utf-8")
    assert f'"{CANARY}"' in secrets
    page.undo.click()
    assert (page.session.preset, page.session.value("cache")) == ("local", "dragonfly")


def test_an_imported_key_is_kept_and_gone_again_after_undo(page: Page) -> None:
    assert page.evaluation is not None
    own = page.evaluation.secrets["opal_master_token"]
    keys = {key: {"value": CANARY} for key in ("privateKey", "publicKey", "masterToken", "clientToken")}
    pick(page, {"values.secret.yaml": json.dumps({"opal": {"auth": keys}})})
    assert page.evaluation.secrets["opal_master_token"] == CANARY
    page.undo.click()
    assert page.evaluation.secrets["opal_master_token"] == own


def test_a_made_password_stands_in_the_secret_file_alone(page: Page, tmp_path: Path) -> None:
    page.change(lambda: page.session.choose("cache", "external"))
    page.change(lambda: page.session.type_text("redis_host", "redis.example.com"))
    go(page, "cache")
    field = row(page, "redis_password")
    assert (field.given, field.make) == (False, "Make a password")
    field._handle_custom_msg({"make": True}, [])
    assert field.given
    assert field.kept == ("Made here; it will stand in values.secret.yaml. Give the same to Redis, as its requirepass.")
    made = page.session.value("redis_password").get_secret_value()
    state = json.dumps(Widget.get_manager_state(drop_defaults=False), default=repr)
    assert made not in state + page.draft.content
    page.change(lambda: page.session.choose("log_level", "debug"))
    assert page.session.value("redis_password").get_secret_value() == made
    go(page, "review")
    page.review.write.click()
    holding = [path.name for path in tmp_path.rglob("*") if path.is_file() and made in path.read_text("utf-8")]
    assert holding == ["values.secret.yaml"]
    go(page, "cache")
    field._handle_custom_msg({"forget": True}, [])
    assert not field.given


def test_where_credentials_are_only_referred_to_none_is_made(page: Page) -> None:
    page.change(lambda: page.session.choose("secret_provider", "existing"))
    go(page, "secrets")
    assert row(page, "kms_key").make == ""


def test_a_typed_key_that_is_forgotten_is_not_used_any_more(page: Page) -> None:
    key = "A" * 43 + "="
    page.change(lambda: page.session.type_text("kms_key", key))
    assert page.evaluation is not None
    assert page.evaluation.secrets["kms_key"] == key
    go(page, "secrets")
    row(page, "kms_key")._handle_custom_msg({"forget": True}, [])
    assert page.evaluation.secrets["kms_key"] != key


def test_an_emptied_field_clears_the_preset_and_offers_the_way_back(page: Page) -> None:
    page.change(lambda: page.session.take_preset("production"))
    go(page, "postgresql")
    field = row(page, "postgresql_storage")
    field.value = ""
    assert page.session.value("postgresql_storage") == "10Gi"
    assert (field.value, field.example) == ("", "10Gi")
    assert field.ways == [["PRESET", "Back to 50Gi (from the Production preset)"], ["causes", "What it causes"]]
    field._handle_custom_msg({"way": "PRESET"}, [])
    assert (field.value, field.origin) == ("50Gi", "From the Production preset.")


def test_what_the_server_cannot_do_is_read_at_the_option_and_can_be_taken(page: Page) -> None:
    go(page, "llm")
    options = {option["value"]: option for option in row(page, "llm").options}
    assert "can't use Anthropic" in options["anthropic"]["warning"]
    assert options["anthropic"]["reason"] == ""
    assert options["openai"]["warning"] == ""
    row(page, "llm").value = "anthropic"
    assert page.session.value("llm") == "anthropic"


def test_earlier_configurations_of_the_folder_are_shown_as_a_diff_and_can_be_taken(page: Page, tmp_path: Path) -> None:
    def write() -> None:
        go(page, "review")
        page.review.write.click()

    write()
    assert "before</h2>" not in page.start.sheet.html
    page.change(lambda: page.session.choose("cache", "valkey"))
    write()
    page.change(lambda: page.session.type_text("namespace", "memory"))
    write()
    later = Page(Answers(), tmp_path)
    shown = later.start.sheet.html
    assert shown.index(".aeterna/setup.yaml.2.bak") < shown.index(".aeterna/setup.yaml.1.bak")
    later.start.sheet._handle_custom_msg({"act": "earlier", "on": ".aeterna/setup.yaml.2.bak"}, [])
    assert "<td>Dragonfly</td><td>Valkey</td>" in offered(later)
    later.start.offered._handle_custom_msg({"act": "take"}, [])
    assert (later.session.value("cache"), later.session.value("namespace")) == ("valkey", "aeterna")
    later.undo.click()
    assert later.session.value("cache") == "dragonfly"
    later.start.sheet._handle_custom_msg({"act": "earlier", "on": "../../etc/passwd"}, [])
    assert offered(later) == ""


def test_what_was_downloaded_is_kept_by_the_browser_and_can_be_taken_again() -> None:
    page = Page(Answers(), None)
    page.change(lambda: page.session.choose("cache", "valkey"))
    page.change(lambda: page.session.type_text("kms_key", "A" * 43 + "="))
    page.review._pack()
    assert "valkey" in page.draft.finished
    assert "AAAA" not in page.draft.finished
    later = Page(Answers(), None)
    later.draft._handle_custom_msg({"earlier": [{"at": "1.1.2026", "text": page.draft.finished}]}, [])
    assert "downloaded with this browser" in later.start.sheet.html
    later.start.sheet._handle_custom_msg({"act": "earlier", "on": "0"}, [])
    assert "<td>Dragonfly</td><td>Valkey</td>" in offered(later)
    later.start.offered._handle_custom_msg({"act": "take"}, [])
    assert later.session.value("cache") == "valkey"


def test_present_answers_are_compared_with_earlier_ones_and_with_presets(page: Page, tmp_path: Path) -> None:
    page.change(lambda: page.session.choose("cache", "valkey"))
    go(page, "review")
    page.review.write.click()
    page.change(lambda: page.session.choose("cache", "dragonfly"))
    page.review.write.click()
    later = Page(Answers(), tmp_path)
    later.draft._handle_custom_msg({"earlier": [{"at": "1.1.2026", "text": "mode: hybrid\n"}]}, [])
    view = later.consequences.view
    assert "1.1.2026" in tab(later, "Compare")
    act(view, "against", "", ".aeterna/setup.yaml.1.bak")
    assert "aeterna-valkey" in view.html
    assert '<th scope="col">Now</th>' in view.html
    act(view, "restore", "")
    assert later.session.value("cache") == "valkey"
    assert "nothing differs" in view.html
    later.undo.click()
    act(view, "against", "", "preset production")
    assert "PodDisruptionBudget/aeterna" in view.html
    act(view, "release", "")
    act(view, "against", "", "0")
    assert "Answers are missing there" in view.html
    act(view, "against", "", "../../etc/passwd")
    assert later.message.html == ""


def test_a_folder_with_values_alone_can_be_continued(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("mode: local\ncache: {type: valkey}\n", encoding="utf-8")
    page = Page(Answers(), tmp_path)
    assert "<code>values.yaml</code>" in page.start.sheet.html
    page.start.sheet._handle_custom_msg({"act": "folder"}, [])
    assert page.session.value("cache") == "valkey"

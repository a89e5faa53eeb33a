"""The parts: what they send, what they keep, and what they never keep."""

import json
import logging
from typing import Any

import pytest
from ipywidgets import Widget

from aeterna_nb.notebook.parts.base import guarded
from aeterna_nb.notebook.parts.chrome import DownloadButton, Parcel, Rail, Sheet, Tabs
from aeterna_nb.notebook.parts.rows import ChoiceRow, MenuRow, Row, SecretRow, TextRow

CANARY = "canary-5f0e-secret"


class Heard(list[Any]):
    """Collects what a widget sends to the browser."""

    def listen(self, widget: Any, monkeypatch: pytest.MonkeyPatch) -> "Heard":
        monkeypatch.setattr(widget, "send", lambda content, buffers=None: self.append((content, list(buffers or []))))
        return self


def from_browser(widget: Widget, content: dict[str, Any]) -> None:
    widget._handle_custom_msg(content, [])


def saved_state() -> str:
    return json.dumps(Widget.get_manager_state(drop_defaults=False), default=repr)


def test_a_secret_is_handed_on_and_stands_in_no_saved_state() -> None:
    taken: list[str] = []
    row = SecretRow(name="openai_api_key", label="Key")

    def take(text: str) -> None:
        taken.append(text)
        row.given = True

    row.on_secret(take, lambda: None)
    from_browser(row, {"secret": CANARY})
    assert taken == [CANARY]
    assert row.given
    assert row.model_id in saved_state()
    assert CANARY not in saved_state()


def test_a_secret_can_be_forgotten_and_an_empty_entry_takes_nothing() -> None:
    said: list[str] = []
    row = SecretRow(name="key", label="Key")
    row.on_secret(lambda text: said.append("took"), lambda: said.append("forgot"))
    from_browser(row, {"secret": ""})
    assert said == []
    from_browser(row, {"forget": True})
    assert said == ["forgot"]


def test_a_download_sends_its_bytes_as_a_buffer_and_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    content = CANARY.encode()
    button = DownloadButton(lambda: Parcel("aeterna.zip", "application/zip", content), label="Download")
    heard = Heard().listen(button, monkeypatch)
    from_browser(button, {"want": True})
    assert heard == [({"name": "aeterna.zip", "type": "application/zip"}, [content])]
    assert CANARY not in saved_state()


@pytest.mark.parametrize(
    ("raised", "sentence"),
    [
        (ValueError("Answer the open questions first."), "Answer the open questions first."),
        (KeyError(CANARY), "Something went wrong here that should not have (KeyError in "),
    ],
)
def test_a_download_that_fails_says_so_without_details(
    monkeypatch: pytest.MonkeyPatch, raised: Exception, sentence: str
) -> None:
    def fail() -> Parcel:
        raise raised

    button = DownloadButton(fail, label="Download")
    heard = Heard().listen(button, monkeypatch)
    from_browser(button, {"want": True})
    ((said, _),) = heard
    assert said["problem"].startswith(sentence)
    assert CANARY not in said["problem"]


def test_a_failing_callback_becomes_a_sentence_and_the_log_has_no_values(
    caplog: pytest.LogCaptureFixture,
) -> None:
    said: list[str] = []

    def fail() -> None:
        raise RuntimeError(CANARY)

    with caplog.at_level(logging.DEBUG):
        guarded(fail, said.append)()
    assert len(said) == 1
    assert "Your answers are kept" in said[0]
    assert "RuntimeError in" in caplog.text
    assert CANARY not in said[0] + caplog.text


def test_ways_back_and_acts_reach_the_kernel() -> None:
    heard: list[Any] = []
    row = TextRow(name="host", label="Host", ways=[["default", "Use the default"]])
    row.on_way(heard.append)
    from_browser(row, {"way": "default"})
    sheet = Sheet(html="<button data-act='show' data-on='values.yaml'>values.yaml</button>")
    sheet.on_act(lambda act, on, value: heard.append((act, on, value)))
    from_browser(sheet, {"act": "show", "on": "values.yaml", "value": ""})
    assert heard == ["default", ("show", "values.yaml", "")]


@pytest.mark.parametrize("kind", [TextRow, ChoiceRow, MenuRow, SecretRow, Rail, Tabs, Sheet])
def test_every_script_asks_nothing_from_outside_and_defines_one_view(kind: type[Row]) -> None:
    text = kind()._esm
    assert "http" not in text
    assert text.count("export default { render }") == 1
    assert "import " not in text

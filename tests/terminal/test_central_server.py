"""Before the questions go on, the central server is asked: once more, not at all, or with another answer."""

from collections.abc import Mapping
from typing import Any

import pytest

from aeterna_nb.answers import Answers
from aeterna_nb.probes import Outcome
from aeterna_nb.probes.early import ask_central, wanted
from aeterna_nb.terminal.walk import Progress, walked
from tests.probes.free import free_port
from tests.probes.web import Said, serving
from tests.samples import LOCAL, OPENCODE_ONLY, REMOTE, answers
from tests.terminal.person import CENTRAL, Person, label, typing

WELL = Said(200, {"status": "ok", "version": "0.8.0-rc.9"})
KEY = "canary-key-of-the-central-server"


def walk(
    values: Mapping[str, Any], *details: str, only_open: bool = False, start: Answers | None = None
) -> tuple[Answers, Person]:
    person = typing(values, *details)
    begin = Progress(start or Answers(), only_open=only_open, ask_central=ask_central)
    return walked(begin, person, lambda progress: None).answers, person


def test_a_server_that_is_well_is_told_of_before_the_next_question() -> None:
    with serving({"GET /health": WELL}) as web:
        _, person = walk({**OPENCODE_ONLY, "central_url": web.url})
        assert web.asked == ["GET /health"]
    told = next(text for text in person.said if "Central server:" in text)
    assert told.strip() == (
        "Central server: it is well, version 0.8.0-rc.9, without TLS; no credential is given here to try."
    )
    assert person.said.index(told) < person.said.index(f"\n{label('opencode')}")


def test_one_that_is_away_is_asked_again_then_gone_without() -> None:
    _, person = walk({**OPENCODE_ONLY, "central_url": f"http://127.0.0.1:{free_port()}", CENTRAL: ["", "again", "2"]})
    assert sum("the connection was refused" in text for text in person.said) == 2
    assert any("Write one of the numbers or names." in text for text in person.said)
    assert label("opencode") in person.asked


def test_a_wrong_key_can_be_changed_at_once() -> None:
    tools = Said(200, {"jsonrpc": "2.0", "id": 1, "result": []})

    with serving(
        {
            "GET /health": WELL,
            "POST /mcp/message": lambda heard: tools if KEY in heard.headers.get("authorization", "") else Said(401),
        }
    ) as web:
        values = {**REMOTE, "central_url": web.url, "central_api_key": ["canary-wrong-key", KEY], CENTRAL: "change"}
        given, person = walk(values, "Central server")
    assert given.lookup("central_api_key").get_secret_value() == KEY
    assert "it accepts the credential" in person.page
    assert "canary" not in person.page


def test_going_back_from_there_leads_to_the_question_before() -> None:
    with serving({"GET /health": WELL}) as web:
        away = f"http://127.0.0.1:{free_port()}"
        values = {**OPENCODE_ONLY, "central_auth": ["api-key", "<"], "central_url": [away, web.url], CENTRAL: "<"}
        given, person = walk(values)
    assert given.lookup("central_url") == web.url
    assert person.asked.count(label("central_auth")) == 3


@pytest.mark.parametrize(
    ("values", "start", "only_open"), [(LOCAL, None, False), ({}, answers(OPENCODE_ONLY), True)], ids=["none", "kept"]
)
def test_nobody_is_asked_where_there_is_none_or_nothing_about_it_was_answered_now(
    values: Mapping[str, Any], start: Answers | None, only_open: bool
) -> None:
    _, person = walk(values, only_open=only_open, start=start)
    assert "Asking the central server" not in person.page


def test_a_variable_keeps_it_from_being_asked() -> None:
    assert [wanted({"AETERNA_NO_PROBE": text}) for text in ("", "0", "1")] == [True, True, False]
    assert wanted({})


def test_answers_that_are_not_enough_ask_nobody() -> None:
    assert ask_central(answers({"target": "opencode-only"})) is None
    outcome = ask_central(answers({**OPENCODE_ONLY, "central_url": f"http://127.0.0.1:{free_port()}"}))
    assert isinstance(outcome, Outcome)
    assert outcome.question == "central_url"

"""The answers file: for editors, for git, and for the next run."""

import yaml

from aeterna_nb.generate.setup_yaml import setup_yaml
from tests.samples import LOCAL, answers


def test_the_file_tells_editors_its_schema_and_people_what_it_is() -> None:
    text = setup_yaml(answers(LOCAL).decided())
    assert text.startswith("# yaml-language-server: $schema=")
    assert "No secrets" in text


def test_the_same_answers_give_the_same_file_whatever_their_order() -> None:
    backward = dict(reversed(list(LOCAL.items())))
    assert setup_yaml(answers(LOCAL).decided()) == setup_yaml(answers(backward).decided())


def test_one_more_answer_adds_one_line() -> None:
    before = setup_yaml(answers(LOCAL, replicas=2).decided()).splitlines()
    after = setup_yaml(answers(LOCAL, replicas=2, log_level="debug").decided()).splitlines()
    assert [line for line in after if line not in before] == ['  log_level: "debug"']


def test_the_file_holds_what_was_decided() -> None:
    decided = answers(LOCAL, opal=False).decided()
    assert yaml.safe_load(setup_yaml(decided)) == decided

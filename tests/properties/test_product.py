"""Over the whole space of choices: what is decided makes a configuration, from a file as from anywhere else."""

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.file import answers_in, parse_answers
from aeterna_nb.generate.setup_yaml import setup_yaml
from aeterna_nb.questions import by_name
from tests.product import Choice, every_pair, everything
from tests.samples import answers


def assert_round_trip(choice: Choice) -> None:
    given = answers(choice)
    config, findings = given.config()
    assert findings == []
    assert config is not None
    values, wrong = answers_in(parse_answers(setup_yaml(given.decided()), "setup.yaml"), Answers())
    secrets = {name: value for name, value in choice.items() if by_name()[name].secret}
    again = Answers().with_values(Origin.FILE, values).with_values(Origin.ENVIRONMENT, secrets)
    assert wrong == []
    assert again.config()[0] == config
    assert again.decided() == given.decided()
    as_flags = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in choice.items()}
    assert Answers().with_texts(Origin.GIVEN, as_flags).config()[0] == config


@pytest.mark.parametrize("choice", [pytest.param(choice, id=name) for name, choice in every_pair()])
def test_every_pair_of_choices_comes_back_from_the_answers_file_and_from_flags(choice: Choice) -> None:
    assert_round_trip(choice)


@pytest.mark.whole_product
@pytest.mark.parametrize("choice", [pytest.param(choice, id=name) for name, choice in everything()])
def test_every_combination_comes_back_from_the_answers_file_and_from_flags(choice: Choice) -> None:
    assert_round_trip(choice)

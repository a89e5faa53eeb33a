"""The layers of answers that are there before anybody types, and what each front end gives."""

from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.answers import Origin
from aeterna_nb.answers.file import AnswersFileError
from aeterna_nb.answers.sources import ValueFileError, from_sources

GIVEN: list[dict[str, Any]] = [
    {"texts": {"replicas": "5"}},
    {"values": {"replicas": 5}},
    {"nested": {"operations": {"replicas": 5}}},
    {"nested": {"operations": {"replicas": 6}}, "values": {"replicas": 5}},
]


@pytest.mark.parametrize("given", GIVEN)
def test_what_was_given_wins_over_the_environment_the_file_and_the_preset(
    given: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "setup.yaml"
    file.write_text("operations: {replicas: 3, log_level: debug}\n", encoding="utf-8")
    variables = {"AETERNA_SETUP_REPLICAS": "4", "AETERNA_SETUP_LOG_FORMAT": "json"}
    preset = {"target": "kubernetes", "mode": "local", "replicas": 2, "size": "large"}
    sources = [(preset, None, {}), (preset, file, {}), (preset, file, variables)]
    answers = [from_sources(*source)[0] for source in sources] + [from_sources(preset, file, variables, **given)[0]]
    assert [found.lookup("replicas") for found in answers] == [2, 3, 4, 5]
    assert [found.origin("replicas") for found in answers] == [
        Origin.PRESET,
        Origin.FILE,
        Origin.ENVIRONMENT,
        Origin.GIVEN,
    ]
    assert [answers[-1].lookup(name) for name in ("size", "log_level", "log_format")] == ["large", "debug", "json"]


def test_what_is_wrong_with_every_source_is_told(tmp_path: Path) -> None:
    file = tmp_path / "setup.yaml"
    file.write_text("vektor: {backend: qdrant}\n", encoding="utf-8")
    _, found = from_sources({}, file, {"AETERNA_SETUP_MOED": "local"}, nested={"llmm": {"provider": "none"}})
    assert [finding.message for finding in found] == [
        "There is no answer called vektor.backend.",
        "The variable AETERNA_SETUP_MOED is not known.",
        "There is no answer called llmm.provider.",
    ]


def test_a_file_that_can_not_be_read_ends_it(tmp_path: Path) -> None:
    with pytest.raises(AnswersFileError, match="There is no answers file"):
        from_sources({}, tmp_path / "absent", {})
    with pytest.raises(ValueFileError, match="AETERNA_SETUP_OPENAI_API_KEY_FILE: can't read the file") as caught:
        from_sources({}, None, {"AETERNA_SETUP_OPENAI_API_KEY_FILE": str(tmp_path / "Canary")})
    assert "Canary" not in str(caught.value)

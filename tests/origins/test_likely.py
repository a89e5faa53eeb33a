"""The answers that decide about a line are looked at first."""

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.evaluate import evaluate
from aeterna_nb.origins import Tracer
from aeterna_nb.origins.likely import likely_first
from aeterna_nb.origins.lines import lines
from aeterna_nb.origins.reading import behind
from aeterna_nb.presets import PRESETS


@pytest.mark.parametrize("preset", ["local", "production"])
def test_who_decides_about_a_line_of_the_values_is_among_the_first(preset: str) -> None:
    answers = Answers().with_values(Origin.PRESET, PRESETS[preset].values)
    text = evaluate(answers).files["values.yaml"]
    tracer = Tracer(answers)
    traced = [tracer.causes(question, "files") for question in tracer.questions]
    late = []
    for paths, line in zip(lines("values.yaml", text), text.split("\n"), strict=True):
        found = behind(traced, "values.yaml", paths)
        names = [question.name for question in likely_first(tracer.questions, answers, paths, line)]
        if found and found[0][1] == "value" and names.index(found[0][0]) > 1:
            late.append(f"{line.strip()}: {found[0][0]} comes at place {names.index(found[0][0]) + 1}")
    assert late == []

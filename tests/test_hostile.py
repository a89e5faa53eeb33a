"""Whatever comes in at any front end ends in an answer or a sentence: no traceback, and nothing takes five seconds.

One test a front end; a thousand inputs here, and ten thousand with `make test-all`. What a person does in the terminal
is in `tests/terminal/test_hostile.py`, what a client sends to the bridge in `tests/bridge/test_hostile.py`.
"""

import resource
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, NoReturn

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.file import AnswersFileError, read_answers_file
from aeterna_nb.commands.main import main
from aeterna_nb.commands.options import add_folder_flags, add_question_flags, read_answers
from aeterna_nb.commands.parser import Parser, UsageError
from aeterna_nb.commands.reports import exit_status, line, print_json
from aeterna_nb.commands.show import text as shown
from aeterna_nb.evaluate import evaluate
from aeterna_nb.findings import Finding
from aeterna_nb.generate.files import SECRET_VALUES_FILE
from aeterna_nb.generate.helm_secret_values import values_secret_yaml
from aeterna_nb.imports.files import ImportRefused, read_folder
from aeterna_nb.notebook.parameters import ParameterError, read_parameters
from aeterna_nb.output.workspace import WorkspaceError
from tests import hostile
from tests.samples import HYBRID, LOCAL, complete

pytestmark = pytest.mark.untraced

CI, ALL = 1_000, 10_000
THROUGH_THE_WHOLE = 100
"""Every so many inputs one goes through the command itself."""

LONGEST = 5.0
"""Seconds of work for one input."""

UNFORESEEN = "Something went wrong that should not have"
NOTHING: dict[str, str] = {}


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail what works for longer; time in which others have the processor does not count."""

    def late(*_: Any) -> NoReturn:
        raise TimeoutError(f"more than {seconds:g} seconds of work for one input")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def tell(answers: Answers, findings: list[Finding]) -> str:
    """Everything that a front end says of answers."""
    _, wrong = answers.config()
    told = [line(finding) for finding in [*findings, *wrong]]
    assert all(told)
    exit_status(answers, [*findings, *wrong])
    answers.decided()
    return shown(answers) or "nothing"


def ended(*words: str) -> str:
    """That a command ended with a status that its manual names, and not with one for faults."""
    status = main(words)
    assert status in {0, 1, 2}
    return str(status)


class FrontEnds:
    """What each front end does with an input, up to the evaluation; and by name what makes the inputs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parser = Parser("setup", "")
        add_folder_flags(self.parser)
        add_question_flags(self.parser)
        self.good = dict[str, str]()
        for values in (LOCAL, HYBRID, {**LOCAL, "target": "docker-compose"}):
            made = evaluate(complete(values, llm="openai"))
            self.good |= made.files
        self.good[SECRET_VALUES_FILE] = values_secret_yaml({"openai_api_key": "sk-1", "kms_key": "key"})
        assert {"values.yaml", "docker-compose.yaml", ".env", ".aeterna/setup.yaml"} <= self.good.keys()

    def flags(self, chance: Random, whole: bool) -> str:
        words = hostile.words(chance)
        if whole:
            return ended("show", "--output", str(self.folder / "none"), *words)
        try:
            return tell(*read_answers(self.parser.read(words), NOTHING, None))
        except UsageError as error:
            return str(error)

    def variables(self, chance: Random, whole: bool) -> str:
        variables = hostile.variables(chance)
        if whole:
            with pytest.MonkeyPatch.context() as scope:
                for name, value in variables.items():
                    scope.setenv(name, value)
                return ended("show", "--preset", "local", "--output", str(self.folder / "none"))
        try:
            return tell(*read_answers(self.parser.read(["--preset", "hybrid"]), variables, None))
        except UsageError as error:
            return str(error)

    def answers_files(self, chance: Random, whole: bool) -> str:
        file = self.folder / "setup.yaml"
        file.write_bytes(hostile.answers_file(chance, self.good))
        if whole:
            given = ("--config", str(file), "--output", str(self.folder / "none"))
            return ended("validate", *given) + ended("show", *given)
        try:
            values, found = read_answers_file(file, Answers())
        except AnswersFileError as error:
            return str(error)
        return tell(Answers().with_values(Origin.FILE, values), found)

    def imports(self, chance: Random, whole: bool) -> str:
        folder = self.folder / "import"
        shutil.rmtree(folder, ignore_errors=True)
        for name, content in hostile.folder(chance, self.good).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        try:
            imported = read_folder(folder)
        except (ImportRefused, WorkspaceError) as error:
            return str(error)
        print_json(imported.findings, left=[str(left) for left in imported.left])
        return tell(imported.laid_into(Answers()), list(imported.findings))

    def papermill(self, chance: Random, whole: bool) -> str:
        try:
            run = read_parameters(hostile.parameters(chance), NOTHING)
        except ParameterError as error:
            return str(error)
        return tell(run.answers, list(run.findings))


NAMES = ("flags", "variables", "answers_files", "imports", "papermill")


@pytest.fixture(scope="module")
def front_ends(tmp_path_factory: pytest.TempPathFactory) -> FrontEnds:
    return FrontEnds(tmp_path_factory.mktemp("hostile"))


def meet(work: Callable[[Random, bool], str], seed: str, inputs: int) -> str:
    """Give so many inputs to a front end, and say what came of it. Fails with the number of the first that broke it."""
    started, longest = time.process_time(), 0.0
    for number in range(inputs):
        before = time.process_time()
        try:
            with within(LONGEST):
                told = work(Random(f"{seed} {number}"), number % THROUGH_THE_WHOLE == 0)
            assert told
            assert UNFORESEEN not in told
        except (Exception, SystemExit) as error:
            error.add_note(f"input {number} of {seed!r}")
            raise
        longest = max(longest, time.process_time() - before)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    spent = time.process_time() - started
    return f"{seed}: {inputs} inputs, 0 tracebacks, {spent:.1f} s, the longest {longest:.2f} s, at most {peak} MiB"


@pytest.mark.parametrize("name", NAMES)
def test_a_thousand_hostile_inputs(name: str, front_ends: FrontEnds, capsys: pytest.CaptureFixture[str]) -> None:
    told = meet(getattr(front_ends, name), name, CI)
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    assert UNFORESEEN not in printed.err
    print(told)


@pytest.mark.whole_product
@pytest.mark.parametrize("name", NAMES)
def test_ten_thousand_hostile_inputs(name: str, front_ends: FrontEnds, capsys: pytest.CaptureFixture[str]) -> None:
    told = meet(getattr(front_ends, name), f"all {name}", ALL)
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    assert UNFORESEEN not in printed.err
    print(told)

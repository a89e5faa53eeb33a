"""`aeterna run`: papermill, whose parameters are looked at before it stores them.

papermill writes every parameter into its output notebook before the first cell runs, and no cell can take one out
again: the notebook is kept in papermill's own process and written anew after each cell.
"""

import base64
import binascii
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from aeterna_nb.answers import Answers, Origin, Rejected
from aeterna_nb.answers.draft import keeps
from aeterna_nb.answers.file import answers_in
from aeterna_nb.commands.notebook import NOTEBOOKS
from aeterna_nb.commands.parser import UsageError
from aeterna_nb.commands.start import commanded
from aeterna_nb.notebook.parameters import RUN_PARAMETERS, ParameterError, wrong_names
from aeterna_nb.notebook.serve import bundled_notebook
from aeterna_nb.questions import by_name

READ_HERE = ("parameters_base64", "parameters_file", "parameters_yaml")
"""papermill's options that hold several parameters, in the order in which it takes them."""


def run(words: Sequence[str]) -> int:
    """Run a notebook with papermill, all of whose options are taken; a secret among its parameters is refused before.

    Returns 1 when a cell failed.
    """
    with commanded() as status:
        status.code = _run([word for word in words if word != "--debug"])
    return status.code


def _run(words: Sequence[str]) -> int:
    import click
    from papermill.cli import _resolve_type, papermill
    from papermill.exceptions import PapermillExecutionError

    try:
        context = papermill.make_context("aeterna run", [*words])
    except click.exceptions.Exit as ended:
        return int(ended.exit_code)  # After --help.
    except click.UsageError:
        # click's own words repeat values.
        raise UsageError("These words are not what papermill takes; `aeterna run --help` lists its options.") from None
    options = context.params
    if options["notebook_path"] in NOTEBOOKS:
        options["notebook_path"] = str(bundled_notebook(options["notebook_path"]))
    several = _several(options)
    single = {name: _resolve_type(text) for name, text in options["parameters"]}
    _look_at({**several, **single, **dict(options["parameters_raw"])}, options["notebook_path"])
    # What was read is handed over, not read again: a file may be a pipe, or another by then.
    options |= {**dict.fromkeys(READ_HERE, ()), "parameters_yaml": (yaml.safe_dump(several),)}
    try:
        with context:
            papermill.invoke(context)
    except PapermillExecutionError as error:
        for line in _said(error):
            print(f"error: {line}", file=sys.stderr)
        return 1
    return 0


def _said(error: Any) -> list[str]:
    """Our own sentences; of other errors only their kind, since their words may quote a value."""
    if error.ename == ParameterError.__name__:
        return str(error.evalue).splitlines()
    return [f"Cell {error.exec_count} ended with {error.ename}; the notebook that was written shows more."]


def _several(options: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of those options that hold several. Raises UsageError."""
    found: dict[str, Any] = {}
    for key, read in _readers(options):
        flag = f"--{key}"
        try:
            named = read()
        except (yaml.YAMLError, binascii.Error, RecursionError, ValueError):
            named = "unreadable"
        except OSError as error:
            raise UsageError(f"{flag}: can't read the file: {error.strerror}.") from None
        if not isinstance(named or {}, dict):
            raise UsageError(f"{flag} must hold names and values, as YAML.")
        found |= named or {}
    return found


def _readers(options: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    from papermill.iorw import NoDatesSafeLoader, read_yaml_file

    for text in options["parameters_base64"]:
        yield "parameters_base64", lambda text=text: yaml.load(base64.b64decode(text), NoDatesSafeLoader)
    for path in options["parameters_file"]:
        yield "parameters_file", lambda path=path: read_yaml_file(path)
    for text in options["parameters_yaml"]:
        yield "parameters_yaml", lambda text=text: yaml.load(text, NoDatesSafeLoader)


def _look_at(named: Mapping[str, Any], notebook: str) -> None:
    """Raises UsageError for secrets, for names that nothing knows and for values that no question takes.

    A name may be a secret's, misspelt, and an address may hold a password.
    """
    from papermill.inspection import inspect_notebook

    try:
        known = inspect_notebook(notebook)
    except ValueError:
        raise UsageError(f"{notebook} is no notebook.") from None
    problems = wrong_names(named, {}, {*known, *by_name()})
    nested = named.get("answers")
    if not isinstance(nested, RUN_PARAMETERS["answers"][0] | None):
        problems.append(f"The parameter answers must be {RUN_PARAMETERS['answers'][1]}.")
    values, found = answers_in(nested if isinstance(nested, dict) else {}, Answers())
    problems += [finding.message for finding in found if finding.question]
    open_values = {name: value for name, value in {**values, **named}.items() if keeps(name)}
    taken = Answers().with_values(Origin.GIVEN, open_values).layers[Origin.GIVEN]
    problems += [
        f"The parameter {name}: {value.sentence}" for name, value in taken.items() if isinstance(value, Rejected)
    ]
    if problems:
        raise UsageError("\nerror: ".join(problems))

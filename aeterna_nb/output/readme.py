"""The README in a zip, beside the files: what to do, what each file is, what is secret. English, as the files are."""

from collections.abc import Iterable, Iterator, Sequence

from aeterna_nb.checks.answers_in import lookup_in
from aeterna_nb.checks.server_limits import fitness
from aeterna_nb.evaluate import Evaluation
from aeterna_nb.generate.files import ABOUT, SECRET_FILES
from aeterna_nb.output.next_steps import PROGRAM, client_entries, first_steps, needs_program, parts

README = "README.md"
CHART = "chart"
"""The folder in which the chart lies."""


def readme(evaluation: Evaluation, names: Iterable[str], *, chart_there: bool) -> str:
    """The text for the files of these names; `chart_there` says that the chart lies beside them.

    The evaluation has a configuration. No text of it depends on the language, and none holds a secret.
    """
    config = evaluation.config
    assert config is not None
    place = {"kubernetes": "on Kubernetes", "docker-compose": "with Docker Compose"}.get(config.target, "for OpenCode")
    steps = first_steps(config, "chart" if chart_there else "files")
    blocks = [
        f"# Aeterna {place}" + (f", {config.mode} mode" if config.mode else ""),
        "Made, and checked, from the answers in `.aeterna/setup.yaml`. The commands are run in this folder.",
        "## What to do",
        *_numbered(steps),
        *([PROGRAM] if needs_program(steps) else []),
        *_abilities(evaluation),
        "## What each file is",
        _table(names, chart_there),
        *_clients(evaluation),
        "## To change something",
        "Change an answer, not a file: `aeterna setup --reconfigure` asks with these answers, and writes what follows.",
    ]
    return "\n\n".join(blocks) + "\n"


def _numbered(steps: Sequence[str]) -> Iterator[str]:
    for number, step in enumerate(steps, 1):
        told = parts(str(step))
        lead = told.lead or "Run:"
        code = f"\n\n   ```sh\n   {told.command}\n   ```" if told.command else ""
        note = f"\n\n   {told.note[:1].upper()}{told.note[1:]}." if told.note else ""
        yield f"{number}. {lead}{code}{note}"


def _abilities(evaluation: Evaluation) -> Iterator[str]:
    assert evaluation.config is not None
    fit = fitness(lookup_in(evaluation.config))
    if fit is None:
        return
    yield "## What it will and will not be able to do"
    offers = f"Server {fit.version} offers its tools to clients."
    yield f"{offers} Not possible:" if fit.lacking else offers
    if fit.lacking:
        yield "\n".join(f"- {lacks}: {finding.message} {finding.cure}" for lacks, finding in fit.lacking)


def _table(names: Iterable[str], chart_there: bool) -> str:
    rows = [f"| `{name}` | {ABOUT.get(name, '')} | {'**yes**' if name in SECRET_FILES else 'no'} |" for name in names]
    chart = [f"| `{CHART}/` | The Helm chart, complete for these answers. | no |"] if chart_there else []
    return "\n".join(["| file | what it is | secret |", "|---|---|---|", *rows, *chart])


def _clients(evaluation: Evaluation) -> Iterator[str]:
    assert evaluation.config is not None
    entries = client_entries(evaluation.config)
    if entries:
        yield "## Other clients than OpenCode"
    for entry in entries:
        yield f"{entry.client}, into {entry.file}:\n\n```json\n{entry.text}\n```"

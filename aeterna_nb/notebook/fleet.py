"""What the cells of the fleet notebook call: every configuration below a folder, judged, and what they come to."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets

from aeterna_nb.fleet.formats import sentence
from aeterna_nb.fleet.members import Fleet
from aeterna_nb.fleet.report import Report, report
from aeterna_nb.fleet.running import FleetError, cores, processes
from aeterna_nb.fleet.running import run as judgements
from aeterna_nb.fleet.store import StoreError, opened, store_path
from aeterna_nb.language import number
from aeterna_nb.notebook.document import Document, Table
from aeterna_nb.notebook.panels.resources import gibibytes
from aeterna_nb.notebook.parameters import ParameterError, cell, wrong_names

FLEET_PARAMETERS: Mapping[str, tuple[type, str]] = {
    "folder": (str, "the path of a folder, as text"),
    "workers": (int, "a number of processes"),
}

COLUMNS = ("cluster", "target", "mode", "server_version", "kubernetes_version", "errors", "warnings")
HEADS = ("Configuration", "Cluster", "Target", "Mode", "Server", "Kubernetes", "Errors", "Warnings")
MOST_ROWS = 200
"""Rows of configurations that are shown at once: more is a list that nobody reads, and a page that answers slowly."""

NOT_NAMED = "no name"
NOTHING = "There is nothing to show."


@dataclass(frozen=True)
class FleetRun:
    """The configurations below a folder, judged. Displayed, it says how many there are, and how they are."""

    folder: Path
    report: Report

    def __repr__(self) -> str:
        if not self.report.judgements:
            return f"There is no configuration below {self.folder}: no folder has .aeterna/setup.yaml. Give folder."
        total, errors = len(self.report.judgements), self.report.errors
        return f"{total} configurations, {errors} distinct errors, {len(self.report.found)} distinct findings."


@cell
def read_fleet(given: Mapping[str, Any]) -> FleetRun:
    """Every configuration below a folder (here when not given), judged by so many processes (one a core).

    What was judged before and did not change is not judged again. Raises ParameterError.
    """
    named = {name: value for name, value in given.items() if value is not None}
    problems = wrong_names(named, FLEET_PARAMETERS, set())
    workers = named.get("workers", cores())
    if not problems and workers < 1:
        problems.append("workers: write a number from 1 on.")
    if problems:
        raise ParameterError("\n".join(problems))
    folder = Path(named.get("folder", "."))
    if not folder.is_dir():
        raise ParameterError(f"folder: there is no folder {folder}.")
    try:
        fleet = Fleet(folder)
        with opened(store_path()) as store:
            judged = dict(judgements(fleet.tasks(), store, partial(processes, workers)))
        return FleetRun(folder, report(judged, fleet.clusters()))
    except (FleetError, StoreError) as error:
        raise ParameterError(str(error)) from None


class Filtered:
    """A table with a field above it: rows that hold every word in it are shown. As plain text it is the whole table."""

    def __init__(self, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        self._head, self._rows = head, rows
        self.words = ipywidgets.Text(
            placeholder="for instance: eu hybrid 1.35",
            description="Filter",
            layout={"width": "360px", "max_width": "98%"},
        )
        self.shown = ipywidgets.HTML()
        self.words.observe(lambda change: self._show(change["new"]), "value")
        self._show("")
        self.widget = ipywidgets.VBox([self.words, self.shown])

    def _show(self, text: str) -> None:
        words = text.casefold().split()
        rows = [row for row in self._rows if all(word in " ".join(row).casefold() for word in words)]
        body = "".join(f"<tr>{_cells('td', row)}</tr>" for row in rows[:MOST_ROWS])
        more = f", of which the first {MOST_ROWS} are shown" if len(rows) > MOST_ROWS else ""
        self.shown.value = Document(
            f'<p role="status">{len(rows)} of {len(self._rows)} configurations{more}.</p>'
            '<div class="aw-wide" tabindex="0"><table class="states">'
            f"<thead><tr>{_cells('th', self._head)}</tr></thead>"
            f"<tbody>{body}</tbody></table></div>",
            "",
        ).shown

    def _repr_mimebundle_(self, **given: Any) -> Mapping[str, Any]:
        shown: Mapping[str, Any] = self.widget._repr_mimebundle_(**given)
        return {**shown, "text/plain": Table(self._head, self._rows).text}


def _cells(tag: str, row: tuple[str, ...]) -> str:
    return "".join(f"<{tag}>{escape(text)}</{tag}>" for text in row)


@cell
def configurations(fleet: FleetRun) -> Filtered:
    """Every configuration with its main answers, errors and warnings, to be filtered."""
    rows = [
        (entry["name"], *(str(_column(entry, name)) for name in COLUMNS))
        for entry in fleet.report.as_dict()["configurations"]
    ]
    return Filtered(HEADS, rows)


def _column(entry: Mapping[str, Any], name: str) -> Any:
    value = entry[name] if name in entry else entry["answers"].get(name)
    return "" if value is None else value


@cell
def findings_matrix(fleet: FleetRun) -> Table:
    """Every distinct finding, and in how many configurations of each cluster it is."""
    cluster_of = _clusters(fleet.report)
    clusters = sorted({*cluster_of.values()})
    rows = []
    for item in fleet.report.found:
        counted = Counter(cluster_of[name] for name in item.configurations)
        numbers = (str(counted[cluster] or "") for cluster in clusters)
        rows.append((item.finding.severity, sentence(item.finding), *numbers))
    return Table(("Severity", "Finding", *clusters), rows or [("", NOTHING, *("" for _ in clusters))])


@cell
def versions(fleet: FleetRun) -> Table:
    """How many configurations have which versions of the server and of Kubernetes."""
    counted = Counter(
        (str(found.answers.get("server_version", "")), str(found.answers.get("kubernetes_version", "")))
        for found in fleet.report.judgements.values()
    )
    rows = [(*pair, str(number)) for pair, number in sorted(counted.items())]
    return Table(("Server", "Kubernetes", "Configurations"), rows or [(NOTHING, "", "")])


@cell
def resources(fleet: FleetRun) -> Table:
    """What all configurations of a cluster ask of it together; those in Compose ask no cluster."""
    rows = list(_sums(fleet.report))
    head = ("Cluster", "Configurations", "Pods", "CPU", "Memory", "Storage")
    return Table(head, rows or [(NOTHING, "", "", "", "", "")])


def _sums(found: Report) -> Iterator[tuple[str, ...]]:
    clusters = _clusters(found)
    for cluster in sorted({*clusters.values()}):
        asked = [
            judgement.resources
            for name, judgement in found.judgements.items()
            if clusters[name] == cluster and judgement.resources.pods
        ]
        if asked:
            yield (
                cluster,
                str(len(asked)),
                str(sum(item.pods for item in asked)),
                number(sum((item.cpu for item in asked), Decimal())),
                gibibytes(sum((item.memory for item in asked), Decimal())),
                gibibytes(sum((item.storage for item in asked), Decimal())),
            )


def _clusters(found: Report) -> Mapping[str, str]:
    return {name: found.clusters.get(name, NOT_NAMED) for name in found.judgements}

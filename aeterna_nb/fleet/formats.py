"""A report as people and as CI read it: a table, JUnit XML and SARIF."""

import json
import posixpath
from collections.abc import Iterator
from xml.etree import ElementTree

from aeterna_nb import __version__
from aeterna_nb.answers.file import ANSWERS_FILE
from aeterna_nb.findings import Finding
from aeterna_nb.fleet.report import Report

MOST_NAMED = 5
"""Configurations that the table names of a finding."""

_SHOWN = ("target", "mode", "server_version", "kubernetes_version")
_HEADS = ("configuration", "target", "mode", "server", "kubernetes", "errors", "warnings")
_NAMESPACE = "https://json.schemastore.org/sarif-2.1.0.json"


def table(report: Report, *, every: bool) -> Iterator[str]:
    """Lines for a person: configurations, those with findings alone unless `every`, then each finding once."""
    counted = report.counts()
    rows = [_HEADS] + [
        (
            name,
            *(str(judgement.answers.get(answer, "-")) for answer in _SHOWN),
            str(counted[name]["error"]),
            str(counted[name]["warning"]),
        )
        for name, judgement in report.judgements.items()
        if every or counted[name]
    ]
    if len(rows) > 1:
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        yield from (
            "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
        )
        yield ""
    for item in report.found:
        yield f"{item.finding.severity}: {sentence(item.finding)}"
        named = ", ".join(item.configurations[:MOST_NAMED])
        more = len(item.configurations) - MOST_NAMED
        yield f"  {len(item.configurations)}: {named}{f' and {more} more' if more > 0 else ''}"


def sentence(finding: Finding) -> str:
    """A finding with its cure, in one line."""
    return f"{finding.message} {finding.cure}".strip().replace("\n", " ")


def junit(report: Report) -> str:
    """The report as JUnit XML: a case for each configuration, which fails where it has errors."""
    counted = report.counts()
    failed = sum(1 for counts in counted.values() if counts["error"])
    suites = ElementTree.Element("testsuites")
    attributes = {"name": "aeterna fleet", "tests": str(len(report.judgements)), "failures": str(failed), "errors": "0"}
    suite = ElementTree.SubElement(suites, "testsuite", attributes)
    by_name: dict[str, list[Finding]] = {name: [] for name in report.judgements}
    for item in report.found:
        for name in item.configurations:
            by_name[name].append(item.finding)
    for name, findings in by_name.items():
        _case(suite, name, findings)
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ElementTree.Element, name: str, findings: list[Finding]) -> None:
    case = ElementTree.SubElement(suite, "testcase", {"classname": "fleet", "name": name})
    errors = [sentence(finding) for finding in findings if finding.severity == "error"]
    warnings = [sentence(finding) for finding in findings if finding.severity == "warning"]
    if errors:
        failure = ElementTree.SubElement(case, "failure", {"message": errors[0]})
        failure.text = "\n".join(errors)
    if warnings:
        ElementTree.SubElement(case, "system-out").text = "\n".join(warnings)


def sarif(report: Report, below: str) -> str:
    """The report as SARIF 2.1.0: a result for each finding, with the answers files of its configurations.

    `below` is where the fleet lies in its repository: from there the places count for whoever reads it.
    """
    rules = sorted({item.finding.check for item in report.found})
    results = [
        {
            "ruleId": item.finding.check,
            "level": item.finding.severity,
            "message": {"text": sentence(item.finding)},
            "locations": [
                {"physicalLocation": {"artifactLocation": {"uri": _uri(f"{below}/{name}")}}}
                for name in item.configurations
            ],
        }
        for item in report.found
    ]
    driver = {"name": "aeterna", "version": __version__, "rules": [{"id": rule} for rule in rules]}
    runs = [{"tool": {"driver": driver}, "results": results}]
    return json.dumps({"$schema": _NAMESPACE, "version": "2.1.0", "runs": runs}, indent=2, ensure_ascii=False) + "\n"


def _uri(folder: str) -> str:
    from urllib.parse import quote

    return quote(posixpath.normpath(f"{folder}/{ANSWERS_FILE}"))

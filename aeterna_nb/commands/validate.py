"""`aeterna validate`: check what is on disk."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from aeterna_nb.answers import Answers
from aeterna_nb.checks.departures import CURE
from aeterna_nb.commands.options import add_folder_flags, add_question_flags
from aeterna_nb.commands.parser import Parser
from aeterna_nb.commands.reports import exit_status, print_findings, print_json
from aeterna_nb.commands.start import commanded, saved_answers
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.evaluate import Evaluation, evaluate
from aeterna_nb.findings import Finding
from aeterna_nb.output.folder import existing_files, kept_secrets, present_files
from aeterna_nb.output.workspace import WorkspaceError
from aeterna_nb.output.writing import plan_files


def run(words: Sequence[str]) -> int:
    """Check the files in a folder as they are, and say where they depart from what the answers give."""
    parser = Parser("validate", "Check the files in a folder as they are, and say where they depart from the answers.")
    add_folder_flags(parser)
    parser.add_argument("--probe", action="store_true", help="also ask the services that it points at")
    add_question_flags(parser)
    with commanded() as status:
        options = parser.read(words)
        answers, evaluation, findings = _judged(options)
        if options.probe and evaluation.config is not None:
            from aeterna_nb.probes.status import probe_findings

            findings += probe_findings(evaluation.config)
        if options.json:
            print_json(findings, checked=asdict(evaluation.verdict))
        else:
            print_findings(findings)
        status.code = exit_status(answers, findings)
        if not options.json and not status.code:
            print(f"The configuration is valid; {evaluation.verdict.words}.")
    return status.code


def _judged(options: argparse.Namespace) -> tuple[Answers, Evaluation, list[Finding]]:
    """The answers, what the files on disk are judged to be, and all that is wrong. Raises UsageError."""
    answers = Answers()
    try:
        answers, findings = saved_answers(options)
        texts, unreadable = present_files(options.output)
        evaluation = evaluate(answers, existing_files(options.output), kept_secrets(options.output), texts)
        findings += [*unreadable, *evaluation.findings]
        return answers, evaluation, [*findings, *_missing(evaluation, options)]
    except WorkspaceError as error:
        return answers, Evaluation(None), [Finding("error", str(error), check="folder")]


def _missing(evaluation: Evaluation, options: argparse.Namespace) -> list[Finding]:
    """A warning for each file that writing would make, or change although no departure tells how."""
    return [
        Finding(
            "warning",
            Sentence("{file} is missing.", file=file.name)
            if file.state == "new"
            else Sentence("{file} is not what the answers give.", file=file.name),
            cure=CURE,
            check="departures",
        )
        for file in plan_files(evaluation, options.output).changes
        if file.state == "new" or file.name not in evaluation.files
    ]

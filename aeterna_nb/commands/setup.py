"""`aeterna setup`: ask, check, and write the files."""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from aeterna_nb.answers import Answers
from aeterna_nb.answers_file import ANSWERS_FILE
from aeterna_nb.commands import show, validate
from aeterna_nb.commands.options import (
    Parser,
    UsageError,
    add_folder_flags,
    add_question_flags,
    environment,
    read_answers,
)
from aeterna_nb.commands.reports import exit_status, print_findings, print_json
from aeterna_nb.commands.start import Status, commanded
from aeterna_nb.evaluate import Evaluation, evaluate
from aeterna_nb.findings import Finding
from aeterna_nb.next_steps import next_steps
from aeterna_nb.opencode_home import opencode_folder, plan_opencode_folder
from aeterna_nb.output import existing_files, kept_secrets, with_kept_secrets
from aeterna_nb.terminal import StandardTerminal, questionnaire
from aeterna_nb.workspace import Plan, Written, write
from aeterna_nb.writing import leftovers, plan_files


def run(words: Sequence[str]) -> int:
    """Ask or take the answers from flags, prove what follows from them, and write it."""
    if "--validate" in words:
        return validate.run([word for word in words if word != "--validate"])
    if "--show" in words:
        return show.run([word for word in words if word != "--show"])
    with commanded() as status:
        _setup(_parser().read(words), status)
    return status.code


def _parser() -> Parser:
    parser = Parser("setup", "Ask, check, and write the files. Flags and variables answer questions beforehand.")
    add_folder_flags(parser)
    parser.add_argument("--non-interactive", action="store_true", help="never ask; a missing answer is an error")
    parser.add_argument("--reconfigure", action="store_true", help="start from the configuration that is there")
    parser.add_argument("--validate", action="store_true", help="check what is on disk (aeterna validate)")
    parser.add_argument("--show", action="store_true", help="print the configuration (aeterna show)")
    parser.add_argument("--dry-run", action="store_true", help="show what would change, and write nothing")
    parser.add_argument("--yes", action="store_true", help="write without asking once more")
    parser.add_argument(
        "--install-opencode", action="store_true", help="also merge the entry into OpenCode's own folder at home"
    )
    add_question_flags(parser)
    return parser


def _setup(options: argparse.Namespace, status: Status) -> None:
    answers, findings = _start(options)
    interactive = not options.non_interactive
    if interactive:
        if not sys.stdin.isatty():
            raise UsageError("There is no terminal to ask in. Use --non-interactive with flags.")
        answers = questionnaire(answers, StandardTerminal())
    kept = kept_secrets(options.output)
    evaluation = evaluate(answers, existing_files(options.output), kept)
    findings = [*findings, *evaluation.findings]
    status.code = exit_status(answers, findings)
    if status.code:
        _refuse(options, findings)
        return
    planned = [plan_files(evaluation, options.output)]
    if options.install_opencode:
        assert evaluation.config is not None
        planned.append(plan_opencode_folder(evaluation.config, opencode_folder(os.environ, Path.home())))
    if options.json:
        _finish_json(options, evaluation, findings, planned)
        return
    print_findings(findings)
    for plan in planned:
        _print_plan(plan)
    if options.dry_run:
        print("\nNothing was written (--dry-run).")
    elif not any(plan.changes for plan in planned):
        print("\nEverything is up to date; nothing was written.")
    elif interactive and not options.yes and not _agreed():
        print("Nothing was written.")
    else:
        for plan in planned:
            _print_written(write(plan))
        _print_next_steps(evaluation, options.output)


def _start(options: argparse.Namespace) -> tuple[Answers, list[Finding]]:
    file: Path | None = options.config
    if options.reconfigure and file is None:
        file = options.output / ANSWERS_FILE
        if not file.exists():
            raise UsageError(f"There is nothing to reconfigure: {file} is missing. Leave --reconfigure out.")
    answers, findings = read_answers(options, environment(), file)
    if options.reconfigure:
        answers = with_kept_secrets(answers, kept_secrets(options.output))
    return answers, findings


def _refuse(options: argparse.Namespace, findings: Sequence[Finding]) -> None:
    if options.json:
        print_json(findings, files=[])
    print_findings(findings)
    print("Nothing was written.", file=sys.stderr)


def _finish_json(
    options: argparse.Namespace, evaluation: Evaluation, findings: Sequence[Finding], planned: Sequence[Plan]
) -> None:
    files = [
        {"name": file.name, "folder": str(plan.folder), "state": file.state, "diff": file.diff}
        for plan in planned
        for file in plan.files
    ]
    written = [] if options.dry_run else [file for plan in planned for file in write(plan)]
    assert evaluation.config is not None
    print_json(
        findings,
        files=files,
        written=[asdict(file) for file in written],
        next_steps=next_steps(evaluation.config, leftovers(evaluation, options.output)),
    )


def _print_plan(planned: Plan) -> None:
    print(f"\nFiles in {planned.folder}:")
    for file in planned.files:
        print(f"  {file.state:<8} {file.name}")
    for file in planned.changes:
        if file.state == "changed":
            print(f"\n{file.diff}".rstrip())


def _agreed() -> bool:
    return input("\nWrite these files? [yes]: ").strip().lower() in {"", "y", "yes"}


def _print_written(written: Sequence[Written]) -> None:
    for file in written:
        print(f"Wrote {file.name}" + (f"; what was there is kept as {file.backup}" if file.backup else ""))


def _print_next_steps(evaluation: Evaluation, folder: Path) -> None:
    assert evaluation.config is not None
    print("\nNext steps:")
    for step in next_steps(evaluation.config, leftovers(evaluation, folder)):
        print(f"  {step}")

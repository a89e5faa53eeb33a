"""`aeterna setup`: ask, check, and write the files."""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from aeterna_nb.answers import Answers
from aeterna_nb.answers.file import ANSWERS_FILE
from aeterna_nb.checks.answers_in import lookup_in
from aeterna_nb.checks.server_limits import fitness
from aeterna_nb.commands import show, validate
from aeterna_nb.commands.options import add_folder_flags, add_question_flags, environment, read_answers
from aeterna_nb.commands.parser import Parser, UsageError
from aeterna_nb.commands.reports import exit_status, print_findings, print_json
from aeterna_nb.commands.start import ExitStatus, commanded, tidy
from aeterna_nb.evaluate import Evaluation, evaluate
from aeterna_nb.findings import Finding
from aeterna_nb.language import say, speak, wanted
from aeterna_nb.output.folder import existing_files, kept_secrets, with_kept_secrets
from aeterna_nb.output.next_steps import next_steps
from aeterna_nb.output.opencode_home import opencode_folder, plan_opencode_folder
from aeterna_nb.output.workspace import Plan, WorkspaceError, Written, write
from aeterna_nb.output.writing import plan_files
from aeterna_nb.probes import early
from aeterna_nb.terminal.asking import YES_OR_NO, Back, Detour, yes_or_no
from aeterna_nb.terminal.draft import DraftFile
from aeterna_nb.terminal.review import Changed, Decided, Judged, Review
from aeterna_nb.terminal.screen import StandardTerminal, Terminal, draws, wants_colour
from aeterna_nb.terminal.visit import KEPT, visited
from aeterna_nb.terminal.walk import EVERYTHING, Progress


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
    parser.add_argument(EVERYTHING, action="store_true", help="ask also what has a default that suits most")
    parser.add_argument("--validate", action="store_true", help="check what is on disk (aeterna validate)")
    parser.add_argument("--show", action="store_true", help="print the configuration (aeterna show)")
    parser.add_argument("--dry-run", action="store_true", help="show what would change, and write nothing")
    parser.add_argument("--yes", action="store_true", help="write without asking once more")
    parser.add_argument(
        "--no-probe", action="store_true", help="do not ask the central server before the questions go on"
    )
    parser.add_argument("--no-color", action="store_true", help="no colour; so does the variable NO_COLOR")
    parser.add_argument(
        "--install-opencode", action="store_true", help="also merge the entry into OpenCode's own folder at home"
    )
    add_question_flags(parser)
    return parser


def _setup(options: argparse.Namespace, status: ExitStatus) -> None:
    if options.non_interactive:
        _take(options, status)
    elif options.json:
        raise UsageError("--json is for scripts: use it with --non-interactive.")
    elif sys.stdin is None or not sys.stdin.isatty():
        raise UsageError("There is no terminal to ask in. Use --non-interactive with flags.")
    else:
        _ask(options, status)


def _take(options: argparse.Namespace, status: ExitStatus) -> None:
    """Take the answers from flags, variables and files, and write."""
    tidy(options.output)
    answers, findings = _start(options)
    judged = Judge(options, findings)(answers)
    status.code = exit_status(answers, judged.findings)
    if status.code:
        _refuse(options, judged.findings)
    elif options.json:
        _finish_json(options, judged)
    else:
        print_findings(judged.findings)
        for plan in judged.plans:
            _print_plan(plan)
        _finish(options, judged)


def _ask(options: argparse.Namespace, status: ExitStatus) -> None:
    """Ask in the terminal, and write what was agreed to."""
    terminal = StandardTerminal(
        colour=not options.no_color and wants_colour(sys.stdout), draws=draws(sys.stdin) and draws(sys.stdout)
    )
    speak(wanted(os.environ, terminal=True))
    terminal.say(say("Aeterna setup"), "heading")
    tidy(options.output)
    if not options.reconfigure and options.config is None and options.preset is None:
        options.reconfigure = _wants_to_change_what_is_there(options.output, terminal)
    answers, findings = _start(options)
    status.code = exit_status(Answers(), findings)
    if status.code:
        _refuse(options, findings)
        return

    judged = Judge(options, findings)

    def judge(now: Answers) -> Judged:
        try:
            return judged(now)
        except WorkspaceError as error:
            return Judged(Evaluation(None), [Finding("error", str(error), check="workspace")])

    def review(now: Answers, judged: Judged) -> Changed | Decided:
        if options.yes and not judged.errors:
            print_findings(judged.findings)
            return Decided(write=True)
        ending = say("End (--dry-run: nothing is written)?") if options.dry_run else say("Write these files?")
        return Review(now, judged, terminal, ending).decided()

    draft = DraftFile(options.output)
    probing = early.wanted() and not options.no_probe
    ask_central = early.ask_central if probing else None
    start = Progress(answers, only_open=options.reconfigure, everything=options.everything, ask_central=ask_central)
    visit = visited(start, terminal, draft, judge, review)
    if not visit.write:
        status.code = exit_status(visit.answers, visit.judged.errors)
        terminal.say(f"{say('Nothing was written.')} {say(KEPT) if draft.found() else ''}".rstrip())
        return
    _finish(options, visit.judged)
    if not options.dry_run:
        draft.forget()


def _wants_to_change_what_is_there(folder: Path, terminal: Terminal) -> bool:
    if not (folder / ANSWERS_FILE).is_file():
        return False
    about = say("yes: start from its answers, as --reconfigure does. no: start anew; what is replaced is backed up.")
    explain = f"  {about}"
    terminal.say("\n" + say("A configuration lies in {folder}.", folder=folder))
    while True:
        try:
            return yes_or_no(terminal, say("Start from it?"), explain, Answers(), default=True)
        except (Back, Detour):
            terminal.say(f"  {say(YES_OR_NO)}", "problem")


class Judge:
    """What follows from answers. What is made on one look is kept for the next: keys of OPAL take long to make."""

    def __init__(self, options: argparse.Namespace, findings: Sequence[Finding]) -> None:
        self._options = options
        self._findings = findings
        self._made: dict[str, str] = {}

    def __call__(self, answers: Answers) -> Judged:
        """The evaluation of the answers, and what writing would do. Raises WorkspaceError."""
        folder = self._options.output
        evaluation = evaluate(answers, existing_files(folder), {**self._made, **kept_secrets(folder)})
        self._made.update(evaluation.made)
        found = [*self._findings, *evaluation.findings]
        if evaluation.config is None or any(finding.severity == "error" for finding in found):
            return Judged(evaluation, found)
        plans = [plan_files(evaluation, folder)]
        if self._options.install_opencode:
            plans += plan_opencode_folder(evaluation.config, opencode_folder(os.environ, Path.home()))
        return Judged(evaluation, found, plans)


def _finish(options: argparse.Namespace, judged: Judged) -> None:
    if options.dry_run:
        print(f"\n{say('Nothing was written (--dry-run).')}")
    elif not judged.changes:
        print(f"\n{say('Everything is up to date; nothing was written.')}")
    else:
        for plan in judged.plans:
            _print_written(write(plan))
        print(f"\n{judged.evaluation.verdict.words}.")
        if judged.evaluation.config is not None and (fit := fitness(lookup_in(judged.evaluation.config))) is not None:
            print(fit.words)
        _print_next_steps(judged.evaluation, options.output)


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
    print(say("Nothing was written."), file=sys.stderr)


def _finish_json(options: argparse.Namespace, judged: Judged) -> None:
    files = [
        {"name": file.name, "folder": str(plan.folder), "state": file.state, "diff": file.diff}
        for plan in judged.plans
        for file in plan.files
    ]
    written = [] if options.dry_run else [file for plan in judged.plans for file in write(plan)]
    evaluation = judged.evaluation
    assert evaluation.config is not None
    print_json(
        judged.findings,
        checked=asdict(evaluation.verdict),
        files=files,
        written=[asdict(file) for file in written],
        next_steps=next_steps(evaluation, options.output),
    )


def _print_plan(planned: Plan) -> None:
    print("\n" + say("Files in {folder}", folder=planned.folder) + ":")
    for file in planned.files:
        print(f"  {file.state:<8} {file.name}")
    for file in planned.changes:
        if file.state == "changed":
            print(f"\n{file.diff}".rstrip())


def _print_written(written: Sequence[Written]) -> None:
    for file in written:
        if file.backup:
            print(say("Wrote {file}; what was there is kept as {backup}", file=file.name, backup=file.backup))
        else:
            print(say("Wrote {file}", file=file.name))


def _print_next_steps(evaluation: Evaluation, folder: Path) -> None:
    assert evaluation.config is not None
    print(f"\n{say('Next steps:')}")
    for step in next_steps(evaluation, folder):
        print(f"  {say(step)}")

"""`aeterna secrets rotate`: new secrets in the place of those that the workbench made."""

import argparse
import difflib
from collections.abc import Sequence

from aeterna_nb.answers import Answers
from aeterna_nb.answers.secret_values import MADE_NAMES, made_together, refers, typed
from aeterna_nb.commands.options import add_output_flag, environment, read_answers
from aeterna_nb.commands.parser import Parser, UsageError
from aeterna_nb.commands.reports import exit_status, print_findings, print_json
from aeterna_nb.commands.start import ExitStatus, answers_path, commanded, tidy
from aeterna_nb.config import SetupConfig
from aeterna_nb.evaluate import evaluate
from aeterna_nb.findings import Finding
from aeterna_nb.language import say
from aeterna_nb.output.folder import existing_files, kept_secrets, with_kept_secrets
from aeterna_nb.output.rotation import LASTING, after_rotation, plan_rotated
from aeterna_nb.output.workspace import write
from aeterna_nb.questions import by_name


def run(words: Sequence[str]) -> int:
    """Make new secrets and keep the file with the old ones as a backup."""
    with commanded() as status:
        # Help that names no action is that of the only one there is.
        asked = words[1:] if words[:1] == ["rotate"] else [word for word in words if word in {"-h", "--help"}]
        if words[:1] != ["rotate"] and not asked:
            raise UsageError("Say what to do: aeterna secrets rotate.")
        parser = Parser("secrets rotate", "Make new secrets. The file with the old ones is kept as a backup.")
        parser.add_argument("names", metavar="NAME", nargs="*", help="which (default: all that were made here)")
        add_output_flag(parser)
        parser.add_argument("--json", action="store_true", help="print what was done as JSON")
        parser.set_defaults(config=None, preset=None)
        _rotate(parser.read(asked), status)
    return status.code


def _rotate(options: argparse.Namespace, status: ExitStatus) -> None:
    tidy(options.output)
    path = answers_path(options)
    if not path.exists():
        raise UsageError(f"There is no configuration in {options.output}. Run `aeterna setup`.")
    answers, findings = read_answers(options, environment(), path)
    kept = kept_secrets(options.output)
    config = _config(with_kept_secrets(answers, kept), findings, status)
    if config is None:
        return
    if refers(config):
        print(
            say("There is nothing here to rotate: the secrets are in a Secret or a store of yours. Change them there.")
        )
        return
    names = _chosen(config, options.names)
    rest = {name: value for name, value in kept.items() if name not in names}
    evaluation = evaluate(with_kept_secrets(answers, rest), existing_files(options.output), rest)
    findings = [*findings, *evaluation.findings]
    status.code = exit_status(answers, findings)
    if status.code or evaluation.config is None:
        print_findings(findings)
        return
    for name in sorted(names & typed(evaluation.config).keys()):
        raise UsageError(say("{name} is given by a variable; take that away, or change it there.", name=name))
    written = write(plan_rotated(evaluation, options.output))
    steps = after_rotation(config, names, {file.name: file.backup or "" for file in written})
    if options.json:
        files = [{"name": file.name, "backup": file.backup} for file in written]
        print_json([], rotated=sorted(names), written=files, next_steps=steps)
        return
    print(say("New: {names}", names=", ".join(sorted(names))))
    for file in written:
        kept_as = say("; what was there is kept as {backup}", backup=file.backup) if file.backup else ""
        print(say("Wrote {file}", file=file.name) + kept_as)
    for name in LASTING:
        if not options.names and made_together(config, name):
            print(
                say(
                    "{name} stays, since what it encrypted could not be read any more. Name it to change it.", name=name
                )
            )
    print(f"\n{say('Next steps:')}")
    for step in steps:
        print(f"  {say(step)}")


def _config(answers: Answers, findings: list[Finding], status: ExitStatus) -> SetupConfig | None:
    config, wrong = answers.config()
    if config is None:
        print_findings([*findings, *wrong])
        status.code = exit_status(answers, wrong)
    return config


def _chosen(config: SetupConfig, given: Sequence[str]) -> frozenset[str]:
    """The names of the secrets to make anew. Raises UsageError for one that was not made here."""
    names = [name.removeprefix("--").replace("-", "_").lower() for name in given]
    for name in names:
        if not made_together(config, name):
            raise UsageError(_why_not(config, name))
    everything = [name for name in MADE_NAMES if name not in LASTING and made_together(config, name)]
    chosen = frozenset(other for name in names or everything for other in made_together(config, name))
    if not chosen:
        raise UsageError(say("There is nothing here to rotate: no secret of this configuration was made here."))
    return chosen


def _why_not(config: SetupConfig, name: str) -> str:
    question = by_name().get(name)
    if question is not None and question.secret and name in typed(config):
        return say(
            "{name} was given and not made here. Give the new one: aeterna setup --reconfigure {flag}-file PATH",
            name=name,
            flag=question.flag,
        )
    if name in MADE_NAMES or (question is not None and question.secret):
        return say("This configuration has no {name}.", name=name)
    near = difflib.get_close_matches(name, MADE_NAMES, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"There is no such secret.{hint} Those that are made here: {', '.join(sorted(MADE_NAMES))}."

"""`aeterna validate`: check what is on disk."""

from collections.abc import Sequence

from aeterna_nb.commands.options import add_folder_flags, add_question_flags
from aeterna_nb.commands.parser import Parser
from aeterna_nb.commands.reports import exit_status, print_findings, print_json
from aeterna_nb.commands.start import commanded, loaded
from aeterna_nb.evaluate import Evaluation
from aeterna_nb.findings import Finding
from aeterna_nb.output.workspace import Plan
from aeterna_nb.output.writing import plan_files


def run(words: Sequence[str]) -> int:
    """Check the configuration in a folder, and that its files are those that follow from it."""
    parser = Parser("validate", "Check the configuration in a folder, and that its files follow from it.")
    add_folder_flags(parser)
    parser.add_argument("--probe", action="store_true", help="also ask the services that it points at")
    add_question_flags(parser)
    with commanded() as status:
        options = parser.read(words)
        folder = loaded(options)
        findings = [*folder.findings, *_drift(plan_files(folder.evaluation, options.output))]
        if options.probe and folder.evaluation.config is not None:
            from aeterna_nb.probes.status import probe_findings

            findings += probe_findings(folder.evaluation.config)
        if options.json:
            print_json(findings)
        else:
            print_findings(findings)
        status.code = exit_status(folder.answers, findings)
        if not options.json and not status.code:
            print(_verdict(folder.evaluation))
    return status.code


def _drift(planned: Plan) -> list[Finding]:
    return [
        Finding(
            "warning",
            f"{file.name} is missing." if file.state == "new" else f"{file.name} is not what the answers give.",
            cure="Run `aeterna setup --reconfigure` to write it again.",
            check="drift",
        )
        for file in planned.changes
    ]


def _verdict(evaluation: Evaluation) -> str:
    objects = f"; {len(evaluation.manifests)} Kubernetes objects are valid" if evaluation.manifests else ""
    return f"The configuration is valid{objects}."

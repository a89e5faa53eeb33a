"""`aeterna render`: the Kubernetes manifests that follow from the answers."""

import sys
from collections.abc import Sequence
from pathlib import Path

from aeterna_nb.commands.options import add_folder_flags, add_question_flags
from aeterna_nb.commands.parser import Parser
from aeterna_nb.commands.reports import exit_status, print_findings
from aeterna_nb.commands.start import commanded, loaded, tidy
from aeterna_nb.output.workspace import plan, write


def run(words: Sequence[str]) -> int:
    """Print the manifests, or write one file a template into a folder. Values of Secrets are masked on a terminal."""
    parser = Parser("render", "Print the Kubernetes manifests, or write them into a folder.")
    add_folder_flags(parser)
    parser.add_argument("--output-dir", metavar="DIR", type=Path, help="write one file a template into this folder")
    add_question_flags(parser)
    with commanded() as status:
        options = parser.read(words)
        folder = loaded(options)
        print_findings(folder.findings)
        status.code = exit_status(folder.answers, folder.findings)
        if status.code:
            return status.code
        if not folder.evaluation.templates:
            print("Nothing is rendered: the target is not Kubernetes.", file=sys.stderr)
        elif options.output_dir is None:
            print(
                "".join(
                    f"---\n# Source: {name}\n{text.strip()}\n" for name, text in folder.evaluation.templates.items()
                ),
                end="",
            )
        else:
            tidy(options.output_dir)
            for file in write(
                plan(options.output_dir, folder.evaluation.templates, frozenset(folder.evaluation.templates))
            ):
                print(f"Wrote {file.name}")
    return status.code

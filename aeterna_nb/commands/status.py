"""`aeterna status`: whether what is configured is there, and how the release is."""

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from aeterna_nb.commands.options import add_folder_flags, add_question_flags
from aeterna_nb.commands.parser import Parser
from aeterna_nb.commands.progress import waiting_line
from aeterna_nb.commands.reports import exit_status, print_findings
from aeterna_nb.commands.start import commanded, saved_answers
from aeterna_nb.config import SetupConfig
from aeterna_nb.generate.files import COMPOSE_FILE
from aeterna_nb.output.folder import kept_secrets

if TYPE_CHECKING:
    from aeterna_nb.engine.project import Project


def run(words: Sequence[str]) -> int:
    """Ask the services that a configuration names, and its release; 0 when all is well, 1 when something is not."""
    parser = Parser(
        "status", "Ask the services that the configuration names, and the release where a cluster is at hand."
    )
    add_folder_flags(parser)
    parser.add_argument(
        "--context", metavar="NAME", default="", help="context of the kubeconfig (default: the current)"
    )
    add_question_flags(parser)
    with commanded() as status:
        options = parser.read(words)
        answers, findings = saved_answers(options)
        config, wrong = answers.config()
        if config is None:
            print_findings([*findings, *wrong])
            status.code = exit_status(answers, wrong)
            return status.code
        from aeterna_nb.probes.status import status_of
        from aeterna_nb.probes.status_rows import status_lines

        where = config.cluster
        release = (where.release_name, where.namespace) if where else None
        with waiting_line() as waiting:
            found = status_of(config, release, options.context, waiting, _project(config, options))
        if options.json:
            print(json.dumps(found.as_dict(), indent=2, ensure_ascii=False))
        else:
            print("\n".join(status_lines(found)))
        status.code = 0 if found.healthy else 1
    return status.code


def _project(config: SetupConfig, options: argparse.Namespace) -> "Project | None":
    """The Compose project that lies in the folder, if it is for one."""
    from aeterna_nb.engine.project import Project

    if config.target != "docker-compose" or not (options.output / COMPOSE_FILE).is_file():
        return None
    return Project(options.output, frozenset(kept_secrets(options.output).values()))

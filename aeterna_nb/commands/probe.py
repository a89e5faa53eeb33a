"""`aeterna probe`: ask every service that a configuration names, before anything is installed."""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from aeterna_nb.commands.options import add_folder_flags, add_question_flags
from aeterna_nb.commands.parser import Parser, UsageError
from aeterna_nb.commands.progress import waiting_line
from aeterna_nb.commands.start import commanded, saved_config
from aeterna_nb.reading.bounds import Unreadable
from aeterna_nb.reading.texts import answer_text

if TYPE_CHECKING:
    from aeterna_nb.config import SetupConfig
    from aeterna_nb.probes import Target
    from aeterna_nb.probes.registry import Login


def run(words: Sequence[str]) -> int:
    """Ask the services; 0 when none of them failed, 1 when one did, 2 when the command line is wrong."""
    parser = Parser(
        "probe",
        "Ask the services that the configuration names: sign in, and see whether what Aeterna needs is there. "
        "The images, too. A backup store is written to: one small object, which is deleted again.",
    )
    add_folder_flags(parser)
    parser.add_argument("--only", metavar="SERVICE", action="append", help="ask this one alone; may be repeated")
    parser.add_argument("--seconds", metavar="N", type=float, default=10.0, help="time limit for each (default: 10)")
    parser.add_argument(
        "--pull-secret", metavar="FILE", type=Path, help="a .dockerconfigjson with the logins for images"
    )
    add_question_flags(parser)
    with commanded() as status:
        options = parser.read(words)
        config = saved_config(options, status)
        if config is not None:
            status.code = _asked(config, options)
    return status.code


def _asked(config: "SetupConfig", options: argparse.Namespace) -> int:
    from aeterna_nb.probes.running import probe
    from aeterna_nb.probes.status_rows import lines, service_rows
    from aeterna_nb.probes.targets import image_registries, secrets_of, services

    logins = _logins(options.pull_secret)
    found = [*image_registries(config, logins), *services(config, write=True)]
    targets = _only(found, options.only)
    secrets = [*secrets_of(config), *(login.password for login in logins.values())]
    with waiting_line() as waiting:
        outcomes = probe(targets, secrets, options.seconds, waiting)
    if options.json:
        print(json.dumps({"services": [asdict(outcome) for outcome in outcomes]}, indent=2, ensure_ascii=False))
    elif not outcomes:
        print("The configuration names nothing that could be asked.")
    else:
        print("\n".join(lines([*service_rows(outcomes)])))
    return 1 if any(outcome.state == "failed" for outcome in outcomes) else 0


def _only(targets: "Sequence[Target]", wanted: Sequence[str] | None) -> "Sequence[Target]":
    if wanted is None:
        return targets
    keys = {target.key for target in targets}
    if not keys.issuperset(wanted):
        there = ", ".join(sorted(keys)) or "none"
        raise UsageError(f"--only takes a service that the configuration names; there are: {there}.")
    return [target for target in targets if target.key in wanted]


def _logins(file: Path | None) -> "Mapping[str, Login]":
    from aeterna_nb.probes.registry import logins

    if file is None:
        return {}
    try:
        return logins(answer_text(str(file), "The pull secret"))
    except (OSError, Unreadable, ValueError):
        raise UsageError("--pull-secret takes a readable file as a pull Secret holds it, with auths in it.") from None

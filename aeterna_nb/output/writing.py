"""From an evaluation to a folder: the one way in which every front end writes."""

import shutil
import subprocess
from pathlib import Path

from aeterna_nb.config.secrets import Sops
from aeterna_nb.evaluate import Evaluation
from aeterna_nb.generate.files import ENV_FILE, MASKS, SECRET_FILES
from aeterna_nb.generate.helm_secret_values import values_secret_yaml
from aeterna_nb.language import message
from aeterna_nb.output.workspace import Plan, WorkspaceError, plan, read_bytes

SEALED_FILE = "values.secret.sops.yaml"


def plan_files(evaluation: Evaluation, folder: Path) -> Plan:
    """What writing the evaluation's files into the folder would do. Writes nothing.

    Raises WorkspaceError when something is in the way, or when secrets are to be encrypted and `sops` can't do it.
    """
    files = dict(evaluation.files)
    storage = evaluation.config.secrets.storage if evaluation.config and evaluation.config.secrets else None
    if isinstance(storage, Sops) and evaluation.secrets:
        files[SEALED_FILE] = _sealed(values_secret_yaml(evaluation.secrets), storage.age_recipient, folder)
    return plan(folder, files, SECRET_FILES, MASKS)


def leftovers(evaluation: Evaluation, folder: Path) -> list[str]:
    """The secret files in the folder that the evaluation does without."""
    # Not .env: a project may well have one of its own.
    ours = SECRET_FILES - {ENV_FILE}
    return [name for name in sorted(ours - set(evaluation.files)) if (folder / name).is_file()]


def opened(folder: Path) -> str | None:
    """The text of the folder's encrypted secrets; None where there are none. Raises WorkspaceError."""
    if read_bytes(folder, SEALED_FILE) is None:
        return None
    return _sops(["decrypt", "--input-type", "yaml", "--output-type", "yaml", SEALED_FILE], "", folder)


def _sealed(text: str, recipient: str | None, folder: Path) -> str:
    present = read_bytes(folder, SEALED_FILE)
    # Encrypting gives other bytes each time: what says the same is left as it is.
    if present is not None and opened(folder) == text:
        return present.decode()
    words = ["encrypt", "--input-type", "yaml", "--output-type", "yaml", "--filename-override", SEALED_FILE]
    if recipient is not None:
        words += ["--age", recipient]
    return _sops([*words, "/dev/stdin"], text, folder)


def _sops(words: list[str], text: str, folder: Path) -> str:
    program = shutil.which("sops")
    if program is None:
        raise WorkspaceError(message("The program sops is not on the PATH, so secrets can't be encrypted; install it."))
    where = folder if folder.is_dir() else None
    done = subprocess.run([program, *words], input=text, capture_output=True, text=True, check=False, cwd=where)
    if done.returncode != 0:
        # sops names files and keys in its messages, and no values.
        raise WorkspaceError(
            f"sops refused: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'no reason'}"
        )
    return done.stdout

"""The image of the page, built once for the engine and the node, by the command that `docs/reference/images.md` has."""

import fcntl
import shlex
import subprocess
import tempfile
from pathlib import Path

from tests.documented import DOCS, examples
from tests.engine.project import docker

ROOT = Path(__file__).parents[1]
NODE_PROGRAM = ROOT.parent / "shared" / "cluster" / "cluster"
_LOCK = Path(tempfile.gettempdir()) / "aeterna-workbench-image.lock"


def build() -> str:
    """Build the image on the engine and return its name; whoever comes second finds every layer there.

    The build stage takes packages from where this machine's pip does.
    """
    (built,) = examples(DOCS / "reference" / "images.md")
    # shlex would make a word of the end of a line that goes on.
    program, command, *words = shlex.split(built.commands.replace("\\\n", " "))
    assert (program, command) == ("docker", "build")
    with _LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        docker("build", "--network", "host", *words, folder=ROOT)
    return words[words.index("--tag") + 1]


def load(image: str, kubeconfig: Path) -> None:
    """Give the image to the node of a kubeconfig, as a registry would."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "image.tar"
        docker("save", "--output", str(archive), image)
        subprocess.run([NODE_PROGRAM, "load", kubeconfig.parent, archive], check=True)

"""Whole processes: the command line, and the setup notebook under papermill."""

import subprocess
import sys
from pathlib import Path

from aeterna_nb.notebook.serve import bundled_notebook
from benchmarks.harness import Comparison, timed
from benchmarks.notebooks import write_notebook

SCRIPTS = Path(sys.executable).parent


def run(command: list[str], folder: Path) -> None:
    subprocess.run(command, check=True, capture_output=True, cwd=folder)


def help_against_python() -> Comparison:
    here = Path.cwd()
    return Comparison(
        "aeterna --help / python -c pass",
        product=timed(lambda: run([str(SCRIPTS / "aeterna"), "--help"], here)),
        plain=timed(lambda: run([sys.executable, "-c", "pass"], here)),
        target=6.0,
        rounds=25,
    )


def papermill(notebook: Path, folder: Path) -> None:
    run([str(SCRIPTS / "papermill"), "--no-progress-bar", str(notebook), str(folder / "out.ipynb")], folder)


def papermill_against_an_empty_notebook(folder: Path) -> Comparison:
    empty = write_notebook(folder / "empty.ipynb", [])
    setup = bundled_notebook()
    return Comparison(
        "papermill setup.ipynb / papermill on an empty notebook",
        product=timed(lambda: papermill(setup, folder)),
        plain=timed(lambda: papermill(empty, folder)),
        target=2.0,
        rounds=5,
    )

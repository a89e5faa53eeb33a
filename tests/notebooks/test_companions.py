"""The smaller notebooks under papermill: what must not go on ends the process, and leaves no traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
CANARY = "sk-canary-in-the-pipeline"


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("status", ("redis_password", CANARY), "redis_password is a secret"),
        ("compare", ("frist", "local"), "There is no parameter frist. Did you mean first?"),
        ("fleet", ("folder", "nowhere"), "folder: there is no folder nowhere."),
        ("fleet", ("workers", "0"), "workers: write a number from 1 on."),
    ],
)
def test_a_run_that_must_not_go_on_exits_with_the_sentence(
    tmp_path: Path, name: str, given: tuple[str, str], sentence: str
) -> None:
    notebook = str(ROOT / "notebooks" / f"{name}.ipynb")
    done = subprocess.run(
        [sys.executable, "-m", "papermill", notebook, "ran.ipynb", "--no-progress-bar", "-p", *given],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert sentence in done.stderr
    cells = json.loads((tmp_path / "ran.ipynb").read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    (error,) = [output for output in outputs if output["output_type"] == "error"]
    assert "\n".join(error["traceback"]).startswith(sentence)

"""The setup notebook under papermill, as a pipeline runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
NOTEBOOK = ROOT / "notebooks" / "setup.ipynb"
AETERNA = "import sys; from aeterna_nb.commands.main import main; sys.exit(main(sys.argv[1:]))"
CANARY = "sk-canary-in-the-pipeline"


def papermill(folder: Path, parameters: dict[str, str], **environment: str) -> subprocess.CompletedProcess[str]:
    flags = [word for name, value in parameters.items() for word in ("-p", name, value)]
    return subprocess.run(
        [sys.executable, "-m", "papermill", str(NOTEBOOK), "ran.ipynb", "--no-progress-bar", *flags],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


MAIN = {
    "target": "kubernetes",
    "mode": "local",
    "vector_backend": "qdrant",
    "cache": "dragonfly",
    "postgresql": "cloudnative-pg",
    "llm": "openai",
}


def test_it_writes_and_keeps_secrets_out_of_the_notebook(tmp_path: Path) -> None:
    given = {**MAIN, "write": "True", "output_dir": "out"}
    done = papermill(tmp_path, given, AETERNA_SETUP_OPENAI_API_KEY=CANARY)
    assert done.returncode == 0, done.stderr
    assert CANARY in (tmp_path / "out" / "values.secret.yaml").read_text(encoding="utf-8")
    ran = (tmp_path / "ran.ipynb").read_text(encoding="utf-8")
    assert "Wrote values.yaml" in ran
    assert "kind: Deployment" in ran
    assert CANARY not in ran + done.stdout + done.stderr
    again = papermill(tmp_path, given, AETERNA_SETUP_OPENAI_API_KEY=CANARY)
    assert again.returncode == 0, again.stderr
    assert "nothing was written" in (tmp_path / "ran.ipynb").read_text(encoding="utf-8")
    assert list((tmp_path / "out").glob("*.bak")) == []


def test_cells_list_the_files_of_the_page_and_their_manifests_until_they_may_write(tmp_path: Path) -> None:
    done = papermill(tmp_path, {"preset": "local", "cache": "valkey", "output_dir": "out"})
    assert done.returncode == 0, done.stderr
    cells = {cell["id"]: cell for cell in json.loads((tmp_path / "ran.ipynb").read_text(encoding="utf-8"))["cells"]}
    listed, manifests = ("".join(cells[name]["outputs"][0]["text"]) for name in ("files", "manifests"))
    assert "values.yaml: new\n" in listed
    assert listed.endswith("Nothing was written: write is False.\n")
    assert not (tmp_path / "out").exists()
    assert "# Source: aeterna/templates/" in manifests
    assert "valkey" in manifests


def test_answers_that_are_not_complete_are_said_to_be_so(tmp_path: Path) -> None:
    done = papermill(tmp_path, {"target": "kubernetes", "mode": "local"})
    assert done.returncode == 0, done.stderr
    cells = {cell["id"]: cell for cell in json.loads((tmp_path / "ran.ipynb").read_text(encoding="utf-8"))["cells"]}
    listed, manifests = ("".join(cells[name]["outputs"][0]["text"]) for name in ("files", "manifests"))
    assert listed.startswith("Nothing can be written yet:\n")
    assert "Parameter: vector_backend." in listed
    assert manifests == "Nothing is rendered: the answers are not for a cluster, or not complete.\n"


def test_the_same_answers_give_the_same_bytes_as_the_command(tmp_path: Path) -> None:
    given = {**MAIN, "llm": "none"}
    done = papermill(tmp_path, {**given, "write": "True", "output_dir": "notebook"})
    assert done.returncode == 0, done.stderr
    flags = [word for name, value in given.items() for word in (f"--{name.replace('_', '-')}", value)]
    command = [sys.executable, "-c", AETERNA, "setup", "--non-interactive", *flags, "--output", "flags"]
    subprocess.run(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True)
    names = {path.relative_to(tmp_path / "flags") for path in (tmp_path / "flags").rglob("*") if path.is_file()}
    assert {
        path.relative_to(tmp_path / "notebook") for path in (tmp_path / "notebook").rglob("*") if path.is_file()
    } == names
    different = [
        str(name)
        for name in names
        if (tmp_path / "flags" / name).read_bytes() != (tmp_path / "notebook" / name).read_bytes()
    ]
    assert different == ["values.secret.yaml"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"tarjet": "kubernetes"}, "There is no parameter tarjet. Did you mean target?"),
        ({"openai_api_key": CANARY}, "openai_api_key is a secret"),
        ({"target": "kubernetes", "mode": "local", "write": "True"}, "needs an answer"),
    ],
)
def test_a_run_that_must_not_go_on_exits_with_the_sentence_and_no_traceback(
    tmp_path: Path, given: dict[str, str], sentence: str
) -> None:
    done = papermill(tmp_path, {"output_dir": "out", **given})
    assert done.returncode != 0
    assert sentence in done.stderr
    assert not (tmp_path / "out").exists()
    outputs = [
        output
        for cell in json.loads((tmp_path / "ran.ipynb").read_text())["cells"]
        for output in cell.get("outputs", [])
    ]
    errors = [output for output in outputs if output["output_type"] == "error"]
    assert sentence in "\n".join(errors[0]["traceback"])
    assert "Traceback" not in "\n".join(errors[0]["traceback"])
    assert "aeterna_nb/" not in "\n".join(errors[0]["traceback"])

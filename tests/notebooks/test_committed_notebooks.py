"""A committed notebook holds what its authors wrote, and only outputs that nbval compares."""

from pathlib import Path

import nbformat
import pytest

from aeterna_nb.presets import PRESETS

FOLDER = Path(__file__).parent.parent.parent / "notebooks"
NOT_COMPARED = {"nbval-ignore-output", "nbval-skip"}
notebooks = pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.name)


@notebooks
def test_it_is_a_valid_notebook_for_the_native_kernel(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"


@notebooks
def test_it_holds_no_widget_state(path: Path) -> None:
    assert "widgets" not in nbformat.read(path, as_version=4).metadata


@notebooks
def test_it_holds_only_outputs_that_are_compared(path: Path) -> None:
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    # nbval compares nothing in a cell without a number, whatever the cell prints.
    stale = [
        cell.source
        for cell in cells
        if cell.outputs and (not cell.execution_count or NOT_COMPARED & set(cell.metadata.get("tags", [])))
    ]
    assert stale == []


def test_the_setup_notebook_names_the_presets_that_there_are() -> None:
    cells = nbformat.read(FOLDER / "setup.ipynb", as_version=4).cells
    (line,) = [line for cell in cells for line in cell.source.splitlines() if line.startswith("preset = ")]
    assert line.partition("# ")[2].replace(" or ", ", ").split(", ") == list(PRESETS)

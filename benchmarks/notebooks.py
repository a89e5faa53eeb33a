"""The plain notebooks that the product's is measured against."""

from pathlib import Path

import nbformat

ONE_WIDGET = "import ipywidgets\nipywidgets.Button(description='One widget')"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def write_notebook(path: Path, sources: list[str]) -> Path:
    """Write a notebook with one code cell for each source, and return its path."""
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{index}") for index, source in enumerate(sources)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)
    return path

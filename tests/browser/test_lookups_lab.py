"""A storage class is picked from those of a real cluster, in JupyterLab."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from aeterna_nb.notebook.serve import bundled_notebook
from tests.browser import jupyterlab, servers

KUBECONFIG = os.environ.get("AETERNA_TEST_KUBECONFIG", "")

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(not KUBECONFIG, reason="AETERNA_TEST_KUBECONFIG names no cluster"),
]


def test_the_field_offers_what_the_cluster_has(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", KUBECONFIG)
    folder = tmp_path / "work"
    folder.mkdir()
    shutil.copy(bundled_notebook("setup"), folder)
    with servers.jupyterlab(folder, tmp_path / "state") as lab:
        jupyterlab.open_notebook(page, lab, "setup.ipynb")
        jupyterlab.run_all_cells(page)
        page.get_by_role("button", name="Operations").click()
        page.get_by_role("button", name="Size").click()
        question = page.locator(".aw-q-storage_class")
        question.get_by_role("button", name="Look in the cluster").click()
        expect(question.get_by_role("status")).to_contain_text("names found")
        offered = question.locator("datalist option").evaluate_all("options => options.map((option) => option.value)")
        assert "standard" in offered
        question.get_by_label("Storage class (optional): in the cluster").select_option("standard")
        expect(question.get_by_role("combobox", name="Storage class (optional)", exact=True)).to_have_value("standard")
        expect(question.locator(".origin")).to_contain_text("Typed by you")

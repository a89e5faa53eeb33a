"""The stage that deploys: what a visitor sees of many objects that change, and how the rest comes into sight."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from aeterna_nb.notebook.deploy_view import MOST_CHANGES
from tests.browser import setup_page
from tests.browser.setup_page import THEMES
from tests.browser.test_setup_accessible import RUN_AXE

NUMBER = MOST_CHANGES + 4
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
# A cluster that finds nothing wrong with many objects stands behind the button; how it is asked is tested elsewhere.
SOURCE = """
import os
from pathlib import Path
from aeterna_nb.answers import Answers, Origin
from aeterna_nb.deploy.look import Look
from aeterna_nb.deploy.plan import Change
from aeterna_nb.notebook import deploy_view
from aeterna_nb.notebook.page import Page

os.environ["KUBECONFIG"] = {kubeconfig!r}
changes = [Change("new", f"ConfigMap number-{{number}}", f"+name: number-{{number}}\\n") for number in range({number})]
deploy_view.look = lambda what, seconds: Look([], changes)
outside = {{"cache": "external", "redis_host": "r.example.com", "postgresql": "external",
            "postgresql_host": "p.example.com", "postgresql_password": "p", "postgresql_tls": "require"}}
parts = {{"vector_backend": "pgvector", "llm": "none", "opal": False, **outside}}
answers = Answers().with_values(Origin.TYPED, {{"target": "kubernetes", "mode": "local", **parts}})
Page(answers, None, deploys=True)
"""
CONTEXT = """
{"apiVersion": "v1", "kind": "Config", "current-context": "here",
 "clusters": [{"name": "here", "cluster": {"server": "https://127.0.0.1:1"}}],
 "users": [{"name": "me", "user": {"token": "t"}}],
 "contexts": [{"name": "here", "context": {"cluster": "here", "user": "me"}}]}
"""


@pytest.fixture
def deploying(page: Page, serve: Callable[[Path], str], tmp_path: Path) -> Page:
    """The page on the stage that deploys, before anything is asked."""
    (tmp_path / "kubeconfig").write_text(CONTEXT)
    source = SOURCE.format(kubeconfig=str(tmp_path / "kubeconfig"), number=NUMBER)
    cells = [nbformat.v4.new_code_cell(source, id="page")]
    notebook = tmp_path / "deploying.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), notebook)
    page.goto(serve(notebook))
    setup_page.wait_for_consequences(page)
    setup_page.stage(page, "Deploy")
    return page


def looked_at(page: Page) -> Locator:
    """The page once it was asked what would change."""
    shown = setup_page.page_of(page)
    page.get_by_role("button", name="Look first").click()
    expect(shown.get_by_role("heading", name=f"{NUMBER} objects change")).to_be_visible()
    return shown


def test_of_many_objects_the_first_are_in_sight_and_more_shows_the_rest(deploying: Page) -> None:
    shown = looked_at(deploying)
    objects = shown.get_by_text("New: ConfigMap number-")
    expect(objects).to_have_count(NUMBER)
    expect(objects.filter(visible=True)).to_have_count(MOST_CHANGES)
    expect(objects.nth(MOST_CHANGES)).to_be_hidden()
    more = shown.get_by_text(f"{NUMBER - MOST_CHANGES} more", exact=True)
    more.focus()
    deploying.keyboard.press("Enter")
    expect(objects.filter(visible=True)).to_have_count(NUMBER)
    last = objects.nth(NUMBER - 1)
    last.click()
    expect(shown.get_by_text(f"+name: number-{NUMBER - 1}")).to_be_visible()


def test_many_objects_are_accessible_folded_and_unfolded(deploying: Page, axe: str) -> None:
    shown = looked_at(deploying)
    deploying.evaluate(axe)
    found = []
    for state in ("folded", "unfolded"):
        for theme in THEMES:
            setup_page.set_theme(deploying, theme)
            setup_page.keep_picture(deploying, "deploying", f"many objects {state} {theme}")
            found += deploying.evaluate(RUN_AXE)
        shown.get_by_text(f"{NUMBER - MOST_CHANGES} more", exact=True).click()
    assert found == []

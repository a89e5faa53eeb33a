"""What the page promises whichever notebook it shows: tried with one button and what it does in Python."""

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import nbformat
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from aeterna_nb.server.kernels import SIGN_SECONDS
from tests.browser import jupyterlab, servers, setup_page

SOURCE = """
import os
import ipywidgets as W

said = W.HTML("not yet")
button = W.Button(description="Press me")
button.on_click(lambda _: setattr(said, "value", f"pressed in {os.getpid()}"))
W.VBox([button, said])
"""
SLOW_MS = 55_000
"""Longer than what nobody waits for is kept, and than what one sign of a browser is worth."""

LOOK_MS = 5000
"""How often the page looks whether its session is there."""

LOOK = re.compile(r"/api/kernels/[^/?]+$")
"""What the page asks for then. Jupyter's own questions bear the time."""

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


UNKNOWN = """
from IPython.display import display

view = {"model_id": "gone", "version_major": 2, "version_minor": 0}
display({"application/vnd.jupyter.widget-view+json": view, "text/plain": ""}, raw=True)
"""


def write_notebook(folder: Path, source: str = SOURCE) -> Path:
    cells = [nbformat.v4.new_code_cell(source, id="only")]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    path = folder / "button.ipynb"
    nbformat.write(notebook, path)
    return path


@pytest.fixture(scope="module")
def address(serve: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> str:
    return serve(write_notebook(tmp_path_factory.mktemp("notebook")))


def press(page: Page) -> int:
    """Press the button and return the process id of the kernel that answered."""
    page.get_by_role("button", name="Press me").click()
    said = page.locator(".widget-html-content").get_by_text("pressed in")
    expect(said).to_be_visible()
    return int(said.inner_text().rsplit(" ", 1)[1])


def got(address: str, **named: Any) -> httpx2.Response:
    """The answer, for which a machine with much else to do may need a while: a page needs a kernel."""
    return httpx2.get(address, timeout=60, **named)


def kernel_address(page: Page, address: str) -> str:
    config = page.locator("#jupyter-config-data").text_content() or ""
    (kernel,) = re.findall(r'"kernelId": ?"([^"]+)"', config)
    return f"{address}api/kernels/{kernel}"


def layout_color(page: Page) -> str:
    color: str = page.evaluate("getComputedStyle(document.body).getPropertyValue('--jp-layout-color0').trim()")
    return color


def test_a_widget_on_the_page_reaches_python(page: Page, address: str) -> None:
    page.goto(address)
    assert press(page) > 0


def test_the_page_asks_for_all_its_widgets_at_once(page: Page, address: str) -> None:
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    page.goto(address)
    press(page)
    assert len([frame for frame in sent if "request_state" in frame]) == 1


def test_the_html_names_aeterna_before_any_script(address: str) -> None:
    html = got(address).text
    assert "Aeterna" in html.partition("<body")[2].partition("<script")[0]


def test_without_javascript_the_html_says_what_to_do(address: str) -> None:
    html = got(address).text
    assert "aeterna setup" in html.partition("<noscript>")[2].partition("</noscript>")[0]


def test_each_visitor_has_a_kernel_of_their_own(page: Page, chromium: Browser, address: str) -> None:
    page.goto(address)
    other = chromium.new_context()
    second = other.new_page()
    second.goto(address)
    assert press(page) != press(second)
    other.close()


def test_the_theme_follows_the_system(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(address)
    press(page)
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "true")
    assert layout_color(page) == "white"
    page.emulate_media(color_scheme="dark")
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    assert layout_color(page) == "#111"


def test_the_address_chooses_neither_theme_nor_template(page: Page, address: str) -> None:
    page.goto(f"{address}?theme=dark&template=classic")
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "true")
    assert press(page) > 0


def test_closing_the_page_ends_its_kernel(page: Page, chromium: Browser, address: str) -> None:
    context = chromium.new_context()
    leaving = context.new_page()
    leaving.goto(address)
    press(leaving)
    kernel = kernel_address(leaving, address)
    assert got(kernel).status_code == 200
    leaving.goto("about:blank")
    context.close()

    page.goto(address)
    # Before one is given up whose page went without a word.
    soon = int(SIGN_SECONDS - 10) * 1000
    setup_page.until(page, f"fetch({kernel!r}).then((answer) => answer.status === 404)", soon)


def test_the_page_says_when_its_session_has_ended(page: Page, address: str) -> None:
    page.goto(address)
    pid = press(page)
    expect(page.get_by_role("alert")).to_be_hidden()
    os.kill(pid, signal.SIGKILL)
    expect(page.get_by_role("alert")).to_contain_text("Your session has ended")
    page.get_by_role("button", name="Reload the page").click()
    assert press(page) != pid


def test_a_page_whose_widgets_never_came_says_so(page: Page, address: str) -> None:
    page.route_web_socket("**/channels**", lambda socket: None)  # Connected, and nothing comes.
    page.goto(address)
    expect(page.get_by_role("alert")).to_contain_text("did not arrive whole")


@pytest.mark.parametrize(("opening_seconds", "looks"), [(0, 6), (60, 30)])
def test_the_slower_a_page_came_the_longer_it_waits_for_its_widgets(
    chromium: Browser, address: str, opening_seconds: int, looks: int
) -> None:
    # A clock that stands stands for every page of the window.
    window = chromium.new_context()
    page = window.new_page()
    page.route_web_socket("**/channels**", lambda socket: None)  # Connected, and nothing comes.
    page.clock.install()
    page.add_init_script(f"performance.now = () => {opening_seconds * 1000};")  # As if it had come in that time.
    page.clock.pause_at(time.time() + 1)
    with page.expect_response(LOOK):  # The sign of a browser.
        page.goto(address)
    waited = 0
    while page.get_by_role("alert").is_hidden():
        with page.expect_response(LOOK) as looked:
            page.clock.run_for(LOOK_MS)
        # Asked once more behind it, so that the page has heard the answer.
        page.evaluate("(address) => fetch(address, { cache: 'no-store' }).then(() => true)", looked.value.url)
        waited += 1
    expect(page.get_by_role("alert")).to_contain_text("did not arrive whole")
    assert waited == looks
    window.close()


def test_a_page_whose_widget_nobody_knows_says_so(page: Page, serve: Callable[[Path], str], tmp_path: Path) -> None:
    page.goto(serve(write_notebook(tmp_path, UNKNOWN)))
    expect(page.get_by_text("Error displaying widget")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("did not arrive whole")


def test_who_has_a_slow_line_keeps_the_session_until_the_page_is_there(page: Page, address: str) -> None:
    held: list[Route] = []
    page.route("**/voila.js", lambda route: held.append(route))
    page.goto(address, wait_until="commit")
    kernel = kernel_address(page, address)
    page.wait_for_timeout(SLOW_MS)
    assert got(kernel).status_code == 200
    held[0].continue_()
    assert press(page) > 0


def test_a_page_that_came_broken_opens_itself_anew(page: Page, serve: Callable[[Path], str]) -> None:
    refused: list[str] = []

    def refuse_the_first(route: Route) -> None:
        if refused:
            route.continue_()
        else:
            refused.append(route.request.url)
            route.abort()

    page.route("**/labextensions/anywidget/**", refuse_the_first)
    page.goto(serve(setup_page.SETUP))
    setup_page.wait_for_consequences(page)
    assert refused
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_page_whose_session_cannot_start_says_so(page: Page, tmp_path: Path) -> None:
    with servers.dashboard(write_notebook(tmp_path), tmp_path / "log", memory=1) as address:
        page.goto(address)
        expect(page.get_by_role("alert")).to_contain_text("Your session did not start")
        expect(page.get_by_role("button", name="Reload the page")).to_be_visible()
        expect(page.get_by_text("Starting your session")).to_have_count(0)


@pytest.mark.parametrize("times", [1, 2])
def test_a_page_that_is_cut_off_opens_itself_anew_once(page: Page, address: str, times: int) -> None:
    sent: list[int] = []

    def cut_off(route: Route) -> None:
        sent.append(len(sent))
        if len(sent) > times:
            route.continue_()
        else:
            route.fulfill(body=route.fetch().text().partition("cell-index")[0], content_type="text/html")

    page.route(address, cut_off)
    page.goto(address)
    if times == 1:
        assert press(page) > 0
    else:
        expect(page.get_by_role("alert")).to_contain_text("Your session did not start")
    assert len(sent) == 2


@pytest.mark.parametrize("path", ["voila/files/button.ipynb", "api/kernels", "api/contents", "voila/tree"])
def test_nothing_but_the_page_is_served(address: str, path: str) -> None:
    answer = got(address + path)
    assert "Press me" not in answer.text or answer.status_code >= 400
    assert '"cells"' not in answer.text


def test_another_name_for_this_machine_is_refused(address: str) -> None:
    assert got(address, headers={"Host": "rebound.example"}).status_code == 403


def test_jupyterlab_runs_the_notebook(page: Page, lab: str, lab_folder: Path) -> None:
    notebook = write_notebook(lab_folder)
    jupyterlab.open_notebook(page, lab, notebook.name)
    jupyterlab.run_all_cells(page)
    assert press(page) > 0

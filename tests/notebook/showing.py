"""What the right side of the page shows, without a browser."""

import re

from aeterna_nb.notebook.page import Page
from aeterna_nb.notebook.parts.chrome import Sheet


def act(sheet: Sheet, act: str, on: str, value: str = "") -> None:
    """Press a control of the sheet."""
    sheet._handle_custom_msg({"act": act, "on": on, "value": value}, [])


def tab(page: Page, name: str) -> str:
    """Open the tab, or the view behind a tab, that begins with this name, and return what it shows."""
    tabs, view = page.consequences.tabs, page.consequences.view
    for number, words in enumerate(tabs.names):
        tabs.current = number
        if words.startswith(name):
            break
        pressed = re.findall(rf'data-act="view" data-on="(\d)"[^>]*>{re.escape(name)}', view.html)
        if pressed:
            act(view, "view", pressed[0])
            return view.html
    else:
        raise AssertionError(f"no tab and no view of this name: {name}")
    # Behind a tab of several views its first one is named like the tab.
    act(view, "view", "0")
    return view.html

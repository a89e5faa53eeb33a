"""Drive JupyterLab as a person does, and wait for what a person waits for."""

from playwright.sync_api import Page, expect

SESSION_IS_READY = """() => {
  const widget = window.jupyterapp?.shell.currentWidget;
  const kernel = widget?.sessionContext?.session?.kernel;
  return Boolean(widget?.context?.isReady && widget.sessionContext.isReady
    && kernel?.connectionStatus === "connected" && kernel.status === "idle");
}"""
ALL_CELLS_RAN = """() => {
  const {content, sessionContext} = window.jupyterapp.shell.currentWidget;
  const code = content.widgets.filter((cell) => cell.model.type === "code" && cell.model.sharedModel.source.trim());
  return sessionContext.session.kernel.status === "idle" && code.every((cell) => cell.model.executionCount);
}"""


def open_notebook(page: Page, lab: str, name: str) -> None:
    """Open a notebook in clean tabs and wait for its kernel.

    The execution indicator says idle before the kernel is connected, and what is run before then does not run at all.
    """
    page.goto(f"{lab}lab/tree/{name}?reset")
    page.wait_for_function(SESSION_IS_READY)


def run_all_cells(page: Page) -> None:
    """Run every cell and wait until each has run. Does not wait for the command itself, whose wait has no end."""
    page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(ALL_CELLS_RAN)


def save_with_widgets(page: Page) -> None:
    """Save the notebook together with the state of its widgets, for which JupyterLab has a switch."""
    page.evaluate(
        """async () => {
          const {commands} = window.jupyterapp;
          const state = "@jupyter-widgets/jupyterlab-manager:saveWidgetState";
          if (!commands.isToggled(state)) await commands.execute(state);
          await commands.execute("docmanager:save");
        }"""
    )


def clear_outputs(page: Page) -> None:
    """Clear what every cell has put out, so that each counts as not run."""
    page.evaluate("void window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    expect(page.locator(".jp-Notebook .jp-OutputArea-output")).to_have_count(0)


def set_theme(page: Page, theme: str) -> None:
    """Switch JupyterLab's theme to "light" or "dark" and wait until the page follows."""
    name = f"JupyterLab {theme.title()}"
    page.evaluate("(theme) => void window.jupyterapp.commands.execute('apputils:change-theme', {theme})", name)
    page.wait_for_function("(name) => document.body.dataset.jpThemeName === name", arg=name)

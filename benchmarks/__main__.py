"""`python -m benchmarks`: how fast the workbench is, each time against something plain, as ratios of one run."""

import tempfile
from pathlib import Path

from benchmarks.bridge import call_against_httpx, stand_in, start_against_the_smallest_server
from benchmarks.commands import help_against_python, papermill_against_an_empty_notebook
from benchmarks.containers import start_under_default_deny
from benchmarks.evaluation import change_against_rendering, page_against_rendering
from benchmarks.harness import HEADING, measure
from benchmarks.page import (
    both_pages,
    memory_against_one_widget,
    opening_against_one_widget,
    twenty_against_twenty,
)
from benchmarks.probes import twenty_against_the_slowest


def main() -> None:
    """Print each comparison as soon as it is measured."""
    print(HEADING)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(measure(help_against_python()), flush=True)
        print(measure(change_against_rendering()), flush=True)
        print(measure(page_against_rendering()), flush=True)
        print(measure(twenty_against_the_slowest()), flush=True)
        print(measure(papermill_against_an_empty_notebook(folder)), flush=True)
        with stand_in() as address:
            with call_against_httpx(address) as call:
                print(measure(call), flush=True)
            print(measure(start_against_the_smallest_server(address, folder)), flush=True)
        with start_under_default_deny(folder / "release") as start:
            print(measure(start) if start else "No start is measured: no cluster runs containers.", flush=True)
        with both_pages(folder) as pages:
            if pages is None:
                print("The page is not measured: Chromium is not installed.")
            else:
                print(measure(opening_against_one_widget(pages)), flush=True)
                print(measure(memory_against_one_widget(pages)), flush=True)
                for comparison in twenty_against_twenty(pages):
                    print(measure(comparison), flush=True)


main()

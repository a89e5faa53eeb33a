"""A new user with nothing but an address: presses what the page offers, and runs what it and the zip's README print."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser import setup_page
from tests.browser.conftest import FLAGS, TIMEOUT_MS
from tests.browser.servers import free_port, wait_until_it_answers

ROOT = Path(__file__).parent.parent
NEEDED = ("chromium", "unzip", "make")


@contextmanager
def opened(folder: Path, environment: Mapping[str, str]) -> Iterator[Page]:
    """The page at the address that `make run` prints, as it opens. Downloads go into the folder."""
    missing = [program for program in NEEDED if shutil.which(program) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    log, port = folder / "make-run.log", free_port()
    # What runs these tests may be make itself, whose options are not for this one.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    with log.open("wb") as output:
        server = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=ROOT,
            env={**plain, **environment},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        wait_until_it_answers(f"http://localhost:{port}/robots.txt", server, log)
        (address,) = re.findall(r"^(http://\S+)$", log.read_text(), re.MULTILINE)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.set_default_timeout(TIMEOUT_MS)
            expect.set_options(timeout=TIMEOUT_MS)
            page.goto(address)
            setup_page.wait_for_consequences(page)
            yield page
            browser.close()
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def download(page: Page, folder: Path) -> list[str]:
    """Go to the end, download the zip into the folder, and return the commands that the page says to begin with."""
    setup_page.review(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download all as zip").click()
    waiting.value.save_as(folder / waiting.value.suggested_filename)
    ending = setup_page.page_of(page).locator(".ending")
    expect(ending).to_be_visible()
    return [text.strip() for text in ending.locator("pre").all_inner_texts()]


@dataclass(frozen=True, slots=True)
class Step:
    """A command of the README, with the words before and behind it."""

    lead: str
    command: str
    note: str


def steps(readme: str) -> list[Step]:
    """The steps of a README that have a command, in their order."""
    todo, _, _ = readme.partition("\n## What it will")
    found = re.findall(r"^\d+\. (.*)\n\n   ```sh\n   (.*)\n   ```(?:\n\n   (\S.*))?", todo, re.MULTILINE)
    return [Step(*parts) for parts in found]


@dataclass(frozen=True, slots=True)
class Shell:
    """A shell of somebody who has what the README names, and nothing of this checkout.

    `pipx` and `uvx` find the wheel of this checkout where they would otherwise find the published one.
    """

    folder: Path
    environment: Mapping[str, str]

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, whatever that is."""
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def works(self, command: str) -> str:
        """What a command prints. The test fails where the command does."""
        done = self.run(command)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    @contextmanager
    def stays(self, command: str, until: Callable[[], bool]) -> Iterator[None]:
        """Run a command in a terminal of its own, where it stays."""
        running = subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while running.poll() is None and not until():
                time.sleep(0.1)
            assert running.poll() is None, command
            yield
        finally:
            running.terminate()
            running.wait()


def shell(folder: Path, home: Path, environment: Mapping[str, str]) -> Shell:
    """A shell in the folder, for somebody who has installed nothing yet; `home` is a folder to install into."""
    home.mkdir()
    # A new place each time: what uv has taken from a place once, it does not look at again.
    wheels = Path(tempfile.mkdtemp(dir=home))
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(wheels)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    pinned = re.findall(r"^[\w.-]+==[^\\\n]+", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    (home / "pinned.txt").write_text("\n".join(pinned))
    programs = home / "programs"
    programs.mkdir()
    beside = Path(sys.executable).parent
    for name in ("pipx", "uv", "uvx", "helm"):
        (programs / name).symlink_to(beside / name)
    own = {
        "PATH": f"{home / 'bin'}:{programs}:/usr/local/bin:/usr/bin:/bin",
        "PIPX_HOME": str(home / "pipx"),
        "PIPX_BIN_DIR": str(home / "bin"),
        "PIPX_MAN_DIR": str(home / "man"),
        "PIPX_DEFAULT_PYTHON": sys.executable,
        "UV_FIND_LINKS": str(wheels),
        "UV_CONSTRAINT": str(home / "pinned.txt"),
        # Where `make` has put everything that a wheel needs; the tests' own home is empty.
        "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(Path(pwd.getpwuid(os.getuid()).pw_dir, ".cache", "uv"))),
        "UV_OFFLINE": "1",
        "UV_PYTHON": sys.executable,
        "AETERNA_NO_PROBE": "1",
    }
    kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
    return Shell(folder, {**kept, **own, **environment})

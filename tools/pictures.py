"""Take the picture of the page that the README shows: `python -m tools.pictures`; Chromium has to be here."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright

FILE = Path(__file__).parents[1] / "docs" / "pictures" / "page.jpg"
SIZE: ViewportSize = {"width": 1280, "height": 760}


def main() -> int:
    """Serve the page, take Production, and keep what is seen."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    aeterna = str(Path(sys.executable).parent / "aeterna")
    # The picture shows what a first visit shows: nobody's subcharts, no probes.
    environment = os.environ | {"AETERNA_NO_PROBE": "1"}
    command = [aeterna, "dashboard", "--no-token", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        address = f"http://localhost:{port}/"
        _wait_for(f"{address}nothing")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport=SIZE, locale="en-US")
            page.goto(address, timeout=120_000)
            page.get_by_role("radio", name="Production", exact=True).check(timeout=120_000)
            page.get_by_role("navigation", name="Stages").get_by_role("button", name="Vector store").click()
            page.get_by_text("valid for Kubernetes").or_(page.get_by_text("checked,")).first.wait_for(timeout=120_000)
            page.wait_for_timeout(2_000)
            FILE.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=FILE, type="jpeg", quality=85)
    finally:
        server.terminate()
        server.wait(30)
    return 0


def _wait_for(address: str) -> None:
    for _ in range(400):
        try:
            urllib.request.urlopen(address, timeout=5)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.3)
    raise SystemExit("The page was not served within two minutes.")


if __name__ == "__main__":
    sys.exit(main())

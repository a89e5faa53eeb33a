import socket
import sys
from pathlib import Path

import httpx2
import pytest

from aeterna_nb.commands.main import main
from aeterna_nb.notebook.serve import bundled_notebook, own_copy
from aeterna_nb.server.dashboard import Place, configuration
from tests.browser import servers


def test_the_wheels_notebook_comes_before_the_checkouts(tmp_path: Path) -> None:
    package = tmp_path / "aeterna_nb"
    checkout = tmp_path / "notebooks" / "setup.ipynb"
    wheel = package / "_data" / "notebooks" / "setup.ipynb"
    for notebook in (checkout, wheel):
        notebook.parent.mkdir(parents=True)
        notebook.touch()
    assert bundled_notebook("setup", package) == wheel
    wheel.unlink()
    assert bundled_notebook("setup", package) == checkout


def test_an_installation_without_the_notebook_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"setup\.ipynb is missing"):
        bundled_notebook("setup", tmp_path / "aeterna_nb")


def test_a_copy_that_somebody_has_worked_in_is_kept(tmp_path: Path) -> None:
    original = tmp_path / "setup.ipynb"
    original.write_text("first", encoding="utf-8")
    copy = own_copy(tmp_path / "new" / "folder", original)
    assert copy.read_text(encoding="utf-8") == "first"
    copy.write_text("my work", encoding="utf-8")
    original.write_text("second", encoding="utf-8")
    assert own_copy(copy.parent, original).read_text(encoding="utf-8") == "my work"


def test_a_port_that_is_taken_is_named_with_the_cure(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["dashboard", "--port", str(port)]) == 1
    said = capsys.readouterr()
    assert f"Port {port} is in use" in said.err
    assert "--port" in said.err
    assert said.out == ""


def test_an_address_of_another_machine_is_refused_with_the_cure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dashboard", "--ip", "192.0.2.1"]) == 1
    assert "no address 192.0.2.1" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8866x"])
@pytest.mark.parametrize("command", ["notebook", "dashboard"])
def test_what_is_no_port_is_refused(command: str, port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, f"--port={port}"]) == 2
    assert "from 1 to 65535" in capsys.readouterr().err


PROGRAM = "import sys; from aeterna_nb.commands.main import main; sys.exit(main(sys.argv[1:]))"


def test_the_notebook_opens_in_a_folder_of_the_users(tmp_path: Path) -> None:
    port = servers.free_port()
    words = ["notebook", "status", "--no-browser", "--port", str(port), "--output", str(tmp_path / "mine")]
    command = [sys.executable, "-c", PROGRAM, *words]
    address = f"http://localhost:{port}/"
    with servers.running(command, {}, address, tmp_path / "log"):
        # JupyterLab's own token keeps everybody else out.
        assert httpx2.get(f"{address}api/contents", timeout=60).status_code == 403
    assert (tmp_path / "mine" / "status.ipynb").read_bytes() == bundled_notebook("status").read_bytes()


def test_a_folder_that_takes_no_copy_is_named_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()  # Root may write to any folder, and to none below a file.
    assert main(["notebook", "--output", str(tmp_path / "file" / "folder")]) == 2
    assert "Name a folder that you may write to with --output DIR." in capsys.readouterr().err


@pytest.mark.parametrize("command", ["notebook", "dashboard"])
def test_a_notebook_that_there_is_not_is_answered_with_those_there_are(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "stauts"]) == 2
    assert "Choose one of: setup, status, compare, fleet." in capsys.readouterr().err


def test_the_status_page_looks_at_the_folder_where_it_was_started(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    words = ["--target", "opencode-only", "--central-url", "http://127.0.0.1:1", "--central-auth", "api-key"]
    assert main(["setup", "--non-interactive", "--output", str(folder), *words]) == 0
    port = servers.free_port()
    command = [
        sys.executable,
        "-c",
        PROGRAM,
        "dashboard",
        "status",
        "--no-token",
        "--port",
        str(port),
        "--output",
        str(folder),
    ]
    address = f"http://localhost:{port}/"
    with servers.running(command, {}, address, tmp_path / "log"):
        page = httpx2.get(address, timeout=60).text
    assert "Looking at the services of the configuration." in page
    # The operator has not allowed visitors to ask.
    assert "AETERNA_ALLOW_PROBES" in page


def test_only_what_does_not_age_is_run_before_anybody_comes(tmp_path: Path) -> None:
    def waits(name: str) -> bool:
        return configuration(tmp_path / name, Place())["Kernels"].get("ready") != 0

    assert [waits(f"{name}.ipynb") for name in ("setup", "compare", "status", "fleet")] == [True, True, False, False]

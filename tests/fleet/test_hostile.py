"""Fleets with folders that somebody broke: each is named, none passed over, and the others are judged and written."""

import json
import os
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from aeterna_nb.output.handles import locked
from tests.fleet.conftest import REMOTE, SERVER, Add, Aeterna, clustered

ONE = ("--workers", "1")


def errors(aeterna: Aeterna, *words: str) -> dict[str, list[str]]:
    ran = aeterna("fleet", "check", "fleet", "--json", *ONE, *words)
    found = json.loads(ran.out)["findings"]
    return {item["message"]: item["configurations"] for item in found if item["severity"] == "error"}


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("a link to itself", "too many levels of symbolic links"),
        ("a link to nowhere", "put a plain file in the place of the link"),
        ("a link to nothing in the folder", "it leads nowhere"),
        ("a folder", "is a folder where a file is needed"),
        ("a pipe", "is no plain file"),
        ("no UTF-8", "is not UTF-8 text"),
        ("no YAML", "it is not YAML"),
    ],
)
def test_answers_that_cannot_be_read_are_an_error_and_all_that_is_said(
    how: str, said: str, add: Add, aeterna: Aeterna, tmp_path: Path
) -> None:
    add("good", clustered(REMOTE, "good"))
    path = add("bad", REMOTE)
    path.unlink()
    match how:
        case "a link to itself":
            path.symlink_to(path.name)
        case "a link to nowhere":
            path.symlink_to(tmp_path / "nowhere")
        case "a link to nothing in the folder":
            path.symlink_to("nothing.yaml")
        case "a folder":
            path.mkdir()
        case "a pipe":
            os.mkfifo(path)
        case "no UTF-8":
            path.write_bytes(b"mode: local # caf\xe9\n")
        case "no YAML":
            path.write_text("mode: [local\n")
    ((message, names),) = errors(aeterna).items()
    assert (said in message, names) == (True, ["bad"])
    ran = aeterna("fleet", "upgrade", "fleet", "--kubernetes-version", "1.36", *ONE)
    assert (ran.status, "1 of 2 configurations change." in ran.out) == (1, True)
    assert f"error: bad: {message}" in ran.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look everywhere")
@pytest.mark.parametrize("closed", ["bad", "bad/.aeterna"])
def test_a_folder_into_which_nobody_may_look_is_an_error(
    closed: str, add: Add, aeterna: Aeterna, tmp_path: Path
) -> None:
    add("good", clustered(REMOTE, "good"))
    add("bad", REMOTE)
    folder = tmp_path / "fleet" / closed
    folder.chmod(0)
    try:
        ((message, names),) = errors(aeterna).items()
    finally:
        folder.chmod(0o700)
    assert ("permission denied" in message, names) == (True, ["bad"])


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        ({"clusters": "eu"}, "clusters is not as it must be"),
        ({"preset": "team"}, "there is no preset of that name"),
        (None, "is no file, or a link that leads nowhere"),
    ],
)
def test_a_broken_fleet_file_is_an_error_of_the_folders_below_it(
    tree: Any, said: str, add: Add, aeterna: Aeterna
) -> None:
    add("us/a", clustered(SERVER, "a"))
    for name in ("eu/a", "eu/b"):
        add(name, {})
    path = add("eu", tree or {}, file="fleet.yaml")
    if tree is None:
        path.unlink()
        path.symlink_to("nowhere")
    ((message, names),) = errors(aeterna, "--junit", "j.xml", "--sarif", "s.json").items()
    assert (message.startswith("eu/fleet.yaml"), said in message, names) == (True, True, ["eu/a", "eu/b"])
    assert ElementTree.parse("j.xml").getroot()[0].get("failures") == "2"
    assert all(result["locations"] for result in json.loads(Path("s.json").read_text())["runs"][0]["results"])
    ran = aeterna("fleet", "set", "replicas=2", "--folder", "fleet", "--yes", *ONE)
    assert (ran.status, ran.err.count(said), "1 change." in ran.out) == (1, 2, True)


def test_any_name_of_a_folder_stands_in_one_line_of_every_report(add: Add, aeterna: Aeterna) -> None:
    names = {
        "new\nline": "new\\nline",
        "\x1b[31mred": "\\x1b[31mred",
        os.fsdecode(b"\xff"): "\\udcff",
        "été 日": "été 日",
    }
    for name in names:
        add(name, {"target": "kubernetes", "mode": "nowhere"})
    ran = aeterna("fleet", "check", "fleet", *ONE, "--junit", "j.xml", "--sarif", "s.json")
    assert ran.status == 1
    assert "\x1b" not in ran.out
    assert {line.split("  ")[0] for line in ran.out.split("\n\n")[0].splitlines()[1:]} == {*names.values()}
    assert {case.get("name") for case in ElementTree.parse("j.xml").iter("testcase")} == {*names.values()}
    assert json.loads(Path("s.json").read_text())["runs"]


def test_a_folder_that_cannot_be_written_keeps_none_of_the_others(add: Add, aeterna: Aeterna, tmp_path: Path) -> None:
    paths = {name: add(name, clustered(SERVER, name)) for name in ("a", "b", "c")}
    before = paths["b"].read_text()
    with locked(tmp_path / "fleet" / "b"):
        ran = aeterna("fleet", "upgrade", "fleet", "--kubernetes-version", "1.36", "--report", "pr.md", *ONE)
        again = aeterna("fleet", "set", "replicas=2", "--folder", "fleet", "--yes", *ONE)
    assert (ran.status, again.status) == (1, 1)
    assert "error: b: " in ran.err
    assert "error: b: " in again.err
    assert "Wrote 2 folders" in again.out
    report = Path("pr.md").read_text()
    assert "2 of 3 configurations change." in report
    assert "| 1 | break: " in report
    assert {name: "1.36" in path.read_text() for name, path in paths.items()} == {"a": True, "b": False, "c": True}
    assert paths["b"].read_text() == before


def test_a_file_that_cannot_be_read_is_not_written_over(add: Add, aeterna: Aeterna, tmp_path: Path) -> None:
    add("a", clustered(SERVER, "a"))
    values = tmp_path / "fleet" / "a" / "values.yaml"
    values.write_bytes(b"caf\xe9")
    ran = aeterna("fleet", "upgrade", "fleet", "--kubernetes-version", "1.36", *ONE)
    assert (ran.status, "error: a: values.yaml is not UTF-8 text" in ran.err) == (1, True)
    assert values.read_bytes() == b"caf\xe9"

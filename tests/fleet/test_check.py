"""`aeterna fleet check`: every configuration of a repository, and all of them together."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import psutil
import pytest

from tests.fleet.conftest import REMOTE, SERVER, Add, Aeterna, Ran, clustered
from tests.subchart_servers import stand_ins

EXTERNAL = {"type": "external", "host": "db.example.com"}
BACKUP = {"enabled": True, "destination": {"provider": "s3", "bucket": "backups"}}


def checked(aeterna: Aeterna, *words: str) -> tuple[int, dict[str, Any]]:
    ran = aeterna("fleet", "check", "fleet", "--json", "--workers", "1", *words)
    return ran.status, json.loads(ran.out)


def said(report: dict[str, Any], check: str) -> list[tuple[str, str, list[str]]]:
    return [
        (item["severity"], item["message"], item["configurations"])
        for item in report["findings"]
        if item["check"] == check
    ]


def test_each_configuration_is_judged_and_each_finding_said_once(add: Add, aeterna: Aeterna) -> None:
    for name in ("b", "teams/a"):
        add(name, clustered(REMOTE, name.replace("/", "-")))
    for name in ("c", "d"):
        add(name, {"target": "kubernetes", "mode": "nowhere"})
    status, report = checked(aeterna)
    assert status == 1
    assert [(item["name"], item["errors"] > 0) for item in report["configurations"]] == [
        ("b", False),
        ("c", True),
        ("d", True),
        ("teams/a", False),
    ]
    assert [item["configurations"] for item in report["findings"] if item["severity"] == "error"] == [["c", "d"]]
    assert report["configurations"][0]["answers"]["mode"] == "remote"


def test_what_lies_there_is_held_against_the_answers(add: Add, aeterna: Aeterna, tmp_path: Path) -> None:
    add("a", clustered(REMOTE, "a"))
    ran = aeterna("setup", "--non-interactive", "--reconfigure", "--output", "fleet/a", central_api_key="key-1")
    assert ran.status == 0, ran.err
    assert checked(aeterna) == (0, checked(aeterna)[1])
    assert said(checked(aeterna)[1], "departures") == []
    values = tmp_path / "fleet" / "a" / "values.yaml"
    values.write_text(values.read_text().replace("https://central.example.com", "https://other.example.com"))
    (tmp_path / "fleet" / "a" / ".aeterna" / "config.toml").unlink()
    messages = [message for _, message, _ in said(checked(aeterna)[1], "departures")]
    assert any("https://other.example.com" in message for message in messages)
    assert ".aeterna/config.toml is missing." in messages


def test_secrets_that_are_not_in_the_repository_are_not_missed(add: Add, aeterna: Aeterna, tmp_path: Path) -> None:
    add("a", clustered(SERVER, "a", postgresql=EXTERNAL, llm={"provider": "openai"}))
    assert checked(aeterna)[0] == 0
    variables = {"postgresql_password": "canary-5f1e", "openai_api_key": "canary-77aa"}
    assert aeterna("setup", "--non-interactive", "--reconfigure", "--output", "fleet/a", **variables).status == 0
    assert said(checked(aeterna)[1], "departures") == []
    (tmp_path / "fleet" / "a" / "values.secret.yaml").unlink()
    status, report = checked(aeterna)
    assert (status, said(report, "departures")) == (0, [])


def test_secrets_that_are_encrypted_for_git_are_missed(add: Add, aeterna: Aeterna, tmp_path: Path) -> None:
    add("a", clustered(SERVER, "a", secrets={"storage": {"provider": "sops"}}))
    folder = tmp_path / "fleet" / "a"
    (folder / "opencode.json").write_text("{}")
    missing = "values.secret.sops.yaml is missing."
    assert missing in [message for _, message, _ in said(checked(aeterna)[1], "departures")]
    (folder / "values.secret.sops.yaml").write_text("sops: {}\n")
    assert missing not in [message for _, message, _ in said(checked(aeterna)[1], "departures")]


def test_no_secret_is_kept_or_told(add: Add, aeterna: Aeterna, tmp_path: Path) -> None:
    add("a", clustered(SERVER, "a", postgresql=EXTERNAL))
    assert (
        aeterna("setup", "--non-interactive", "--reconfigure", "--output", "fleet/a", postgresql_password="canary-5f1e")
    ).status == 0
    values = tmp_path / "fleet" / "a" / "values.yaml"
    values.write_text(values.read_text() + "# canary-5f1e\n")
    ran = aeterna("fleet", "check", "fleet", "--workers", "1", "--junit", "j.xml", "--sarif", "s.json")
    assert "holds a secret" in ran.out
    kept = b"".join(path.read_bytes() for path in (tmp_path / "cache").rglob("fleet.sqlite*"))
    told = ran.out + ran.err + Path("j.xml").read_text() + Path("s.json").read_text()
    assert b"holds a secret" in kept
    assert b"canary" not in kept
    assert "canary" not in told


def test_what_two_take_for_themselves_is_a_finding_of_the_fleet(add: Add, aeterna: Aeterna) -> None:
    ingress = {"enabled": True, "host": "memory.example.com"}
    for name in ("a", "b"):
        operations = {"backup": BACKUP, "ingress": ingress}
        add(name, clustered(SERVER, "same", postgresql=EXTERNAL, operations=operations))
    add("c", clustered(SERVER, "other", postgresql={**EXTERNAL, "database": "own"}))
    report = checked(aeterna)[1]
    clashes = {item["check"]: (item["severity"], item["configurations"]) for item in report["findings"]}
    both = ["a", "b"]
    assert {check: found for check, found in clashes.items() if check.startswith("fleet-")} == {
        "fleet-release": ("warning", both),
        "fleet-host": ("warning", both),
        "fleet-backup": ("error", both),
        "fleet-database": ("error", both),
    }


def test_a_named_cluster_decides_whether_a_release_clashes(add: Add, aeterna: Aeterna) -> None:
    for name in ("eu/a", "eu/b", "us/a"):
        add(name, REMOTE)
    add("eu", {"cluster": "eu-1"}, file="fleet.yaml")
    add("us", {"cluster": "us-1"}, file="fleet.yaml")
    status, report = checked(aeterna)
    assert status == 1
    assert said(report, "fleet-release") == [
        ("error", "The release aeterna/aeterna in eu-1 is installed by more than one configuration.", ["eu/a", "eu/b"])
    ]


def test_only_what_changed_is_judged_again(
    add: Add, aeterna: Aeterna, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        add(name, clustered(REMOTE, name))
    status, before = checked(aeterna)

    def rows() -> int:
        with sqlite3.connect(next((tmp_path / "cache").rglob("fleet.sqlite"))) as kept:
            return int(kept.execute("SELECT count(*) FROM judged").fetchone()[0])

    assert rows() == 2
    assert checked(aeterna) == (status, before)
    assert rows() == 2
    add("b", clustered(REMOTE, "c"))
    assert checked(aeterna)[1]["configurations"][1]["answers"]["namespace"] == "c"
    assert rows() == 3
    add("a", clustered(REMOTE, "c"))
    report = checked(aeterna)[1]
    assert rows() == 3
    assert [item["answers"]["namespace"] for item in report["configurations"]] == ["c", "c"]


def test_subcharts_that_are_fetched_meanwhile_count_at_once(add: Add, aeterna: Aeterna, tmp_path: Path) -> None:
    add("a", clustered(SERVER, "a"))
    missing = "These subcharts have not been fetched, so what they install is neither shown nor checked: "
    assert any(item["message"].startswith(missing) for item in checked(aeterna)[1]["findings"])
    # In the same process, as in a notebook.
    stand_ins(tmp_path / "cache" / "aeterna" / "charts")
    assert not any(item["message"].startswith(missing) for item in checked(aeterna)[1]["findings"])


@pytest.mark.parametrize("how", ["Ctrl-C", "SIGTERM", "a worker is killed"])
def test_an_interrupted_run_goes_on_and_gives_the_same_bytes(how: str, add: Add, tmp_path: Path) -> None:
    names = [f"c{number:02}" for number in range(30)]
    for name in names:
        add(name, clustered(SERVER, name))
    command = [sys.executable, "-m", "aeterna_nb", "fleet", "check", "fleet", "--json", "--workers", "2"]

    def environment(cache: str) -> dict[str, str]:
        return {**os.environ, "XDG_CACHE_HOME": str(tmp_path / cache)}

    whole = subprocess.run(command, cwd=tmp_path, env=environment("one"), capture_output=True, check=False)
    begun = subprocess.Popen(
        command, cwd=tmp_path, env=environment("two"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 300

    def done() -> int:
        files = list((tmp_path / "two").rglob("fleet.sqlite"))
        try:
            with sqlite3.connect(files[0]) as kept:
                return int(kept.execute("SELECT count(*) FROM judged").fetchone()[0])
        except (IndexError, sqlite3.OperationalError):
            return 0

    while not 0 < done() < len(names) and begun.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    if how == "Ctrl-C":
        # As a terminal does it: to the command and to its workers.
        os.killpg(begun.pid, signal.SIGINT)
    elif how == "SIGTERM":
        begun.terminate()
    else:
        next(child for child in psutil.Process(begun.pid).children() if "spawn_main" in str(child.cmdline())).kill()
    out, err = begun.communicate(timeout=300)
    status, said = (2, "run the same again") if how == "a worker is killed" else (130, "goes on from there")
    assert begun.returncode == status, err
    assert (out, said in err) == ("", True)
    assert "Traceback" not in err
    assert 0 < done() < len(names)
    again = subprocess.run(command, cwd=tmp_path, env=environment("two"), capture_output=True, check=False)
    assert (again.returncode, again.stdout) == (whole.returncode, whole.stdout)
    assert whole.stdout


@pytest.mark.parametrize("how", ["is a file", "holds no database"])
def test_a_cache_that_cannot_be_used_is_said_and_can_be_left_out(
    how: str, add: Add, aeterna: Aeterna, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add("a", clustered(REMOTE, "a"))
    cache = tmp_path / "other"
    if how == "is a file":
        cache.write_text("")
    else:
        (cache / "aeterna").mkdir(parents=True)
        (cache / "aeterna" / "fleet.sqlite").write_text("no database" * 100)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    ran = aeterna("fleet", "check", "fleet", "--workers", "1")
    assert (ran.status, ran.out) == (2, "")
    assert f"can't be kept in {cache}" in ran.err
    assert "--no-cache" in ran.err
    assert aeterna("fleet", "check", "fleet", "--workers", "1", "--no-cache").status == 0


def test_ci_reads_junit_and_sarif(add: Add, aeterna: Aeterna) -> None:
    add("good", clustered(REMOTE, "good"))
    add("bad <&>", {"target": "kubernetes", "mode": "nowhere"})
    assert aeterna("fleet", "check", "fleet", "--workers", "1", "--junit", "j.xml", "--sarif", "s.json").status == 1
    suite = ElementTree.parse("j.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    failing = [case.get("name") for case in suite if case.find("failure") is not None]
    assert failing == ["bad <&>"]
    log = json.loads(Path("s.json").read_text())
    results = [result for result in log["runs"][0]["results"] if result["level"] == "error"]
    uris = [place["physicalLocation"]["artifactLocation"]["uri"] for place in results[0]["locations"]]
    assert (log["version"], uris) == ("2.1.0", ["bad%20%3C%26%3E/.aeterna/setup.yaml"])
    assert {result["ruleId"] for result in log["runs"][0]["results"]} == {
        rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]
    }


def test_the_table_names_who_has_what(add: Add, aeterna: Aeterna) -> None:
    for number in range(7):
        add(f"t{number}", {"target": "kubernetes", "mode": "nowhere"})
    ran = aeterna("fleet", "check", "fleet", "--workers", "1")
    assert ran.status == 1
    assert "  7: t0, t1, t2, t3, t4 and 2 more" in ran.out.splitlines()


def wrong(ran: Ran) -> tuple[int, str]:
    return ran.status, ran.err


def test_bad_input_is_said_in_a_sentence(add: Add, aeterna: Aeterna, tmp_path: Path) -> None:
    (tmp_path / "fleet").mkdir()
    status, said = wrong(aeterna("fleet", "check", "fleet"))
    assert (status, "There is no configuration below fleet" in said) == (2, True)
    assert wrong(aeterna("fleet", "check", "nowhere")) == (2, "error: There is no folder nowhere.\n")
    status, said = wrong(aeterna("fleet", "chek"))
    assert (status, "aeterna fleet check" in said) == (2, True)
    status, said = wrong(aeterna("fleet", "check", "--workers", "0"))
    assert (status, said.startswith("error: --workers: ")) == (2, True)


def test_sarif_names_files_as_the_repository_has_them(add: Add, aeterna: Aeterna, tmp_path: Path) -> None:
    add("a", {"target": "kubernetes", "mode": "nowhere"})
    (tmp_path / ".git").mkdir()
    assert aeterna("fleet", "check", "fleet", "--workers", "1", "--sarif", "s.json").status == 1
    assert '"uri": "fleet/a/.aeterna/setup.yaml"' in Path("s.json").read_text()

"""`aeterna fleet set`, `diff` and `upgrade`: many configurations changed together, and what that does to each."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from aeterna_nb.chart import installable_folder
from tests.fleet.conftest import REMOTE, SERVER, Add, Aeterna, clustered

ONE = ("--workers", "1")
EXTERNAL = {"type": "external", "host": "db.example.com"}


def saved(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def written(aeterna: Aeterna, name: str, **secrets: str) -> None:
    ran = aeterna("setup", "--non-interactive", "--reconfigure", "--output", f"fleet/{name}", **secrets)
    assert ran.status == 0, ran.err


def test_an_answer_is_shown_as_a_diff_and_taken_only_with_yes(add: Add, aeterna: Aeterna) -> None:
    near, far = add("a", clustered(SERVER, "a")), add("b", clustered(REMOTE, "b"))
    before = near.read_text(), far.read_text()
    words = ("fleet", "set", "kubernetes-version=1.35", "--where", "mode=local", "--folder", "fleet", *ONE)
    ran = aeterna(*words)
    assert (ran.status, "+  kubernetes_version: '1.35'" in ran.out or '+  kubernetes_version: "1.35"' in ran.out) == (
        0,
        True,
    )
    assert "1 of 2 configurations are concerned; 1 change." in ran.out
    assert (near.read_text(), far.read_text()) == before
    assert aeterna(*words, "--yes").status == 0
    assert saved(near)["cluster"] == {"namespace": "a", "kubernetes_version": "1.35"}
    assert far.read_text() == before[1]
    assert (near.parent / "setup.yaml.1.bak").read_text() == before[0]


@pytest.mark.parametrize(("typed", "taken"), [(b"y\n", True), (b"n\n", False), (b"\x04", False)])
def test_who_sits_at_a_terminal_is_asked_and_may_end_it(typed: bytes, taken: bool, add: Add, tmp_path: Path) -> None:
    path = add("a", clustered(REMOTE, "a"))
    ours, theirs = os.openpty()
    os.write(ours, typed)
    command = [sys.executable, "-m", "aeterna_nb", "fleet", "set", "kubernetes-version=1.35", "--folder", "fleet", *ONE]
    ran = subprocess.run(command, cwd=tmp_path, stdin=theirs, capture_output=True, text=True, check=False)
    os.close(ours)
    os.close(theirs)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ("kubernetes_version" in path.read_text(), "Nothing was written" in ran.stdout) == (taken, not taken)


def test_files_that_are_there_follow_and_secrets_stay(add: Add, aeterna: Aeterna, tmp_path: Path) -> None:
    add("a", clustered(SERVER, "a", postgresql=EXTERNAL))
    written(aeterna, "a", postgresql_password="canary-5f1e")
    folder = tmp_path / "fleet" / "a"
    secret = (folder / "values.secret.yaml").read_bytes()
    words = ("fleet", "set", "replicas=2", "--folder", "fleet", "--yes", *ONE)
    ran = aeterna(*words)
    assert ran.status == 0, ran.err
    assert (
        "replicaCount: 2" in (folder / "values.yaml").read_text()
        or "replicas: 2" in (folder / "values.yaml").read_text()
    )
    assert (folder / "values.secret.yaml").read_bytes() == secret
    assert aeterna("fleet", "check", "fleet", *ONE).status == 0
    (folder / "values.secret.yaml").unlink()
    assert aeterna("fleet", "set", "replicas=3", "--folder", "fleet", "--yes", *ONE).status == 0
    assert not (folder / "values.secret.yaml").exists()


def test_a_stand_in_never_becomes_a_key(add: Add, aeterna: Aeterna, tmp_path: Path) -> None:
    add("a", clustered(SERVER, "a", postgresql=EXTERNAL))
    written(aeterna, "a", postgresql_password="canary-5f1e")
    values = (tmp_path / "fleet" / "a" / "values.yaml").read_bytes()
    for change, said in (("opal=true", "A secret is needed"), ("llm=openai", "error: a: ")):
        ran = aeterna("fleet", "set", change, "--folder", "fleet", "--yes", *ONE)
        assert (ran.status, said in ran.err) == (1, True), change
    assert (tmp_path / "fleet" / "a" / "values.yaml").read_bytes() == values


def test_what_would_break_is_said_and_left_alone(add: Add, aeterna: Aeterna) -> None:
    good, bad = add("good", clustered(SERVER, "a")), add("bad", clustered(REMOTE, "b", mode="nowhere"))
    before = bad.read_text()
    ran = aeterna("fleet", "upgrade", "fleet", "--kubernetes-version", "1.36", "--report", "pr.md", *ONE)
    assert ran.status == 1
    assert "error: bad: " in ran.err
    assert saved(good)["cluster"]["kubernetes_version"] == "1.36"
    assert bad.read_text() == before
    report = Path("pr.md").read_text()
    assert report == ran.out
    assert report.startswith("## Aeterna: `kubernetes_version=1.36`\n\n1 of 2 configurations change.\n")
    assert "| 1 | break: " in report


def test_an_upgrade_is_told_by_kind_of_change(add: Add, aeterna: Aeterna) -> None:
    for name in ("a", "b"):
        add(name, clustered(SERVER, name, cluster={"namespace": name, "release_name": f"release-{name}"}))
    add("c", clustered(REMOTE, "c"))
    ran = aeterna("fleet", "diff", "fleet", "--server-version", "v9.9.9", "--json", *ONE)
    told = json.loads(ran.out)
    assert told["concerned"] == ["a", "b"]
    changed = {item["what"]: (item["where"], item["configurations"]) for item in told["changes"]}
    where, names = next(value for what, value in changed.items() if what.startswith("Deployment RELEASE"))
    assert names == ["a", "b"]
    assert any(path.endswith("containers.image") for path in where)


def test_a_kind_of_change_is_one_whatever_the_release_is_called(add: Add, aeterna: Aeterna) -> None:
    releases = {"a": "e", "b": "aeterna", "c": "my-aeterna", "d": "shop"}
    for name, release in releases.items():
        add(name, clustered(SERVER, name, cluster={"namespace": name, "release_name": release}))
    # Before, it can't be rendered at all.
    add("old", clustered(SERVER, "old", cluster={"namespace": "old", "kubernetes_version": "1.20"}))
    ran = aeterna("fleet", "diff", "fleet", "--server-version", "v9.9.9", "--json", *ONE)
    every = {item["what"]: item["configurations"] for item in json.loads(ran.out)["changes"]}
    assert every["Deployment RELEASE"] == every["Job RELEASE-migrate"] == [*releases]
    ran = aeterna("fleet", "diff", "fleet", "--kubernetes-version", "1.36", "--json", *ONE)
    new = [item["what"] for item in json.loads(ran.out)["changes"] if item["state"] == "new"]
    assert {"Deployment RELEASE", "Service RELEASE", "Job RELEASE-migrate"} <= {*new}


def test_where_means_an_answer_however_it_is_written(add: Add, aeterna: Aeterna) -> None:
    add("a", clustered(SERVER, "a"))
    add("b", clustered(REMOTE, "b"))
    for text, concerned in (("no", 1), ("false", 1), ("yes", 0), ("true", 0)):
        ran = aeterna("fleet", "set", "replicas=2", "--where", f"opal={text}", "--folder", "fleet", *ONE)
        assert f"{concerned} of 2 configurations are concerned" in ran.out, text


def test_another_chart_is_held_against_the_bundled_one(add: Add, aeterna: Aeterna, tmp_path: Path) -> None:
    for name in ("a", "b"):
        add(name, clustered(SERVER, name))
    # Both charts get it, so it is no change.
    add("a", {"commonLabels": {"team": "search"}}, file="values.own.yaml")
    chart = tmp_path / "chart"
    shutil.copytree(installable_folder(), chart)
    more = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-more\n"
    (chart / "templates" / "more.yaml").write_text(more)
    ran = aeterna("fleet", "diff", "fleet", "--to", "chart", *ONE)
    assert ran.out.splitlines()[:2] == ["2 get a new ConfigMap RELEASE-more", "  a, b"], ran.out
    assert "Deployment" not in ran.out
    (chart / "templates" / "more.yaml").write_text('{{ fail "not for you" }}')
    ran = aeterna("fleet", "diff", "fleet", "--to", "chart", *ONE)
    assert ran.status == 1
    assert ran.out.startswith("2 break: The chart refuses: ")
    assert "not for you" in ran.out


def test_nothing_changes_where_nothing_is_old(add: Add, aeterna: Aeterna) -> None:
    add("a", clustered(SERVER, "a"))
    written(aeterna, "a")
    ran = aeterna("fleet", "upgrade", "fleet", *ONE)
    assert (ran.status, "0 of 1 configurations change." in ran.out) == (0, True), ran.out


def test_wrong_words_name_the_answer(add: Add, aeterna: Aeterna) -> None:
    add("a", REMOTE)
    for words, said in (
        ((), "Say what to set"),
        (("namspace=x",), "Did you mean namespace?"),
        (("namespace",), "Write it as NAME=VALUE."),
        (("namespace=Not A Name",), "namespace: Use lower-case letters"),
        (("openai-api-key=x",), "is a secret"),
        (("replicas=2", "replicas=3"), "replicas stands there twice"),
        (("replicas=2", "--where", "mode=local", "--where", "mode=remote"), "mode stands there twice"),
    ):
        ran = aeterna("fleet", "set", *words, "--folder", "fleet", *ONE)
        assert (ran.status, said in ran.err, "Not A Name" in ran.err) == (2, True, False), words
    for chart in ("nowhere", "fleet"):
        ran = aeterna("fleet", "diff", "fleet", "--to", chart, *ONE)
        assert (ran.status, f"There is no chart {chart}" in ran.err) == (2, True)


def test_what_is_no_chart_is_refused_in_a_sentence(add: Add, aeterna: Aeterna) -> None:
    add("a", clustered(SERVER, "a"))
    Path("chart.tgz").write_text("no archive")
    ran = aeterna("fleet", "diff", "fleet", "--to", "chart.tgz", *ONE)
    assert (ran.status, ran.out.startswith("1 break: The chart refuses: ")) == (1, True), ran.err

"""Names of what is in the cluster, beside the questions that ask for one."""

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ipywidgets import Widget

from aeterna_nb.kubernetes.connection import Cluster, find_context
from aeterna_nb.notebook.lookups import Lookups
from aeterna_nb.notebook.page import Page
from aeterna_nb.notebook.parts.rows import TextRow
from aeterna_nb.notebook.session import Session
from aeterna_nb.questions import by_name, questions
from tests.samples import LOCAL, answers

CANARY = "canary-3f-value"
VOILA = {"VOILA_PREHEAT": "False"}


@pytest.fixture
def kubeconfig() -> str:
    path = os.environ.get("AETERNA_TEST_KUBECONFIG", "")
    if not path:
        pytest.skip("AETERNA_TEST_KUBECONFIG names no cluster")
    return path


def row_of(name: str, environ: dict[str, str]) -> TextRow:
    row = TextRow()
    Lookups(Session(answers(LOCAL)), lambda step: step(), environ).offer(row, by_name()[name])
    return row


def press(row: TextRow) -> None:
    row._handle_custom_msg({"look": True}, [])


def test_only_questions_that_name_something_in_a_cluster_have_the_button() -> None:
    having = {question.name for question in questions() if row_of(question.name, {}).can_look}
    assert having == {
        "namespace",
        "storage_class",
        "ingress_class",
        "ingress_cluster_issuer",
        "ingress_tls_secret",
        "existing_secret_name",
        "image_pull_secret",
        "external_secrets_store",
    }


@pytest.mark.parametrize(
    ("environ", "there"), [(VOILA, False), ({**VOILA, "AETERNA_ALLOW_PROBES": "1"}, True), ({}, True)]
)
def test_visitors_of_a_page_have_it_only_where_the_operator_says_so(environ: dict[str, str], there: bool) -> None:
    assert row_of("storage_class", environ).can_look is there


def test_nobody_is_asked_before_the_button_is_pressed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "missing"))
    row = row_of("storage_class", {})
    assert (row.looked, row.suggestions) == ("", [])
    press(row)
    assert "there is no such file" in row.looked


@pytest.mark.cluster
def test_the_field_is_given_the_names_that_the_cluster_has(monkeypatch: pytest.MonkeyPatch, kubeconfig: str) -> None:
    monkeypatch.setenv("KUBECONFIG", kubeconfig)
    row = row_of("storage_class", {})
    press(row)
    assert "standard" in row.suggestions
    assert row.looked == f"{len(row.suggestions)} names found."


@pytest.mark.cluster
def test_a_cluster_without_any_says_so(monkeypatch: pytest.MonkeyPatch, kubeconfig: str) -> None:
    monkeypatch.setenv("KUBECONFIG", kubeconfig)
    row = row_of("ingress_tls_secret", {})
    press(row)
    assert (row.looked, row.suggestions) == ("The cluster has none.", [])


@pytest.fixture
def secret(kubeconfig: str) -> Iterator[str]:
    """A Secret in the cluster, of three keys with values that must not be seen."""
    path = "/api/v1/namespaces/default/secrets"
    name = "picked-by-the-page"
    keys = {"redis-password": CANARY, "qdrant-api-key": CANARY, "of-somebody-else": CANARY}
    with Cluster(find_context("", {"KUBECONFIG": kubeconfig})) as cluster:
        cluster.create(path, {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": name}, "stringData": keys})
        yield name
        cluster.delete(f"{path}/{name}")


@pytest.mark.cluster
def test_a_secret_that_is_picked_names_its_keys_and_never_its_values(
    monkeypatch: pytest.MonkeyPatch, kubeconfig: str, secret: str
) -> None:
    monkeypatch.setenv("KUBECONFIG", kubeconfig)
    page = Page(answers(LOCAL, secret_provider="existing", namespace="default"), None)
    page.go_to("existing_secret_name")
    row: Any = page.stage_view.rows["existing_secret_name"]
    press(row)
    assert secret in row.suggestions
    row.value = secret
    row._handle_custom_msg({"picked": secret}, [])
    assert row.looked == "Its keys: of-somebody-else, qdrant-api-key, redis-password."
    assert page.session.value("existing_secret_keys") == ("redis-password", "qdrant-api-key")
    state = json.dumps(Widget.get_manager_state(drop_defaults=False), default=repr)
    assert CANARY not in state
    assert base64.b64encode(CANARY.encode()).decode() not in state


@pytest.mark.cluster
def test_a_name_that_was_not_offered_is_not_asked_for(monkeypatch: pytest.MonkeyPatch, kubeconfig: str) -> None:
    monkeypatch.setenv("KUBECONFIG", kubeconfig)
    row = row_of("existing_secret_name", {})
    row._handle_custom_msg({"picked": "../configmaps/x"}, [])
    assert row.looked == ""
